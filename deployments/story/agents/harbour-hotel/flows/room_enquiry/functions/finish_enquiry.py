from _gen import *  # <AUTO GENERATED>


@func_description("Finish the enquiry: hold the room under the guest's name and text the offer.")
@func_parameter("name", "The name the room is held under")
def finish_enquiry(conv: Conversation, flow: Flow, name: str):
    answer = conv.api.house.hold_room(
        json={"type": conv.state.room_type, "arrival": conv.state.arrival, "nights": conv.state.nights, "name": name}
    )
    conv.exit_flow()
    if not answer.ok:
        conv.call_handoff("reception", reason="room could not be held")
        return {"utterance": "I could not hold the room. Reception takes over from here."}
    if conv.state.contact_number:
        conv.send_sms_template(conv.state.contact_number, "room_offer")
    return {"utterance": "The room is held for " + name + " until six this evening."}
