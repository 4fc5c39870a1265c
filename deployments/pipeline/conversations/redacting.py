"""Who reads whose number: personal data of callers is for admins, everybody else reads REDACTED in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers

from deployments.models import Conversation, Role
from deployments.runtime import turns

REDACTED = "REDACTED"
# Shorter ones might stand for something else.
_SHORTEST = 6
# What may be a number as people and models write it: "+44 20 7946-0018", "(020) 7946 0018".
_WRITTEN = re.compile(r"[+(]{0,2}[0-9][0-9\s()./\-]{4,}[0-9]")
_BETWEEN = re.compile(r"[^0-9]")
_NUMBER = re.compile(r"[+0-9\s()./\-]+")


def may_read_personal_data(role: Role) -> bool:
    return role.holds(Role.ADMIN)


@dataclass(frozen=True)
class Redaction:
    """What is hidden in a conversation from somebody in this role: the caller's number, however it is passed on."""

    reads_all: bool
    hidden: tuple[str, ...] = ()
    # The same as digits alone, with and without its country.
    digits: tuple[str, ...] = ()

    @classmethod
    def of(cls, conversation: Conversation, role: Role) -> Redaction:
        if may_read_personal_data(role):
            return cls(True)
        number = conversation.caller_number
        forms = {number, number.lstrip("+").removeprefix("00")}
        hidden = sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)
        return cls(False, tuple(hidden), _digits_of(number))

    def text(self, value: str) -> str:
        for hidden in self.hidden:
            value = value.replace(hidden, REDACTED)
        return _WRITTEN.sub(self._unless_hidden, value) if self.digits else value

    def value(self, value: Any) -> Any:
        """The same anywhere in what JSON holds."""
        match value:
            case str():
                return self.text(value)
            case int() if str(value) in self.digits:
                return REDACTED
            case Mapping():
                return {self.text(key): self.value(each) for key, each in value.items()}
            case list() | tuple():
                return [self.value(each) for each in value]
        return value

    def number(self, number: str) -> str:
        return number if self.reads_all or not number else REDACTED

    def shown(self, held: Conversation) -> Conversation:
        """Its row as a list or a page shows it. It is not to be saved."""
        if self.reads_all:
            return held
        row = copy(held)
        row.summary, row.handoff_destination = self.text(held.summary), self.text(held.handoff_destination)
        row.handoff_reason = self.text(held.handoff_reason)
        return row

    def contact(self, conversation: Conversation) -> str:
        return self.number(conversation.caller_number) or conversation.contact

    def notes(self, notes: tuple[turns.Note, ...] | list[turns.Note]) -> list[turns.Note]:
        """Without those that an agent's author marked as personal."""
        return [note for note in notes if self.reads_all or not note.is_pii]

    def _unless_hidden(self, written: re.Match[str]) -> str:
        alone = _BETWEEN.sub("", written[0])
        return REDACTED if any(form in alone for form in self.digits) else written[0]


@lru_cache(maxsize=1024)
def _digits_of(number: str) -> tuple[str, ...]:
    """None of what is no telephone number, such as a name in an address of SIP."""
    if not _NUMBER.fullmatch(number):
        return ()
    forms = {_BETWEEN.sub("", number).removeprefix("00")}
    with suppress(phonenumbers.NumberParseException):
        forms.add(str(phonenumbers.parse("+" + min(forms)).national_number))
    # Shorter ones might be a part of something else.
    return tuple(form for form in forms if len(form) > _SHORTEST)
