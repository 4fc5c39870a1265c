"""Which topics a sentence is about, by its words alone: the same for every engine, and the same every time.

The likeness of two sentences is the weight of the words they share over the weight of all their words (the weighted
Jaccard index), where a word weighs the more the fewer topics have it (inverse document frequency, squared: tried on
sample questions looked up without themselves, it finds one in ten more than the plain one).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

THRESHOLD = 0.25
AT_MOST = 5
IN_NAME, IN_CONTENT = 0.5, 0.5

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")

# Words that say nothing about a subject, per language; without their accents, as words are compared.
_STOP = {
    "en": """a an and are am as at be been but by can could did do does for from had has have how i id if im in is
        it its ive may me my of on or our please so some that the their them then there these they this to us was we
        were what when where which who will with would you your""",
    "de": """aber am an auf aus bei bin bis bitte da das dass dem den der des die du ein eine einem einen einer es fur
        haben hat hatte ich ihr im in ist kann konnen man mein meine mich mir mit mochte nach noch oder sich sie sind so
        um und uns von vor was wenn werden wer wie wir wo wurde zu zum zur""",
    "es": """a al algo como con cual cuando de del donde el ella en es esta este hay la las le lo los me mi mis no para
        pero por puede puedo que quiero se si sin su sus tengo tiene un una y yo""",
    "fr": """a ai au aux avec c ce ces cette comme d dans de des du elle en est et il j je l la le les ma mes mon n ne
        nous ou par pas peux peut pour puis qu que quel quelle qui s se son sur un une vos votre vous y""",
}
_STOPPED = {language: frozenset(words.split()) for language, words in _STOP.items()}

# Longest first. Cut only where at least four letters stay: enough to bring "sailings" to "sail".
_ENDINGS = ("ings", "ing", "ies", "ed", "es", "en", "er", "s", "e", "n")
_LEAST = 4


@dataclass(frozen=True)
class Topic:
    """`key` tells topics apart; `questions` are sample questions."""

    key: str
    name: str
    content: str
    questions: Sequence[str] = ()


@dataclass(frozen=True)
class Hit:
    topic: Topic
    score: float
    # The input is one of its sample questions.
    exact: bool


@dataclass(frozen=True)
class _Read:
    """A topic as it is compared: its words, and of each sample question the plain text, the words and their weight."""

    topic: Topic
    questions: Sequence[tuple[str, frozenset[str], float]]
    name: frozenset[str]
    content: frozenset[str]
    all: frozenset[str]


class Index:
    """The topics of a version, read once. `language` chooses the words that do not count."""

    def __init__(self, topics: Iterable[Topic], language: str) -> None:
        self._language = language
        read = [
            (
                topic,
                [words(question, language) for question in topic.questions],
                words(topic.name, language),
                words(topic.content, language),
            )
            for topic in topics
        ]
        having: Counter[str] = Counter()
        for _, questions, name, content in read:
            having.update(name.union(content, *questions))
        self._weights = {word: self._rarity(len(read), count) for word, count in having.items()}
        self._unknown = self._rarity(len(read), 0)
        self._topics = [
            _Read(
                topic,
                [
                    (_plain(question), counted, self.weight(counted))
                    for question, counted in zip(topic.questions, questions, strict=True)
                ],
                name,
                content,
                name.union(content, *questions),
            )
            for topic, questions, name, content in read
        ]

    def find(self, text: str, *, at_most: int = AT_MOST, threshold: float = THRESHOLD) -> list[Hit]:
        """The topics above the threshold, best first; equal ones in the order they were given."""
        asked = words(text, self._language)
        if not asked:
            return []
        whole = self.weight(asked)
        plain = _plain(text)
        hits = []
        for read in self._topics:
            if asked.isdisjoint(read.all):
                continue
            likeness, exact = 0.0, False
            for question, counted, weight in read.questions:
                exact = exact or question == plain
                if shared := self.weight(asked & counted):
                    likeness = max(likeness, shared / (whole + weight - shared))
            score = (
                likeness
                + IN_NAME * self.weight(asked & read.name) / whole
                + IN_CONTENT * self.weight(asked & read.content) / whole
            )
            if exact or score >= threshold:
                hits.append(Hit(read.topic, score, exact))
        hits.sort(key=lambda hit: (not hit.exact, -hit.score))
        return hits[:at_most]

    def knows(self, word: str) -> bool:
        """Whether any topic has it; small words it never has."""
        return has_subject(word, self._language) and any(one in self._weights for one in words(word, self._language))

    def weight(self, some: Collection[str]) -> float:
        # Sorted, because a sum of floats depends on its order and a set has none.
        return sum(self._weights.get(word, self._unknown) for word in sorted(some))

    @staticmethod
    def _rarity(topics: int, having: int) -> float:
        return math.log(1 + (topics + 1) / (1 + having)) ** 2


@lru_cache(maxsize=8192)
def words(text: str, language: str) -> frozenset[str]:
    """The words that count, without case, accents and endings. Where all are stop words, all count."""
    found = _WORD.findall(_APOSTROPHES.sub("", _plain(text)))
    stopped = _STOPPED.get(language.split("-")[0].lower(), frozenset())
    return frozenset(_stem(word) for word in ([word for word in found if word not in stopped] or found))


def has_subject(text: str, language: str) -> bool:
    """Whether the text has a word that is not only a small one."""
    stopped = _STOPPED.get(language.split("-")[0].lower(), frozenset())
    return any(word not in stopped for word in _WORD.findall(_APOSTROPHES.sub("", _plain(text))))


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in spread if not unicodedata.combining(letter)).strip(" ?!.").split())


def _stem(word: str) -> str:
    if word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return word[: -len(ending)]
    return word
