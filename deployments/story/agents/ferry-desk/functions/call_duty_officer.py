from _gen import *  # <AUTO GENERATED>


@func_description("Give the call to the marine duty officer at once: injury, illness, somebody missing, danger on the water.")
@func_parameter("what_happened", "What the caller said has happened, in their own words")
def call_duty_officer(conv: Conversation, what_happened: str):
    conv.write_metric("emergency", what_happened)
    conv.call_handoff("duty_officer", reason=what_happened)
    return {"utterance": "I am giving you to the duty officer now. Stay on the line."}
