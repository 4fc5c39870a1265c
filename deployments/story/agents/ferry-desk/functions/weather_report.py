from _gen import *  # <AUTO GENERATED>

# Significant wave height in metres up to which each boat leaves the harbour.
LIMITS = {"Skarra": 3.5, "Little Brae": 2.5, "Innish": 1.8}


@func_description("Say whether the sea allows a crossing to an island right now.")
@func_parameter("island", "Skarra, Little Brae or Innish")
def weather_report(conv: Conversation, island: str):
    if conv.state.weather_hold:
        return "All boats wait in harbour: " + conv.state.weather_hold + ". Offer to text the caller when that changes."
    limit = LIMITS.get(island)
    if limit is None:
        return "Ask which island the caller means."
    answer = conv.api.sea_state.latest("harbour-mouth")
    if not answer.ok:
        return "The buoy does not answer. Say that the next decision is made an hour before each sailing."
    height = answer.json()["wave_height"]
    if height > limit:
        return "Waves of " + str(height) + " metres are too high for " + island + ". The boat does not sail for now."
    if height > limit * 0.8:
        return "The boat to " + island + " sails, and it will be rough. Say so plainly."
    return "The boat to " + island + " sails as planned."
