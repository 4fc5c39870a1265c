from _gen import *  # <AUTO GENERATED>


def end_function(conv: Conversation):
    print(conv.state.started)
