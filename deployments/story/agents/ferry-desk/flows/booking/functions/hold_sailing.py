from _gen import *  # <AUTO GENERATED>


@func_description("Hold seats on the sailing the caller has chosen.")
@func_parameter("day", "The day of travel as YYYY-MM-DD")
@func_parameter("time", "The time the boat leaves, for example 09:15")
def hold_sailing(conv: Conversation, flow: Flow, day: str, time: str):
    if day == conv.state.travel_day and time not in (conv.state.sailings or []):
        return "There is no such sailing, or it is full. Name the ones that are open."
    conv.state.travel_day = day
    conv.state.sailing = time
    flow.goto_step("Ask vehicle", "seats held")
    return None
