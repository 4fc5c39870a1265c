from _gen import *  # <AUTO GENERATED>


@func_description("Set a wake-up call for the guest's room.")
@func_parameter("time", "When to ring, for example 06:30")
def wake_up_call(conv: Conversation, time: str):
    if not conv.state.room:
        return "Ask for the room number first."
    conv.state.wake_up = time
    return "Confirm that the telephone in room " + str(conv.state.room) + " rings at " + time + "."
