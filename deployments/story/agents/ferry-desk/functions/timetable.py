from _gen import *  # <AUTO GENERATED>

# The times a boat leaves, earliest first. One table a season; the newest replaces the one before.
SUMMER = {
    "Harrow Quay to Skarra": ["06:40", "09:15", "12:30", "15:45", "18:50"],
    "Skarra to Harrow Quay": ["07:55", "10:30", "13:50", "17:05", "20:10"],
    "Harrow Quay to Little Brae": ["08:20", "11:40", "16:20", "19:10"],
    "Little Brae to Harrow Quay": ["09:30", "13:00", "17:30", "20:20"],
    "Harrow Quay to Innish": ["10:00", "15:00"],
    "Innish to Harrow Quay": ["11:30", "16:30"],
}

SEASON = SUMMER


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
