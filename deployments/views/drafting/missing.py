"""What was deleted or renamed while somebody had it open: nothing that was typed into it is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from deployments.models import DraftChange, content
from deployments.pipeline import address_before, parting
from deployments.resources import KINDS, Value
from deployments.resources.editing import create
from deployments.sides.side import Side
from deployments.views.drafting.edited import Editing, held_as


@dataclass
class Missing(Editing):
    """A resource or file that is no longer in the draft, as it was last."""

    last: bytes = b""
    last_file: str = ""
    by: str = ""  # who deleted it, where that is known

    @cached_property
    def file(self) -> str:
        return self.last_file

    @cached_property
    def held(self) -> bytes:
        return self.last

    @property
    def words(self) -> str:
        return f"{self.by} deleted this." if self.by else "This is no longer in the draft."

    @cached_property
    def around(self) -> bytes | None:
        """What its file holds without it; None where that is gone too."""
        blob = self.side.files.get(self.file)
        return content.load(self.side.agent, {blob})[blob] if blob else None

    def changed(self, wanted: Mapping[str, Value]) -> dict[str, bytes | None]:
        """Made again with what was typed; all else is what it was, in a file of its own to the byte."""
        if self.whole or not KINDS[self.resource.kind].is_shared:
            return {self.file: self.last} | super().changed(wanted)
        fields = {name: value for name, value in {**self.present, **wanted}.items() if value is not None}
        around = {} if self.around is None else {self.file: self.around}
        return create(around, self.resource.kind, self.resource.name, fields)


def renamed(side: Side, path: str) -> tuple[str, str] | None:
    """The address that this has since somebody renamed it, and who did."""
    known = {path}
    by, draft = "", side.draft
    while draft and (found := parting(draft, path)) and found[1] and found[1] not in known:
        by, path = found[0].by.name, found[1]
        known.add(path)
    return (path, by) if by else None


def former(side: Side, path: str) -> list[str]:
    """The addresses that this had before it was renamed in the draft, the newest first."""
    known = [path]
    while side.draft and (was := address_before(side.draft, known[-1])) and was not in known:
        known.append(was)
    return known[1:]


def missing(editing: Editing, seen: str) -> Missing | None:
    """`seen`: the hash of the file that somebody has before them; of another person what it held last is shown."""
    side = editing.side
    parted = parting(side.draft, editing.path) if side.draft else None
    change = parted[0] if parted else None
    for file in dict.fromkeys((editing.path.partition("#")[0], editing.path)):
        for held in _last(side, change, file, seen):
            by = change.by.name if change else ""
            found = Missing(side, editing.path, editing.whole, last=held, last_file=file, by=by)
            if editing.whole or any(each.path == editing.path for each in found.inside):
                return found
    return None


def _last(side: Side, change: DraftChange | None, file: str, seen: str) -> Iterator[bytes]:
    """What this file held: as somebody saw it, before that change, or in the version the draft began from."""
    agent = side.agent
    if (held := held_as(agent, seen)) is not None:
        yield held
    for files in (content.files_of(agent, change.before) if change else {}, side.origin.files if side.origin else {}):
        if file in files:
            yield content.load(agent, {files[file]})[files[file]]
