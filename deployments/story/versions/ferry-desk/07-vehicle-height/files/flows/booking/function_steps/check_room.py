from _gen import *  # <AUTO GENERATED>

from functions.quote_fare import quote_fare

# Places for cars on each boat. A van takes two.
CAR_DECK = {"Skarra": 46, "Little Brae": 14, "Innish": 0}

# Headroom in centimetres, with a hand's breadth to spare.
HEADROOM = {"Skarra": 410, "Little Brae": 230}


def check_room(conv: Conversation, flow: Flow):
    island = conv.state.to_port if conv.state.to_port != "Harrow Quay" else conv.state.from_port
    needed = {"car": 1, "van": 2}.get(conv.state.vehicle, 0)
    if needed > CAR_DECK[island]:
        flow.goto_step("Ask vehicle", "no car deck")
        return "There is no room for a " + conv.state.vehicle + " to " + island + ". Offer parking at Harrow Quay."
    if needed and conv.state.height_cm > HEADROOM[island]:
        flow.goto_step("Ask vehicle", "too high")
        return "The vehicle is too high for the boat to " + island + ". Offer parking at Harrow Quay, or the ticket office."
    quote_fare(conv, island, conv.state.passengers, 0, conv.state.vehicle, conv.state.height_cm)
    flow.goto_step("Read back", "there is room")
    return None
