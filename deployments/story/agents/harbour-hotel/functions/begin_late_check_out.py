from _gen import *  # <AUTO GENERATED>


@func_description("Begin a late check-out for a guest who would like to keep the room longer.")
def begin_late_check_out(conv: Conversation):
    conv.goto_flow("Late check-out")
