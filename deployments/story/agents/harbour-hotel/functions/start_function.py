from _gen import *  # <AUTO GENERATED>

from datetime import datetime
from zoneinfo import ZoneInfo


@func_description("Prepare the chat: which house the guest wrote to, and what hour it is there.")
def start_function(conv: Conversation):
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    conv.state.today = now.strftime("%Y-%m-%d")
    conv.state.hour = now.hour
    conv.state.reception_open = 7 <= now.hour < 23
    conv.state.contact_number = conv.caller_number
