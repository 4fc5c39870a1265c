from _gen import *  # <AUTO GENERATED>


@func_description("Begin a report for something left on board or on the quay.")
def begin_lost_property(conv: Conversation):
    conv.goto_flow("Lost property")
