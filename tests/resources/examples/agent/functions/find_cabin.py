from _gen import *  # <AUTO GENERATED>


@func_description("Find the cabin of a passenger by booking code.")
@func_parameter("code", "Booking code, six letters")
@func_parameter("berths", "How many berths")
@func_latency_control(
    delay_before_responses_start=1,
    silence_after_each_response=2.5,
    delay_responses=[("One moment.", 2), ("Still looking.", 3)],
    randomize=True,
)
def find_cabin(conv: Conversation, code: str, berths: int):
    conv.state.cabin = "C-104"
    return "Tell the passenger their cabin is $cabin."
