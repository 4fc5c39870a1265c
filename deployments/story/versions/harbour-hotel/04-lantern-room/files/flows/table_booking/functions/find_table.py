from _gen import *  # <AUTO GENERATED>

from datetime import date

SEATINGS = ["18:00", "18:30", "19:00", "19:30", "20:00", "20:30"]


@func_description("Find a table for an evening.")
@func_parameter("day", "The evening as YYYY-MM-DD")
@func_parameter("time", "When they would like to sit down, for example 19:00")
@func_parameter("party", "How many people")
def find_table(conv: Conversation, flow: Flow, day: str, time: str, party: int):
    if date.fromisoformat(day).weekday() == 0:
        return "The Lantern Room is closed on Mondays. Offer soup at the bar, or the evening after."
    if time not in SEATINGS:
        return "Tables are given on the hour and the half hour from six to half past eight. Ask for one of those."
    conv.state.table_day = day
    conv.state.table_time = time
    conv.state.party = party
    flow.goto_step("Offer table", "evening known")
    return None
