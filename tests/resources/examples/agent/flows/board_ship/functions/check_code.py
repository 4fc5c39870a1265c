from _gen import *  # <AUTO GENERATED>


@func_description("Check the booking code.")
@func_parameter("code", "Six letters")
def check_code(conv: Conversation, flow: Flow, code: str):
    conv.state.code = code
    flow.goto_step("Ask deck")
