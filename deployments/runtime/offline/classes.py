"""What an answer is by closed lists: a yes, a no, a greeting, a goodbye; and which acts want one of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from deployments.runtime.offline.spoken import any_of, base, folded

Class: TypeAlias = Literal["yes", "no", "neither"]

# Whoever begins with one of these has said it.
_YES = {
    "en": "yes|yeah|yep|yup|yes please|sure thing|of course|please do|go ahead|that's right|that is right|that works"
    "|sounds good|no problem|no worries|i do|i would|i'd like that|i'd love to|let's do it|do it|absolutely|definitely",
    "de": "ja|jawohl|ja bitte|gerne|ja gerne|natürlich|na klar|genau|stimmt|das stimmt|kein problem|machen sie das",
    "es": "sí|sí por favor|claro|claro que sí|por supuesto|de acuerdo|eso es|sin problema|adelante",
    "fr": "oui|oui s'il vous plaît|bien sûr|d'accord|tout à fait|c'est ça|c'est exact|pas de problème"
    "|allez-y|volontiers",
}
_NO = {
    "en": "no|nope|nah|no thanks|no thank you|not really|never mind|nevermind|not now|i don't|i do not|don't|do not"
    "|rather not|i'd rather not|that's wrong|that is wrong|that's not right|not quite|neither",
    "de": "nein|nee|nö|nein danke|lieber nicht|nicht jetzt|das stimmt nicht|stimmt nicht|das ist falsch|keins",
    "es": "no|no gracias|mejor no|ahora no|eso no|ninguno",
    "fr": "non|non merci|pas maintenant|plutôt pas|ce n'est pas ça|aucun",
}
# These only where nothing else is said.
_YES_ALONE = {
    "en": "ok|okay|sure|right|fine|great|perfect|good|correct|exactly|please|alright|all right|lovely|true",
    "de": "ok|okay|gut|klar|richtig|korrekt|passt|perfekt|bitte|einverstanden",
    "es": "ok|vale|bien|perfecto|correcto|exacto|por favor",
    "fr": "ok|bien|parfait|exact|correct|entendu|s'il vous plaît",
}
_NO_ALONE = {
    "en": "wrong|incorrect|nothing|none|stop|cancel",
    "de": "falsch|nichts|stopp",
    "es": "nada|mal|incorrecto",
    "fr": "faux|rien|incorrect",
}
_POLITE = {
    "en": "please|thanks|thank you|that|it|is|that's|it's|very much|well|oh|then|and|so",
    "de": "bitte|danke|das|ist|vielen dank|sehr",
    "es": "por favor|gracias|eso|es|muy",
    "fr": "s'il vous plaît|merci|c'est|tres",
}

Kind: TypeAlias = Literal["hello", "thanks", "goodbye", "person", "wait"]

_SPOKEN: dict[Kind, dict[str, str]] = {
    "hello": {
        "en": "hi|hello|hey|good morning|good afternoon|good evening|hi there|hello there|hey there",
        "de": "hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott",
        "es": "hola|buenos días|buenas tardes|buenas noches|buenas",
        "fr": "bonjour|bonsoir|salut|allô",
    },
    "thanks": {
        "en": "thanks|thank you|thanks a lot|thank you very much|many thanks|cheers|great thanks|ok thanks",
        "de": "danke|vielen dank|danke schön|dankeschön|danke sehr",
        "es": "gracias|muchas gracias",
        "fr": "merci|merci beaucoup|merci bien",
    },
    "goodbye": {
        "en": "bye|goodbye|good bye|bye bye|see you|that's all|that is all|that was all|nothing else|i'm done",
        "de": "tschüss|tschüs|auf wiedersehen|auf wiederhören|das war's|das wars|das ist alles",
        "es": "adiós|hasta luego|eso es todo|nada más",
        "fr": "au revoir|à bientôt|c'est tout|bonne journée",
    },
    "person": {
        "en": "person|human|human being|agent|operator|representative|talk to someone|speak to someone"
        "|speak with someone|talk with someone|real person|somebody real",
        "de": "mensch|menschen|mitarbeiter|mitarbeiterin|mit jemandem sprechen|person",
        "es": "persona|agente|operador|alguien",
        "fr": "personne|conseiller|conseillère|quelqu'un|humain",
    },
    "wait": {
        "en": "wait|hold on|one moment|just a moment|one second|just a second|give me a moment",
        "de": "moment|einen moment|augenblick|warten sie",
        "es": "espere|un momento|un segundo",
        "fr": "attendez|un moment|un instant|une seconde",
    },
}
# How texts for a model speak of them.
_MEANT: dict[Kind, str] = {
    "goodbye": r"good ?bye|hangs? up|end(?:ing|s)? the (?:call|chat|conversation)|close(?:s)? the (?:call|chat)"
    r"|tsch(?:u|ü)ss|verabschied|auflegen|despid|adi(?:o|ó)s|raccroch|au revoir",
    "person": r"\bperson\b(?! who)|\bhuman\b|real agent|live agent|\boperator\b|representative|speak (?:to|with) some"
    r"|talk to some|mensch|mitarbeiter|persona\b|agente|personne\b|conseiller",
    "wait": r"\bwait|hold on|one moment|\bpause|warten|esper|attend",
}

_ACT_NO = re.compile(
    r"\b(?:no|declines?|refuses?|rejects?|disagrees?|wrong|incorrect|unhappy|ablehn\w*|nein|non|refuse\w*|rechaz\w*"
    r"|(?:do|does) not (?:want|accept|agree|confirm)|don't (?:want|accept|agree)|doesn't (?:want|accept|agree)"
    r"|not (?:content|happy|right|correct|agree|want|pleased)|changes? their mind|nothing pleases|none pleases)\b"
)
_ACT_YES = re.compile(
    r"\b(?:yes|confirms?|confirmed|accepts?|agrees?|agreed|happy|content|correct(?! (?:them|it|him|her))"
    r"|ja|si|oui|bestatig\w*|acept\w*|accept\w*)\b"
)
_OTHERWISE = re.compile(r"\b(?:otherwise|anything else|something else|in any other case|all other|in all other)\b")
AFTER_OFFER = re.compile(
    r"\b(?:if|when|once) (?:they|he or she|the \w+|somebody|someone)(?: then)? "
    r"(?:accepts?|wants?|would like|agrees?|wish(?:es)?|says? yes|confirms?|asks? for it)\b"
)


def class_of(text: str, language: str) -> Class:
    plain, code = _bare(text), base(language)
    begun, said = _begun(code)
    match = begun.match(plain)
    if match:
        return said[match[0]]
    alone = _alone(code).fullmatch(plain)
    if alone:
        return "yes" if alone["yes"] else "no"
    return "neither"


def kinds_of(text: str, language: str) -> set[Kind]:
    """What else a caller's words are; a greeting or thanks only where they are all of it."""
    plain = _bare(text)
    found: set[Kind] = set()
    for kind in _SPOKEN:
        pattern = _spoken(kind, base(language))
        if pattern.fullmatch(plain) if kind in {"hello", "thanks"} else pattern.search(plain):
            found.add(kind)
    return found


@lru_cache(maxsize=4096)
def meant_by(condition: str) -> frozenset[Kind]:
    """What an act is for, by the text that names it."""
    plain = folded(condition)
    return frozenset(kind for kind, pattern in _MEANT.items() if re.search(pattern, plain))


@lru_cache(maxsize=4096)
def class_wanted(condition: str) -> Class:
    """The answer after which an act is called: what its condition says nearest to it counts."""
    plain = folded(condition)
    if _ACT_NO.search(plain):
        return "no"
    return "yes" if _ACT_YES.search(plain) else "neither"


def is_otherwise(condition: str) -> bool:
    return bool(_OTHERWISE.search(folded(condition)))


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]", " ", folded(text)).split())


def _listed(lists: dict[str, str], code: str) -> str:
    """Of this language and of English, which is understood everywhere."""
    return any_of(folded(phrase) for phrase in (*lists[code].split("|"), *lists["en"].split("|")))


@lru_cache
def _begun(code: str) -> tuple[re.Pattern[str], dict[str, Class]]:
    """The longest phrase of both lists counts: `no problem` is a yes, `I do not` a no."""
    said: dict[str, Class] = {}
    for one in ("en", code):
        said |= {folded(phrase): "yes" for phrase in _YES[one].split("|")}
        said |= {folded(phrase): "no" for phrase in _NO[one].split("|")}
    return re.compile(rf"({any_of(said)})(?![\w'])"), said


@lru_cache
def _alone(code: str) -> re.Pattern[str]:
    polite = _listed(_POLITE, code)
    yes, no = _listed(_YES_ALONE, code), _listed(_NO_ALONE, code)
    return re.compile(rf"(?:{polite} )*(?:(?P<yes>{yes})|(?P<no>{no}))(?: {polite}| {yes})*")


@lru_cache
def _spoken(kind: Kind, code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w']){_listed(_SPOKEN[kind], code)}(?![\w'])")
