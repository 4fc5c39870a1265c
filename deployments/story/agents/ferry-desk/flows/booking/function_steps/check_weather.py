from _gen import *  # <AUTO GENERATED>


def check_weather(conv: Conversation, flow: Flow):
    conv.state.travel_day = conv.entities.travel_day.value
    conv.state.passengers = int(conv.entities.passengers.value)
    if conv.state.weather_hold and conv.state.travel_day == conv.state.today:
        conv.exit_flow()
        return {
            "utterance": "I have to stop you there. All boats wait in harbour today because of the weather. "
            "I can book you for tomorrow if you ring again this evening, when we know more."
        }
    flow.goto_step("Choose sailing", "sea allows it")
    return None
