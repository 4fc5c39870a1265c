from _gen import *  # <AUTO GENERATED>


@func_description("Begin finding a room for a guest who wants to stay with us.")
def begin_room(conv: Conversation):
    conv.goto_flow("Room enquiry")
