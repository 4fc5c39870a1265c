from _gen import *  # <AUTO GENERATED>

from functions.money import money


@func_description("Work out what is paid back, from the reason the caller gave.")
@func_parameter("reason", "ours, hardship or theirs")
def work_out_refund(conv: Conversation, flow: Flow, reason: str):
    paid = conv.state.paid_cents or 0
    if reason == "ours":
        cents = paid
    elif reason == "hardship":
        cents = paid * 90 // 100
    elif conv.state.travel_day > conv.state.today:
        cents = paid // 2
    else:
        cents = 0
    conv.state.refund_cents = cents
    conv.state.refund_text = money(conv, cents)
    flow.goto_step("weigh_reason", "amount known")
    return None
