from _gen import *  # <AUTO GENERATED>


@func_description("Text the guest how to come in after eleven at night.")
def send_door_code(conv: Conversation):
    if not conv.state.contact_number:
        return "Ask for a number we may text."
    conv.send_sms_template(conv.state.contact_number, "door_code")
    return "Say that the text is on its way."
