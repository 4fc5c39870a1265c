from _gen import *  # <AUTO GENERATED>


@func_description("Make the booking the caller has just agreed to.")
def confirm_booking(conv: Conversation, flow: Flow):
    answer = conv.api.reservations.create_booking(
        json={
            "from": conv.state.from_port,
            "to": conv.state.to_port,
            "day": conv.state.travel_day,
            "time": conv.state.sailing,
            "passengers": conv.state.passengers,
            "vehicle": conv.state.vehicle,
        }
    )
    if not answer.ok:
        conv.call_handoff("ticket_office", reason="booking system down")
        return {"utterance": "I cannot reach our booking system. The ticket office will finish this with you."}
    conv.state.reference = answer.json()["reference"]
    conv.state.booked = True
    if conv.state.contact_number:
        conv.send_sms_template(conv.state.contact_number, "payment_link")
    conv.exit_flow()
    spelled = " ".join(conv.state.reference)
    return {"utterance": "That is booked. Your reference is " + spelled + ". I have texted you a link to pay with."}
