from _gen import *  # <AUTO GENERATED>


@func_description("Begin a booking for a caller who wants to travel.")
def begin_booking(conv: Conversation):
    conv.state.booked = False
    conv.goto_flow("Booking")
