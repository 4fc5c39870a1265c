from _gen import *  # <AUTO GENERATED>


@func_description("Write down how the call ended.")
def end_function(conv: Conversation):
    if conv.state.booked:
        conv.write_metric("outcome", "booked")
    elif conv.state.refund_cents:
        conv.write_metric("outcome", "refunded")
    elif conv.state.report_number:
        conv.write_metric("outcome", "lost property")
    elif conv.state.handoff:
        conv.write_metric("outcome", "handed over")
    else:
        conv.write_metric("outcome", "answered")
