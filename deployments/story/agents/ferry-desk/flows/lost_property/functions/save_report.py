from _gen import *  # <AUTO GENERATED>

URGENT = ["key", "medicine", "insulin", "inhaler", "hearing aid", "passport"]


@func_description("Save what was lost, and tell the crew if it cannot wait.")
@func_parameter("place", "Where the caller last had it: quay, saloon, car deck or unknown")
def save_report(conv: Conversation, flow: Flow, place: str):
    conv.state.lost_item = conv.entities.lost_item.value
    conv.state.lost_on = conv.entities.travel_day.value
    conv.state.lost_place = place
    for word in URGENT:
        if word in conv.state.lost_item.lower():
            conv.write_metric("urgent_lost_property", conv.state.lost_item)
            conv.log.info("Crew told over the radio", item=conv.state.lost_item, place=place)
    flow.goto_step("Take number", "report saved")
    return None
