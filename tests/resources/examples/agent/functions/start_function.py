from _gen import *  # <AUTO GENERATED>


@func_description("Runs when a conversation begins.")
def start_function(conv: Conversation):
    conv.state.started = True
