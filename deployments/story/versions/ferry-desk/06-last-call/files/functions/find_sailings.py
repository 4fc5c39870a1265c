from _gen import *  # <AUTO GENERATED>

from functions.timetable import NIGHT_BOAT, SEASON, minutes

# Minutes before departure at which the ramp goes up. Nobody is let on after that.
LAST_CALL = 10


def can_board(conv, day, clock):
    if day != conv.state.today:
        return day > conv.state.today
    return minutes(clock) - LAST_CALL > conv.state.minutes_now


@func_description("Find sailings with room left on one route and day.")
@func_parameter("from_port", "The port the boat leaves from")
@func_parameter("to_port", "The port the boat sails to")
@func_parameter("day", "The day of travel as YYYY-MM-DD")
def find_sailings(conv: Conversation, from_port: str, to_port: str, day: str):
    route = from_port + " to " + to_port
    if route not in SEASON:
        return "There is no direct boat from " + from_port + " to " + to_port + ". Offer the way through Harrow Quay."
    full = conv.real_time_config.get("full_sailings", [])
    open_times = []
    for clock in SEASON[route]:
        if can_board(conv, day, clock) and day + " " + route + " " + clock not in full:
            open_times.append(clock)
    conv.state.sailings = open_times
    night = NIGHT_BOAT.get(route)
    if not open_times and night and can_board(conv, day, night):
        conv.state.sailings = [night]
        return "The evening boat is full. Offer the night boat at " + night + ", without tall vehicles."
    if not open_times:
        return "Nothing is left on " + day + " from " + from_port + " to " + to_port + ". Offer the day after."
    return "Still open from " + from_port + " to " + to_port + " on " + day + ": " + ", ".join(open_times) + "."
