from _gen import *  # <AUTO GENERATED>


@func_description("Say goodbye and hang up when the caller has nothing left to ask.")
def end_call(conv: Conversation):
    return {"utterance": conv.translations.goodbye, "hangup": True}
