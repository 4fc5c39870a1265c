from _gen import *  # <AUTO GENERATED>


@func_description("Remember the room a guest is staying in.")
@func_parameter("room", "Room number, one to three digits")
def save_room_number(conv: Conversation, room: int):
    last = 26 if conv.variant_name == "Main house" else 8
    if room < 1 or room > last:
        return "There is no room " + str(room) + " in this house. Ask once more, and whether they stay in the other house."
    conv.state.room = room
    return "The guest stays in room " + str(room) + ". Do not ask again."
