from _gen import *  # <AUTO GENERATED>


@func_description("Say goodbye and close the chat when the guest is done.")
def close_chat(conv: Conversation):
    return {"utterance": conv.translations.farewell, "hangup": True}
