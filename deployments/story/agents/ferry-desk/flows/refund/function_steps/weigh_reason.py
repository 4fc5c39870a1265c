from _gen import *  # <AUTO GENERATED>


def weigh_reason(conv: Conversation, flow: Flow):
    if conv.state.refund_cents == 0:
        conv.exit_flow()
        return {
            "utterance": "I am sorry, for that booking nothing can be paid back. "
            "You may still move it to another day. Shall I do that?"
        }
    flow.goto_step("Offer refund", "something to pay back")
    return None
