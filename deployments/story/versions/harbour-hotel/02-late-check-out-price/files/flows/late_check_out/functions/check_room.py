from _gen import *  # <AUTO GENERATED>

# Euros for each hour begun after eleven. Until noon it costs nothing.
FEE_AN_HOUR = 8


def late_fee(time):
    hours, minutes = time.split(":")
    begun = int(hours) - 11 + (1 if int(minutes) else 0)
    return 0 if begun <= 1 else begun * FEE_AN_HOUR


@func_description("Check whether the guest may keep the room until the hour they ask for.")
@func_parameter("time", "The hour they would like to leave, for example 14:00")
def check_room(conv: Conversation, flow: Flow, time: str):
    if time > "18:00":
        return "After six it is another night. Offer one."
    answer = conv.api.house.stay(str(conv.state.room))
    if not answer.ok:
        return "The booking system does not answer. Ask reception."
    if answer.json()["next_arrival_today"] and time > "12:00":
        conv.exit_flow()
        return "Somebody arrives for this room today. Noon is the latest. Offer to keep the luggage."
    conv.state.leaving_time = time
    fee = late_fee(time)
    conv.state.late_fee = "EUR " + str(fee) if fee else "nothing"
    flow.goto_step("Offer late check-out", "room is free")
    return None
