from _gen import *  # <AUTO GENERATED>

from datetime import datetime
from zoneinfo import ZoneInfo


@func_description("Prepare the call: which desk was rung, and what hour it is there.")
def start_function(conv: Conversation):
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    conv.state.today = now.strftime("%Y-%m-%d")
    conv.state.minutes_now = now.hour * 60 + now.minute
    conv.state.contact_number = conv.caller_number
    conv.state.from_port = conv.variant.home_port if conv.variant else "Harrow Quay"
    if conv.real_time_config.get("weather_hold"):
        conv.state.weather_hold = conv.real_time_config["weather_hold"]
        conv.write_metric("call_under_weather_hold", True)
