from _gen import *  # <AUTO GENERATED>


@func_description("Ask housekeeping for something in the guest's room.")
@func_parameter("what", "What the guest needs, in a few words")
def request_housekeeping(conv: Conversation, what: str):
    if not conv.state.room:
        return "Ask for the room number first."
    conv.state.housekeeping = what
    conv.write_metric("housekeeping", what)
    if conv.state.hour < 8 or conv.state.hour >= 20:
        return "Say that housekeeping comes first thing in the morning, and that the night porter helps if it cannot wait."
    return "Say that somebody comes to room " + str(conv.state.room) + " within the half hour."
