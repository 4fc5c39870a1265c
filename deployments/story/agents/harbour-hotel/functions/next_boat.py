from _gen import *  # <AUTO GENERATED>

# Boats from Skarra to the mainland, as the ferry desk publishes them.
BOATS = ["08:25", "13:50", "17:05", "19:40"]


@func_description("Say when the next boat to the mainland leaves, and when to set off from the house.")
@func_parameter("after", "The earliest time that suits the guest, for example 13:00")
def next_boat(conv: Conversation, after: str):
    for clock in BOATS:
        if clock >= after:
            return "The next boat leaves at " + clock + ". It is eight minutes on foot to the pier."
    return "No boat leaves after " + after + " today. The first one tomorrow is at " + BOATS[0] + "."
