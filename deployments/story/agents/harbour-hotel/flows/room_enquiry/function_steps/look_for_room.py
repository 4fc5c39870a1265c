from _gen import *  # <AUTO GENERATED>

from functions.find_room import find_room


def look_for_room(conv: Conversation, flow: Flow):
    conv.state.arrival = conv.entities.arrival.value
    conv.state.nights = int(conv.entities.nights.value)
    conv.state.guests = int(conv.entities.guests.value)
    found = find_room(conv, conv.state.arrival, conv.state.nights, conv.state.guests)
    if not conv.state.free_rooms:
        conv.exit_flow()
        return found
    flow.goto_step("Offer room", "something is free")
    return None
