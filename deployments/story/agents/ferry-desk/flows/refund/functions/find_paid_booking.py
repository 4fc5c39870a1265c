from _gen import *  # <AUTO GENERATED>

from functions.money import money


@func_description("Find the booking to be refunded and what was paid for it.")
@func_parameter("reference", "Booking reference, two letters and four digits")
def find_paid_booking(conv: Conversation, flow: Flow, reference: str):
    found = conv.functions.check_booking(reference)
    if not conv.state.reference:
        return found
    conv.state.paid_text = money(conv, conv.state.paid_cents)
    flow.goto_step("Ask reason", "booking found")
    return None
