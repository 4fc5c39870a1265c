"""Who is who: the caller of a text becomes you, the agent it calls you becomes I."""

from __future__ import annotations

import re

_NAMES = "caller|user|guest|customer|passenger|patient|visitor|client|member|person"
CALLER = rf"(?:(?:the|a|your) (?:{_NAMES})s?|them|him|her|callers|users|guests|customers)"

_THIRD = re.compile(
    rf"\b(?:the|a) (?:{_NAMES})(?P<own>'s|’s)?(?! (?:who|whose|that)\b)(?: (?P<verb>[a-z']+))?", re.IGNORECASE
)
_THEY = re.compile(
    r"\b(?P<they>they|them|themselves|theirs|their|you are|you were|you have|yourself|your|yours|you)\b", re.IGNORECASE
)
_AS_THE_CALLER = {"they": "you", "them": "you", "themselves": "yourself", "theirs": "yours", "their": "your"}
_AS_THE_AGENT = {
    "you are": "I am", "you were": "I was", "you have": "I have", "you": "I", "yourself": "myself",
    "your": "my", "yours": "mine",
}  # fmt: skip
# With "you" these lose the ending of the third person.
_VERBS = {
    "is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "hasn't": "haven't",
    "doesn't": "don't", "wishes": "wish", "goes": "go", "carries": "carry",
}  # fmt: skip
_REGULAR_VERBS = """
    agree arrive ask bring buy call choose come cross decide drive get give gave hold keep know
    leave like live lose mean move name need own pay prefer reach rent require ring say send sit
    speak start stay stop take tell travel use visit wait walk want write
"""
_REGULAR = frozenset(_REGULAR_VERBS.split())
_JSON_LIST = re.compile(r'\[("[^"\[\]]*"(?:, ?"[^"\[\]]*")*)\]')


def to_caller(text: str, *, they: bool = True, you: bool = True) -> str:
    """`the guest needs their key` -> `you need your key`. `they`: who is not named is the caller too; `you`: the text
    speaks to the agent, so that its own `you` is I."""
    kept: list[str] = []

    def keep(word: str) -> str:
        # A `you` that is the caller already must not become I afterwards.
        kept.append(word)
        return f"\x00{len(kept) - 1}\x00"

    def third(match: re.Match[str]) -> str:
        if match["own"]:
            verb = f" {match['verb']}" if match["verb"] else ""
            return keep(_cased("your", match[0])) + verb
        verb = f" {_second_person(match['verb'])}" if match["verb"] else ""
        return keep(_cased("you", match[0])) + verb

    def pronoun(match: re.Match[str]) -> str:
        word = match["they"].lower()
        turned = _AS_THE_CALLER.get(word) if they else None
        turned = turned or (_AS_THE_AGENT.get(word) if you else None)
        return _cased(turned, match[0]) if turned else match[0]

    named = _THIRD.sub(third, text)
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], _THEY.sub(pronoun, named))


def plain_lists(text: str) -> str:
    """`["small", "garden"]` -> `small and garden`: a list that a reference has put there."""
    return _JSON_LIST.sub(_listed, text)


def _second_person(verb: str) -> str:
    if verb in _VERBS:
        return _VERBS[verb]
    return verb[:-1] if verb.endswith("s") and verb[:-1] in _REGULAR else verb


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _listed(match: re.Match[str]) -> str:
    items = [item.strip().strip('"') for item in match[1].split(",")]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
