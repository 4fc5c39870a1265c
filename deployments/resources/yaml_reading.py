"""YAML 1.2 read into plain values: quickly, and within bounds whatever the file holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain
from typing import Any

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from deployments.resources.resource import Value

DEEPEST = 50
# Counted with every alias written out, so that a few lines cannot stand for millions of values.
MOST_VALUES = 500_000

# Line breaks of YAML 1.1 that are ordinary characters in YAML 1.2.
_OLD_BREAKS = "\x85\u2028\u2029"
_STAND_INS = "\ue0f0\ue0f1\ue0f2"
# How a quoted text may hold a character that no column of the database does.
_NUL = re.compile(r"\\(?:0|x00|u0000|U00000000)")
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}\Z")
_OTHER_WHOLE = re.compile(r"0(?:o[0-7]{1,100}|x[0-9a-fA-F]{1,100})\Z")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}


class NotRead(ValueError):
    """Why the text could not be read, and in which line (from 1)."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def read_yaml(text: str, bare: Collection[str] = ()) -> Value:
    """The one document in the text. Below a key in `bare` an unquoted scalar stays the text that stands there."""
    stood_in = any(character in text for character in _OLD_BREAKS)
    if stood_in:
        if any(character in text for character in _STAND_INS):
            raise NotRead("It holds characters that cannot be told apart from old line breaks.")
        text = text.translate(str.maketrans(_OLD_BREAKS, _STAND_INS))
    try:
        value = _Reader(CParser(text), bare).document()
    except YAMLError as error:
        raise _in_words(error) from error
    except UnicodeError as error:
        raise NotRead("It holds half a character (a lone surrogate).") from error
    if _NUL.search(text):
        refuse_nul(value)
    return _with_old_breaks(value) if stood_in else value


def refuse_nul(value: Value) -> None:
    """Nothing that is read holds one, however it was written."""
    if isinstance(value, str):
        if "\0" in value:
            raise NotRead("It holds a NUL character.")
    elif isinstance(value, list | dict):
        for entry in chain(value, value.values()) if isinstance(value, dict) else value:
            refuse_nul(entry)


def plain_scalar(text: str) -> Value:
    """What an unquoted scalar means. NaN stays text: a number that differs from itself would change by itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _WHOLE.match(text):
        return int(text)
    if _OTHER_WHOLE.match(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _NUMBER.match(text):
        return float(text)
    return text


class _Reader:
    """Builds values from events, because composing nodes first costs twice the time and hides repeated keys."""

    def __init__(self, parser: Any, bare: Collection[str]) -> None:
        self._next = parser.get_event
        self._bare = bare
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._count = 0

    def document(self) -> Value:
        self._next()  # the start of the stream
        event = self._next()
        if not isinstance(event, DocumentStartEvent):
            return None
        value = self._value(self._next(), 0)
        end = self._next()
        while isinstance(end, DocumentEndEvent):
            end = self._next()
        if isinstance(end, DocumentStartEvent):
            raise NotRead("It holds more than one document.", _line(end))
        return value

    def _value(self, event: Any, depth: int, bare: bool = False) -> Value:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        before = self._count
        self._count += 1
        if self._count > MOST_VALUES:
            raise NotRead("It stands for too many values.", _line(event))
        value: Value
        if kind is ScalarEvent:
            # A quoted scalar, or one with an explicit tag (`!!str 3`), is text; the only other tags of use are numbers
            # and flags, which need none.
            value = event.value if not event.implicit[0] or bare else plain_scalar(event.value)
        elif depth >= DEEPEST:
            raise NotRead(f"It is nested more than {DEEPEST} levels deep.", _line(event))
        elif kind is MappingStartEvent:
            value = self._mapping(depth + 1)
        else:
            assert kind is SequenceStartEvent
            value = self._sequence(depth + 1, bare)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._count - before)
        return value

    def _mapping(self, depth: int) -> dict[str, Value]:
        following, value_of, bare = self._next, self._value, self._bare
        mapping: dict[str, Value] = {}
        merged: list[Value] = []
        event = following()
        while type(event) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                raise NotRead("A key must be plain text.", _line(event))
            key = event.value
            if event.anchor:
                self._anchors[event.anchor] = (key, 1)
            if key == "<<" and event.implicit[0]:
                merged.append(value_of(following(), depth))
            elif key in mapping:
                raise NotRead(f'It has the key "{key}" twice in one place.', _line(event))
            else:
                mapping[key] = value_of(following(), depth, key in bare)
            event = following()
        return _with_merged(mapping, merged) if merged else mapping

    def _sequence(self, depth: int, bare: bool) -> list[Value]:
        following, value_of = self._next, self._value
        values: list[Value] = []
        event = following()
        while type(event) is not SequenceEndEvent:
            values.append(value_of(event, depth, bare))
            event = following()
        return values

    def _alias(self, event: Any) -> Value:
        # Also refuses an anchor inside itself: it is only known when it is complete.
        if event.anchor not in self._anchors:
            raise NotRead(f'Nothing is named "{event.anchor}" above.', _line(event))
        value, size = self._anchors[event.anchor]
        self._count += size
        if self._count > MOST_VALUES:
            raise NotRead("Its aliases stand for too many values.", _line(event))
        return value


def _with_merged(mapping: dict[str, Value], merged: list[Value]) -> dict[str, Value]:
    sources = [source for value in merged for source in (value if isinstance(value, list) else [value])]
    result: dict[str, Value] = {}
    for source in reversed(sources):
        if not isinstance(source, dict):
            raise NotRead('"<<" must name a map.')
        result |= source
    return result | mapping


def _with_old_breaks(value: Value) -> Value:
    back = str.maketrans(_STAND_INS, _OLD_BREAKS)
    if isinstance(value, str):
        return value.translate(back)
    if isinstance(value, list):
        return [_with_old_breaks(entry) for entry in value]
    if isinstance(value, dict):
        return {key.translate(back): _with_old_breaks(entry) for key, entry in value.items()}
    return value


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _in_words(error: YAMLError) -> NotRead:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return NotRead(f"It is not valid YAML ({problem}).", int(mark.line) + 1 if mark else None)
