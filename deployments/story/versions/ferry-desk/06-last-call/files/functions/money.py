from _gen import *  # <AUTO GENERATED>

ONES = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number):
    if number < 20:
        return ONES[number]
    if number < 100:
        rest = number % 10
        return TENS[number // 10] + ("-" + ONES[rest] if rest else "")
    rest = number % 100
    return in_words(number // 100) + " hundred" + (" and " + in_words(rest) if rest else "")


@func_description("Turn an amount in cents into words a caller can follow, then into figures.")
@func_parameter("cents", "The amount in cents")
def money(conv: Conversation, cents: int):
    euros = cents // 100
    rest = cents % 100
    figures = str(euros) + "." + str(rest).zfill(2)
    if rest == 0:
        return in_words(euros) + " euros (" + figures + ")"
    return in_words(euros) + " euros " + in_words(rest) + " (" + figures + ")"
