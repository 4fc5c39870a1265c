from _gen import *  # <AUTO GENERATED>


@func_description("Turn an amount in cents into words a caller can follow.")
@func_parameter("cents", "The amount in cents")
def money(conv: Conversation, cents: int):
    euros = cents // 100
    rest = cents % 100
    if rest == 0:
        return str(euros) + " euros"
    return str(euros) + " euros " + str(rest)
