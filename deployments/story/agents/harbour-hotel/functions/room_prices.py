from _gen import *  # <AUTO GENERATED>

# Euros a night, breakfast included. A third night is cheaper, a seventh cheaper again.
PRICES = {"small": 84, "harbour": 138, "garden": 122, "family": 176}


def price_of_stay(room_type, nights):
    full = PRICES[room_type] * nights
    if nights >= 7:
        return full * 80 // 100
    if nights >= 3:
        return full * 90 // 100
    return full


@func_description("Work out what a stay costs, breakfast included.")
@func_parameter("room_type", "small, harbour, garden or family")
@func_parameter("nights", "How many nights")
def room_prices(conv: Conversation, room_type: str, nights: int):
    if room_type not in PRICES:
        return "Ask which room they mean: a small one, one to the harbour, one to the garden, or a family room."
    euros = price_of_stay(room_type, nights)
    conv.state.price_text = "EUR " + str(euros)
    return "The stay costs " + conv.state.price_text + " for " + str(nights) + " nights, breakfast included."
