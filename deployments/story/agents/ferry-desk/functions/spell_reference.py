from _gen import *  # <AUTO GENERATED>

WORDS = {
    "A": "Alfa", "B": "Bravo", "C": "Charlie", "D": "Delta", "E": "Echo", "F": "Foxtrot", "G": "Golf",
    "H": "Hotel", "I": "India", "J": "Juliett", "K": "Kilo", "L": "Lima", "M": "Mike", "N": "November",
    "O": "Oscar", "P": "Papa", "Q": "Quebec", "R": "Romeo", "S": "Sierra", "T": "Tango", "U": "Uniform",
    "V": "Victor", "W": "Whiskey", "X": "X-ray", "Y": "Yankee", "Z": "Zulu",
}


@func_description("Spell a booking reference so that it can be written down on a windy quay.")
@func_parameter("reference", "Booking reference, two letters and four digits")
def spell_reference(conv: Conversation, reference: str):
    parts = []
    for character in reference.upper():
        parts.append(WORDS.get(character, character))
    return "Say exactly: " + ", ".join(parts) + "."
