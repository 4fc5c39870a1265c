from _gen import *  # <AUTO GENERATED>


@func_description("Give the report a number and text it to the caller.")
@func_parameter("number", "The number the caller may be texted on")
def close_report(conv: Conversation, flow: Flow, number: str):
    digits = [character for character in number if character.isdigit()]
    if len(digits) < 7:
        return "That number is too short. Ask for it once more, two digits at a time."
    conv.state.contact_number = number
    conv.state.report_number = "LP" + conv.state.lost_on.replace("-", "")[2:] + "".join(digits[-2:])
    conv.send_sms_template(number, "lost_property_number")
    conv.exit_flow()
    return {"utterance": "It is written down under " + conv.state.report_number + ". We text you when it turns up."}
