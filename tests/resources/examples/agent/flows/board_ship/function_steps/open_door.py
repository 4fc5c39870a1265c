from _gen import *  # <AUTO GENERATED>


@func_latency_control(
    delay_before_responses_start=2,
    delay_responses=[("A moment, please.", 3)],
)
def open_door(conv: Conversation, flow: Flow):
    return conv.state.code
