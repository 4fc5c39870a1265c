from _gen import *  # <AUTO GENERATED>

from functions.timetable import NIGHT_BOAT


@func_description("Save how high the vehicle is.")
@func_parameter("height_cm", "Height in centimetres, with everything on the roof")
def save_height(conv: Conversation, flow: Flow, height_cm: int):
    if height_cm < 100 or height_cm > 500:
        return "That cannot be right. Ask for the height in metres once more."
    conv.state.height_cm = height_cm
    if height_cm > 200 and conv.state.sailing in NIGHT_BOAT.values():
        flow.goto_step("Choose sailing", "too tall for the night boat")
        return "The night boat takes nothing over two metres. Offer the first boat of the morning."
    flow.goto_step("check_room", "height known")
    return None
