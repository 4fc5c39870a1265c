from _gen import *  # <AUTO GENERATED>


@func_description("Handle silence: ask once more, then give the caller to a person.")
def nothing_heard(conv: Conversation):
    conv.state.silent_turns = (conv.state.silent_turns or 0) + 1
    if conv.state.silent_turns == 1:
        return {"utterance": "I did not catch that. It may be the wind. Could you say it again?"}
    if conv.state.silent_turns == 2:
        return {"utterance": "I still cannot hear you. Press any key if you are there."}
    conv.call_handoff("ticket_office", reason="silence")
    return {"utterance": "I am putting you through to the ticket office."}
