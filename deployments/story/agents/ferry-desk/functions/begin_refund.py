from _gen import *  # <AUTO GENERATED>


@func_description("Begin a refund for a caller who cannot travel or was left behind.")
def begin_refund(conv: Conversation):
    conv.state.refund_cents = 0
    conv.goto_flow("Refund")
