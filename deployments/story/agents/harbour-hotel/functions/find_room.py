from _gen import *  # <AUTO GENERATED>

from functions.room_prices import PRICES

SLEEPS = {"small": 1, "harbour": 2, "garden": 2, "family": 4}


@func_description("Find the rooms that are free and large enough.")
@func_parameter("arrival", "The day of arrival as YYYY-MM-DD")
@func_parameter("nights", "How many nights")
@func_parameter("guests", "How many people share the room")
def find_room(conv: Conversation, arrival: str, nights: int, guests: int):
    answer = conv.api.house.free_rooms(arrival, nights)
    if not answer.ok:
        return "The booking system does not answer. Offer that reception writes back within the hour."
    free = answer.json()
    fitting = []
    for room_type in PRICES:
        if SLEEPS[room_type] >= guests and free.get(room_type, 0) > 0:
            fitting.append(room_type)
    conv.state.free_rooms = fitting
    if not fitting:
        return "Nothing is free for those nights. Offer the night before or after, or two smaller rooms."
    return "Free and large enough: " + ", ".join(fitting) + ". Name the first two only."
