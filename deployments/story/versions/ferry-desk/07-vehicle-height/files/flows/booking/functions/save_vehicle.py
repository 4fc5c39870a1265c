from _gen import *  # <AUTO GENERATED>


@func_description("Save what the caller brings on board.")
@func_parameter("vehicle", "none, bicycle, motorcycle, car or van")
def save_vehicle(conv: Conversation, flow: Flow, vehicle: str):
    known = ["none", "bicycle", "motorcycle", "car", "van"]
    if vehicle not in known:
        return "Ask whether that is nearer to a car or to a van."
    conv.state.vehicle = vehicle
    conv.state.height_cm = 0
    if vehicle in ("car", "van"):
        flow.goto_step("Ask vehicle height", "has a roof")
    else:
        flow.goto_step("check_room", "vehicle known")
    return None
