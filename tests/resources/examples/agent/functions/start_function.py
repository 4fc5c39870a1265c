from _gen import *  # <AUTO GENERATED>


@func_description("Runs when a conversation begins.")
@func_latency_control(
    delay_before_responses_start=2,
    delay_responses=[("A moment, please.", 3)],
)
def start_function(conv: Conversation):
    conv.state.started = True
