"""Who reads whose number: personal data of callers is for admins, everybody else reads REDACTED in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployments.models import Conversation, Role
from deployments.runtime import turns

REDACTED = "REDACTED"
# Shorter ones might stand for something else.
_SHORTEST = 6


def may_read_personal_data(role: Role) -> bool:
    return role.holds(Role.ADMIN)


@dataclass(frozen=True)
class Redaction:
    """What is hidden in a conversation from somebody in this role: the caller's number, however it is passed on."""

    reads_all: bool
    hidden: tuple[str, ...] = ()

    @classmethod
    def of(cls, conversation: Conversation, role: Role) -> Redaction:
        if may_read_personal_data(role):
            return cls(True)
        number = conversation.caller_number
        forms = {number, number.lstrip("+").removeprefix("00")}
        return cls(False, tuple(sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)))

    def text(self, value: str) -> str:
        for hidden in self.hidden:
            value = value.replace(hidden, REDACTED)
        return value

    def value(self, value: Any) -> Any:
        """The same anywhere in what JSON holds."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(key): self.value(each) for key, each in value.items()}
            case list() | tuple():
                return [self.value(each) for each in value]
        return value

    def number(self, number: str) -> str:
        return number if self.reads_all or not number else REDACTED

    def contact(self, conversation: Conversation) -> str:
        return self.number(conversation.caller_number) or conversation.contact

    def notes(self, notes: tuple[turns.Note, ...] | list[turns.Note]) -> list[turns.Note]:
        """Without those that an agent's author marked as personal."""
        return [note for note in notes if self.reads_all or not note.is_pii]
