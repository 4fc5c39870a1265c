from _gen import *  # <AUTO GENERATED>


@func_description("Runs when a conversation ends.")
@func_latency_control(
    delay_before_responses_start=2,
    delay_responses=[("A moment, please.", 3)],
)
def end_function(conv: Conversation):
    print(conv.state.started)
