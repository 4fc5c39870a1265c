from _gen import *  # <AUTO GENERATED>


@func_description("Open the booking the caller wants to move.")
@func_parameter("reference", "Booking reference, two letters and four digits")
def open_booking(conv: Conversation, flow: Flow, reference: str):
    found = conv.functions.check_booking(reference)
    if not conv.state.reference:
        return found
    flow.goto_step("Ask new sailing", "booking open")
    return found
