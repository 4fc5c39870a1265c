from _gen import *  # <AUTO GENERATED>


@func_description("Look up a booking by its reference.")
@func_parameter("reference", "Booking reference, two letters and four digits")
@func_latency_control(
    delay_before_responses_start=2,
    silence_after_each_response=4,
    delay_responses=[("I am looking your booking up.", 2), ("The system takes its time today.", 3)],
    randomize=False,
)
def check_booking(conv: Conversation, reference: str):
    code = reference.upper().replace(" ", "").replace("-", "")
    if len(code) != 6 or not code[:2].isalpha() or not code[2:].isdigit():
        return "That is not a reference of ours. Ask for two letters and four digits, one group at a time."
    answer = conv.api.reservations.get_booking(code)
    if answer.status_code == 404:
        return "There is no booking under " + code + ". Ask the caller to read it out once more."
    if not answer.ok:
        return "The reservation system does not answer. Offer the ticket office."
    booking = answer.json()
    conv.state.reference = code
    conv.state.from_port = booking["from"]
    conv.state.to_port = booking["to"]
    conv.state.travel_day = booking["day"]
    conv.state.sailing = booking["time"]
    conv.state.paid_cents = booking["paid_cents"]
    return "Booked from " + booking["from"] + " to " + booking["to"] + " on " + booking["day"] + " at " + booking["time"] + "."
