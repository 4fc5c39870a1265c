"""The few sentences that stand in no version, in each language the engine knows."""

from __future__ import annotations

from deployments.runtime.offline.spoken import base

_SENTENCES = {
    "en": {
        "unknown": "I don't have information about that.",
        "hello": "Hello. How can I help you?",
        "goodbye": "Goodbye.",
        "all_right": "All right. Is there anything else?",
        "could_you_tell": "Could you tell me {what}?",
        "shall_i": "Would you like me to {act}?",
        "put_through": "put you through to {whom}",
        "putting_through": "I am putting you through to {whom}.",
        "text_you": "text you the {what}",
        "continue": "Let us continue with {step}.",
    },
    "de": {
        "unknown": "Dazu habe ich keine Informationen.",
        "hello": "Guten Tag. Wie kann ich Ihnen helfen?",
        "goodbye": "Auf Wiedersehen.",
        "all_right": "In Ordnung. Gibt es sonst noch etwas?",
        "could_you_tell": "Könnten Sie mir das sagen: {what}?",
        "shall_i": "Soll ich das für Sie tun: {act}?",
        "put_through": "Sie verbinden mit {whom}",
        "putting_through": "Ich verbinde Sie: {whom}.",
        "text_you": "Ihnen eine Nachricht schicken ({what})",
        "continue": "Machen wir weiter mit {step}.",
    },
    "es": {
        "unknown": "No tengo información sobre eso.",
        "hello": "Hola. ¿En qué puedo ayudarle?",
        "goodbye": "Adiós.",
        "all_right": "De acuerdo. ¿Algo más?",
        "could_you_tell": "¿Podría decirme esto: {what}?",
        "shall_i": "¿Quiere que haga esto: {act}?",
        "put_through": "pasarle con {whom}",
        "putting_through": "Le paso con {whom}.",
        "text_you": "enviarle un mensaje ({what})",
        "continue": "Sigamos con {step}.",
    },
    "fr": {
        "unknown": "Je n'ai pas d'information à ce sujet.",
        "hello": "Bonjour. Comment puis-je vous aider ?",
        "goodbye": "Au revoir.",
        "all_right": "D'accord. Y a-t-il autre chose ?",
        "could_you_tell": "Pourriez-vous me dire ceci : {what} ?",
        "shall_i": "Voulez-vous que je fasse ceci : {act} ?",
        "put_through": "vous passer {whom}",
        "putting_through": "Je vous passe {whom}.",
        "text_you": "vous envoyer un message ({what})",
        "continue": "Continuons avec {step}.",
    },
}


def fixed(key: str, language: str, **filled: str) -> str:
    return _SENTENCES[base(language)][key].format(**filled)
