"""One resource of the draft, or a whole file, as it is now and as somebody is changing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from django.http import Http404

from deployments.forms.editing import Raw
from deployments.models import Agent, content
from deployments.resources import KINDS, Field, Resource, Value, read_file
from deployments.resources.editing import change, retold
from deployments.resources.spots import spots
from deployments.sides.side import Side
from deployments.views.drafting.conflicts import Conflict

FILE = (Field("text", "The whole file", "code"),)
# A form of more is slow to show, and of several times as many is never taken.
MOST_PLACES = 3_000
HASH = re.compile(r"[0-9a-f]{64}")


def held_as(agent: Agent, seen: str) -> bytes | None:
    """What a file holds that somebody has before them, by its hash as a form says it; None of one that never was."""
    found = agent.blobs.filter(hash=seen).values_list("content", flat=True).first() if HASH.fullmatch(seen) else None
    return None if found is None else bytes(found)


@dataclass
class Editing:
    """A resource, or with `whole` the file at that path. `was`: where it stood when opened, if it moved since."""

    side: Side
    path: str
    whole: bool
    was: str = ""
    raw: dict[str, Raw] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    whose: str = ""  # the other of the two, where it is known
    opened: str = ""  # the hash of what both began from

    @cached_property
    def file(self) -> str:
        """The file that holds it; a file may have a `#` in its own name."""
        file = self.path if self.path in self.side.files else self.path.partition("#")[0]
        if file not in self.side.files:
            raise Http404(self._nothing)
        return file

    @cached_property
    def held(self) -> bytes:
        """What that file holds: it alone is read, however many there are."""
        blob = self.side.files[self.file]
        return content.load(self.side.agent, {blob})[blob]

    @cached_property
    def inside(self) -> tuple[Resource, ...]:
        """Every resource of that file."""
        return tuple(read_file(self.file, self.held))

    @property
    def is_unread(self) -> bool:
        """Whether that file is there and cannot be read as what it should be."""
        path = self.path if self.path in self.side.files else self.path.partition("#")[0]
        return path in self.side.files and any(each.problem for each in self.inside)

    @cached_property
    def resource(self) -> Resource:
        named = next((each for each in self.inside if each.path == self.path), None)
        found = named or (self.inside[0] if self.whole else None)
        if found is None:
            raise Http404(self._nothing)
        return found

    @property
    def is_too_long(self) -> bool:
        return next(islice(spots(self.resource), MOST_PLACES, None), None) is not None

    @property
    def _nothing(self) -> str:
        return f"{self.side.words or self.side.ref} holds nothing to edit at this address."

    @property
    def fields(self) -> tuple[Field, ...]:
        """A name is changed by renaming, since files and references follow it, save where it is all there is."""
        if self.whole:
            return FILE
        kind = KINDS[self.resource.kind]
        name = kind.file_name_from or kind.identity
        return tuple(each for each in kind.fields if each.name != name or len(kind.fields) == 1)

    @cached_property
    def seen(self) -> str:
        return content.hash_of(self.held)

    def values(self, held: bytes) -> Mapping[str, Value]:
        """The fields as this content of the file has them."""
        if self.whole:
            return {"text": held.decode(errors="replace").removeprefix("\ufeff")}
        for path, file in ((self.path, self.file), (self.was, self.was.partition("#")[0])):
            for each in read_file(file, held) if path else ():
                if each.path == path:
                    return each.fields
        return {}

    @cached_property
    def present(self) -> Mapping[str, Value]:
        return self.values(self.held) if self.whole else self.resource.fields

    def changed(self, wanted: Mapping[str, Value]) -> dict[str, bytes | None]:
        if self.whole:
            text = wanted.get("text")
            return {self.file: retold(self.held, text if isinstance(text, str) else "")} if wanted else {}
        return change({self.file: self.held}, self.path, wanted)
