from _gen import *  # <AUTO GENERATED>

from functions.room_prices import price_of_stay


@func_description("Hold the room the guest has chosen.")
@func_parameter("room_type", "small, harbour, garden or family")
def hold_room(conv: Conversation, flow: Flow, room_type: str):
    if room_type not in (conv.state.free_rooms or []):
        return "That room is not free. Name the ones that are."
    conv.state.room_type = room_type
    conv.state.price_text = "EUR " + str(price_of_stay(room_type, conv.state.nights))
    flow.goto_step("Take name", "room chosen")
    return None
