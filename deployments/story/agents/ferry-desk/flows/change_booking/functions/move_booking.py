from _gen import *  # <AUTO GENERATED>


@func_description("Move the open booking to the sailing the caller has chosen.")
@func_parameter("day", "The new day of travel as YYYY-MM-DD")
@func_parameter("time", "The new time of departure, for example 09:15")
def move_booking(conv: Conversation, flow: Flow, day: str, time: str):
    answer = conv.api.reservations.move_booking(conv.state.reference, json={"day": day, "time": time})
    if answer.status_code == 409:
        return "That sailing has just filled up. Offer the one after it."
    if not answer.ok:
        return "The reservation system does not answer. Offer the ticket office."
    conv.state.travel_day = day
    conv.state.sailing = time
    if conv.state.contact_number:
        conv.send_sms_template(conv.state.contact_number, "booking_confirmation")
    conv.exit_flow()
    return {"utterance": "Done. You now sail on " + day + " at " + time + ". The confirmation is on its way to you."}
