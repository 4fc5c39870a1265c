from _gen import *  # <AUTO GENERATED>


@func_description("Check the booking code.")
@func_parameter("code", "Six letters")
@func_latency_control(
    delay_before_responses_start=2,
    delay_responses=[("A moment, please.", 3)],
)
def check_code(conv: Conversation, flow: Flow, code: str):
    conv.state.code = code
    flow.goto_step("Ask deck")
