"""A caller without a model: what it says stands in the scenario, or is one of a few fixed sentences.

Quoted sentences are said in their order; without any, the first sentence opens. A question is answered from the
sentence of the scenario that shares most of its rare words, else with yes; what ends the talk with "no, thank you".
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from deployments.runtime.offline.classes import class_wanted
from deployments.runtime.offline.kinds import Wish, wish_for
from deployments.runtime.offline.reading import Heard, read
from deployments.runtime.offline.spoken import any_of, base, folded, sentences
from deployments.runtime.offline.values import Values
from deployments.runtime.retrieval import words
from deployments.runtime.scene import Parameter

NO_ANSWER = "The offline caller had no answer."
# Questions it may leave without an answer.
PATIENCE = 2

_YES = {"en": "Yes.", "de": "Ja.", "es": "Sí.", "fr": "Oui."}
_NO = {"en": "No.", "de": "Nein.", "es": "No.", "fr": "Non."}
_NO_THANKS = {"en": "No, thank you.", "de": "Nein, danke.", "es": "No, gracias.", "fr": "Non, merci."}
_UNKNOWN = {"en": "I don't know.", "de": "Das weiß ich nicht.", "es": "No lo sé.", "fr": "Je ne sais pas."}

_QUOTED = re.compile(r"[\"“„«]\s*([^\"“”„«»]{1,500}?)\s*[\"”“»]")
_WANTS = re.compile(
    r"^(?:then |next |first |finally |and )?(?:you (?:want|wish|would like|'d like|need)\b"
    r"|(?:you )?(?:call|ring|ask|are asking)(?= (?:to|for)\b))",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:then |next |first |finally |and )?(?:you (?:want|wish|would like|need) to know|you ask|you are asking|ask)"
    r" (?:them |the agent )?(?P<about>about )?",
    re.IGNORECASE,
)
_SAYS = re.compile(r"^(?:then |next |first |finally |and )?(?:you )?(?:say|tell (?:them|the agent))(?: that)? ", re.I)
# `you` is I, and me behind a verb or a preposition that says so.
_ME = {
    "you are": "I am", "you're": "I'm", "you were": "I was", "you": "I", "your": "my", "yours": "mine",
    "yourself": "myself",
} | {
    f"{before} you": f"{before} me"
    for before in ("to", "for", "with", "from", "by", "of", "at", "tell", "tells", "give", "gives", "offer", "offers",
                   "send", "sends", "call", "calls", "ask", "asks", "text", "texts", "help", "helps")
}  # fmt: skip
_YOU = re.compile(rf"\b{any_of(_ME)}\b", re.IGNORECASE)
_THEY = {
    "de": (re.compile(r"^(?:sie (?:möchten|wollen)|du (?:möchtest|willst)) ", re.I), "Ich möchte "),
    "es": (re.compile(r"^(?:usted )?(?:quiere|desea)s? ", re.I), "Quiero "),
    "fr": (re.compile(r"^(?:vous voulez|vous souhaitez|tu veux) ", re.I), "Je veux "),
}
# A question that a yes or a no answers, and one that wants nothing more.
_OFFERS = re.compile(
    r"^(?:would|shall|should|do|does|is|are|was|were|may|can i|could i|have|has|did|will|am i|so\b|right|correct"
    r"|soll|darf|mochten|ist|sind|haben|wollen|quiere|desea|es\b|puedo|voulez|souhaitez|est-ce|puis-je|c'est)\b"
)
_ANYTHING_ELSE = re.compile(
    r"\b(?:anything|something) (?:else|more)\b|\bnoch etwas\b|\bsonst noch\b|\balgo mas\b|\bautre chose\b"
)
_ASKS_FOR = re.compile(
    r"^(?:could|can) you\b|^please\b|\b(?:what|which|when|where|who|how|why|konnten sie|welche[rsmn]?|wann|wo|wie|was"
    r"|que|cual|cuando|donde|cuantos|podria|quel|quelle|quand|combien|pourriez-vous)\b"
)
_KINDS = ("date", "time", "number", "phone", "email", "code", "name", "money", "options")


@dataclass
class OfflineCaller:
    """`stuck` says why it could not go on; empty while it can, and where it was done. Deterministic."""

    scenario: str
    language: str
    today: date
    stuck: str = ""
    _opened: bool = False
    _done: bool = False
    _unanswered: int = 0
    _quotes: list[str] = field(init=False)
    _sentences: list[str] = field(init=False)
    _used: Counter[str] = field(default_factory=Counter)
    # Questions with the values they were answered with: the same answer to the same question is none.
    _given: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._quotes = [quote for quote in _QUOTED.findall(self.scenario) if quote.strip()]
        self._sentences = sentences(" ".join(self.scenario.split()))

    def next(self, said: str) -> str | None:
        """Its answer to what the agent said, None when it hangs up."""
        if self._quotes:
            self._opened = True
            return self._quotes.pop(0)
        if not self._opened:
            self._opened = True
            if not self._sentences:
                self.stuck = NO_ANSWER
                return None
            self._used[self._sentences[0]] += 1
            return first_person(self._sentences[0], self.language)
        questions = [one for one in sentences(said) if one.endswith("?")]
        question = questions[-1] if questions else ""
        if not question or _ANYTHING_ELSE.search(folded(question)):
            return self._goes_on()
        return self._answer(question)

    def _goes_on(self) -> str | None:
        """Nothing was asked: what is still to be asked, then goodbye."""
        for sentence in self._sentences:
            if not self._used[sentence] and (_WANTS.match(sentence) or _ASKS.match(sentence)):
                self._used[sentence] += 1
                return first_person(sentence, self.language)
        if self._done:
            return None
        self._done = True
        return _NO_THANKS[base(self.language)]

    def _answer(self, question: str) -> str | None:
        sharing = self._sharing(question)
        best = sharing[0] if sharing else None
        if _is_offer(question):
            if best is not None:
                self._used[best] += 1
                if class_wanted(best) == "no":
                    return _NO[base(self.language)]
            return _YES[base(self.language)]
        wish = wish_for(Parameter(name="", type="string", description=question.rstrip("?")), ())
        # Where no sentence shares a word, any sentence that holds such a value will do.
        for sentence in sharing or self._sentences:
            value = self._value(wish, sentence)
            if value is not None and (question, value) not in self._given:
                self._used[sentence] += 1
                self._given.add((question, value))
                return value
        if best is not None and not self._used[best]:
            self._used[best] += 1
            return first_person(best, self.language)
        if not _ASKS_FOR.match(folded(question)):
            return _YES[base(self.language)]
        self._unanswered += 1
        if self._unanswered == PATIENCE:
            self.stuck = NO_ANSWER
            return None
        return _UNKNOWN[base(self.language)]

    def _sharing(self, question: str) -> list[str]:
        """The sentences that share words with the question, most rare ones first; equal ones as they stand."""
        told = {sentence: words(sentence, self.language) for sentence in self._sentences}
        having = Counter(word for each in told.values() for word in each)
        asked = words(question, self.language)
        shared = {sentence: sum(1 / having[word] for word in sorted(each & asked)) for sentence, each in told.items()}
        return sorted((one for one in told if shared[one]), key=lambda one: -shared[one])

    def _value(self, wish: Wish, sentence: str) -> str | None:
        """What the sentence says of it, in the scenario's own words."""
        if wish.meant not in _KINDS:
            return None
        heard = Heard(Values(sentence, self.language, self.today), self.language)
        found = read(wish, heard, asked=False)
        if found is None or not heard.taken:
            return None
        taken = heard.taken[-1]
        return sentence[taken.start : taken.end].strip(" ,.;")


def first_person(sentence: str, language: str) -> str:
    """`You want to know where your cabin is.` -> `I want to know where my cabin is.`"""
    if base(language) in _THEY:
        pattern, mine = _THEY[base(language)]
        if pattern.match(sentence):
            return pattern.sub(mine, sentence)
    if _WANTS.match(sentence):
        turned = _WANTS.sub("I want", sentence)
        return _mine(turned.replace("I want for ", "I want ", 1))
    asks = _ASKS.match(sentence)
    if asks:
        about = sentence[asks.end() :].rstrip(" .")
        told = f"Can you tell me about {about}?" if asks["about"] else f"Can you tell me {about}?"
        return _mine(told)
    says = _SAYS.match(sentence)
    return _mine(sentence[says.end() :] if says else sentence)


def _mine(sentence: str) -> str:
    """The caller of a scenario is `you`; who is asked is left as it is."""
    head, mark, rest = sentence.rpartition("Can you tell me ")
    turned = _YOU.sub(lambda match: _ME[" ".join(match[0].lower().split())], rest)
    return head + mark + (turned if mark else turned[:1].upper() + turned[1:])


def _is_offer(question: str) -> bool:
    plain = folded(question).lstrip("¿ ")
    # "All right, shall I ...?" offers too.
    return bool(_OFFERS.match(plain) or _OFFERS.match(plain.rpartition(", ")[2]))
