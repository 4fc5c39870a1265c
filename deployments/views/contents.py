"""What a version or the draft holds, read for a page: its resources, their findings, its bytes for a download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from deployments.keeping import Kept
from deployments.models import Agent, content
from deployments.pipeline import findings_in
from deployments.resources import Resource, read_all
from deployments.views.http import Side

if TYPE_CHECKING:
    from deployments.resources.checking import Finding

BATCH = 50

_resources: Kept[tuple[Resource, ...]] = Kept(most=32, weight=64_000_000)


def resources_of(side: Side) -> tuple[Resource, ...]:
    """Every resource in the order of the groups, from memory when this content was read before."""
    files = Contents(side)
    return _resources.get((side.agent.pk, side.digest), lambda: tuple(read_all(files.all())), lambda _: files.size)


def resource_at(side: Side, path: str) -> Resource | None:
    return next((resource for resource in resources_of(side) if resource.path == path), None)


def findings_of(side: Side) -> tuple[Finding, ...]:
    return findings_in(side.agent, side.digest, side.files) if side.digest else ()


class Contents(Mapping[str, bytes]):
    """The files of a side. Their bytes are fetched some at a time in the order of the paths, and not held."""

    def __init__(self, side: Side) -> None:
        self.agent: Agent = side.agent
        self.blobs = side.files
        self.size = 0
        self._order = sorted(self.blobs)
        self._held: dict[str, bytes] = {}

    def all(self) -> dict[str, bytes]:
        held = content.load(self.agent, set(self.blobs.values()))
        self.size = sum(map(len, held.values()))
        return {path: held[blob] for path, blob in self.blobs.items()}

    def __getitem__(self, path: str) -> bytes:
        blob = self.blobs[path]
        if blob not in self._held:
            near = islice(self._order, self._order.index(path), None)
            self._held = content.load(self.agent, {self.blobs[other] for other in islice(near, BATCH)})
        return self._held[blob]

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self.blobs)
