from _gen import *  # <AUTO GENERATED>

from functions.money import money

# Single fares in cents: an adult, a child from four to fifteen, a car with its driver's place not included.
FARES = {
    "Skarra": {"adult": 1450, "child": 725, "bicycle": 300, "motorcycle": 1200, "car": 3900, "van": 5200},
    "Little Brae": {"adult": 980, "child": 490, "bicycle": 300, "motorcycle": 900, "car": 2800, "van": 3900},
    "Innish": {"adult": 1600, "child": 800, "bicycle": 300},
}

# A tall vehicle stands under the forward deck, where two low ones would fit.
TALL = 210
TALL_EXTRA = 1600


@func_description("Work out the single fare for a party, with its vehicle.")
@func_parameter("island", "The island end of the crossing: Skarra, Little Brae or Innish")
@func_parameter("adults", "How many passengers of sixteen or older")
@func_parameter("children", "How many passengers from four to fifteen; younger ones travel free")
@func_parameter("vehicle", "none, bicycle, motorcycle, car or van")
@func_parameter("height_cm", "Height of a car or van in centimetres, with everything on its roof; 0 without one")
def quote_fare(conv: Conversation, island: str, adults: int, children: int, vehicle: str, height_cm: int):
    fares = FARES.get(island)
    if fares is None:
        return "Ask which island the caller travels to or from."
    if vehicle != "none" and vehicle not in fares:
        return "We carry no " + vehicle + " to " + island + ". Offer parking at Harrow Quay."
    if vehicle in ("car", "van") and height_cm == 0:
        return "Ask how high the vehicle is, with everything on its roof, before you name a fare."
    cents = adults * fares["adult"] + children * fares["child"]
    if vehicle != "none":
        cents = cents + fares[vehicle]
    if height_cm > TALL:
        cents = cents + TALL_EXTRA
    conv.state.fare_cents = cents
    conv.state.fare_text = money(conv, cents)
    return "The single fare is " + conv.state.fare_text + ". A day return costs half as much again."
