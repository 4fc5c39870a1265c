"""A file that somebody broke while one of its resources was open as a form: what was typed meets their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from deployments.models import content
from deployments.resources import Value
from deployments.views.drafting.conflicts import meet
from deployments.views.drafting.edited import FILE, Editing, held_as


@dataclass
class Broken(Editing):
    """A resource as it was opened, in a file that by now cannot be read."""

    last: bytes = b""

    @cached_property
    def held(self) -> bytes:
        return self.last

    def whole_file(self, wanted: Mapping[str, Value], said: str) -> Editing:
        """Their file to be edited as text, with what was typed written into the file that it was typed over.

        `said` begins the sentence: who saved. Raises EditRefused.
        """
        file = Editing(self.side, self.file, whole=True, whose=self.whose, opened=content.hash_of(self.last))
        mine = self.changed(wanted).get(self.file) or self.last
        meeting = meet(FILE, file.values(self.last), file.present, {"text": _text(file, mine)}, ["text"], said)
        file.raw, file.conflicts = dict(meeting.raw), meeting.conflicts
        file.errors[""] = f"{meeting.words} The file cannot be read as it is now, so all of it is shown."
        return file


def broken(editing: Editing, seen: str) -> Broken | None:
    """`seen`: the hash of the file that somebody has before them. None where the file can be read, or never could."""
    if editing.whole or not editing.is_unread:
        return None
    held = held_as(editing.side.agent, seen)
    if held is None:
        return None
    for path in (editing.path, editing.was):
        found = Broken(editing.side, path, whole=False, last=held)
        if any(each.path == path and not each.problem for each in found.inside):
            return found
    return None


def unread(editing: Editing) -> Editing:
    """The broken file itself, in place of what it held."""
    return replace(editing, path=editing.file, was="")


def _text(file: Editing, held: bytes) -> str:
    return str(file.values(held)["text"])
