from _gen import *  # <AUTO GENERATED>


@func_description("Go on in German when the caller speaks German or asks for it.")
def speak_german(conv: Conversation):
    conv.set_language("de-DE")
    conv.write_metric("language", "de-DE", write_once=True)
    return {"utterance": conv.translations.german_from_here}
