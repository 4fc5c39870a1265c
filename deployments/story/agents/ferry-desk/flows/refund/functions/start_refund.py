from _gen import *  # <AUTO GENERATED>


@func_description("Start the refund the caller has agreed to.")
def start_refund(conv: Conversation, flow: Flow):
    answer = conv.api.reservations.cancel_booking(
        conv.state.reference, json={"refund_cents": conv.state.refund_cents}
    )
    if not answer.ok:
        conv.call_handoff("ticket_office", reason="refund could not be started")
        return {"utterance": "The system would not take it. The ticket office will do it with you now."}
    if conv.state.contact_number:
        conv.send_sms_template(conv.state.contact_number, "refund_started")
    conv.exit_flow()
    return {"utterance": "Your refund of " + conv.state.refund_text + " is on its way."}
