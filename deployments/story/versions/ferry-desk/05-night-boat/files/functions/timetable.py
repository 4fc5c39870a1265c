from _gen import *  # <AUTO GENERATED>

# The times a boat leaves, earliest first. One table a season; the newest replaces the one before.
WINTER = {
    "Harrow Quay to Skarra": ["07:10", "12:30", "15:45", "18:20"],
    "Skarra to Harrow Quay": ["08:25", "13:50", "17:05", "19:40"],
    "Harrow Quay to Little Brae": ["08:20", "11:40", "15:50"],
    "Little Brae to Harrow Quay": ["09:30", "13:00", "16:50"],
    "Harrow Quay to Innish": ["10:30"],
    "Innish to Harrow Quay": ["13:15"],
}

SEASON = WINTER

# One crossing to the island for whoever the evening boat left behind. No vehicles over two metres.
NIGHT_BOAT = {"Harrow Quay to Skarra": "23:10"}


def minutes(clock):
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


@func_description("List the times our boats leave on one route today, earliest first.")
@func_parameter("from_port", "The port the boat leaves from")
@func_parameter("to_port", "The port the boat sails to")
def timetable(conv: Conversation, from_port: str, to_port: str):
    times = SEASON.get(from_port + " to " + to_port)
    if times is None:
        return "We do not sail straight from " + from_port + " to " + to_port + ". Say that the caller changes at Harrow Quay."
    return "Boats leave at " + ", ".join(times) + ". Name the next two only and offer to go on."
