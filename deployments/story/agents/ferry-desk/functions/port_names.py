from _gen import *  # <AUTO GENERATED>

# What callers say, and the port they mean.
SPOKEN = {
    "Harrow Quay": ["harrow", "mainland", "the quay", "town"],
    "Skarra": ["skarra", "scara", "the big island", "main island"],
    "Little Brae": ["little brae", "brae", "the small island"],
    "Innish": ["innish", "bird island", "the birds"],
}


@func_description("Find out which of our four ports a caller means, however they call it.")
@func_parameter("heard", "The words the caller used for the port")
def port_names(conv: Conversation, heard: str):
    said = heard.lower()
    for port, words in SPOKEN.items():
        for word in words:
            if word in said:
                return "The caller means " + port + "."
    return "We do not sail there. Tell the caller our four ports: Harrow Quay, Skarra, Little Brae and Innish."
