from _gen import *  # <AUTO GENERATED>


@func_description("Text the booking confirmation to the caller once more.")
@func_parameter("reference", "Booking reference, two letters and four digits")
def resend_confirmation(conv: Conversation, reference: str):
    found = conv.functions.check_booking(reference)
    if not conv.state.reference:
        return found
    if not conv.state.contact_number:
        return "Ask which number the confirmation should go to."
    conv.send_sms_template(conv.state.contact_number, "booking_confirmation")
    return "The confirmation is on its way. Ask whether there is anything else."
