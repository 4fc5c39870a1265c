from _gen import *  # <AUTO GENERATED>


def open_door(conv: Conversation, flow: Flow):
    return conv.state.code
