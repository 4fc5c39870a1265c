from _gen import *  # <AUTO GENERATED>


@func_description("Begin booking a table in the Lantern Room.")
def begin_table(conv: Conversation):
    conv.goto_flow("Table booking")
