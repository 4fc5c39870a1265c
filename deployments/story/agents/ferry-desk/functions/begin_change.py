from _gen import *  # <AUTO GENERATED>


@func_description("Begin moving an existing booking to another sailing.")
def begin_change(conv: Conversation):
    conv.goto_flow("Change booking")
