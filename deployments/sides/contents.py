"""What a version or the draft holds, read for a page: its resources, their findings, its bytes for a download."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from deployments import pipeline
from deployments.models import Agent, content
from deployments.pipeline import Reading, findings_in, mentions_in
from deployments.resources import Resource, read_file
from deployments.resources.reading import place_of
from deployments.sides.side import Side

if TYPE_CHECKING:
    from deployments.resources.checking import Finding
    from deployments.resources.references import Mention

BATCH = 50


def reading_of(side: Side) -> Reading:
    return pipeline.reading_of(side.agent, side.digest, lambda: side.files)


def resources_of(side: Side) -> tuple[Resource, ...]:
    """Every resource in the order of the groups."""
    return reading_of(side).resources


def resource_at(side: Side, path: str) -> Resource | None:
    """It is looked for in its own file, which alone is read; a variable stands in none."""
    file = path if path in side.files else path.partition("#")[0]
    if not file:
        return next((each for each in resources_of(side) if each.path == path), None)
    return next((each for each in inside(side, file) if each.path == path), None)


def inside(side: Side, *files: str) -> Iterator[Resource]:
    """The resources of these files, as far as they are there."""
    blobs = {file: side.files[file] for file in files if file in side.files}
    held = content.load(side.agent, set(blobs.values()))
    for file, blob in blobs.items():
        yield from read_file(file, held[blob])


def of_kinds(side: Side, *kinds: str) -> list[Resource]:
    """Those of some kinds, in order; the many others are not put in order for it."""
    found = (each for read in reading_of(side).files.values() for each in read.resources if each.kind in kinds)
    return sorted(found, key=place_of)


def mentions_of(side: Side, path: str) -> list[Mention]:
    """Everything that names the resource at this address."""
    return mentions_in(side.agent, side.files, path)


def findings_of(side: Side) -> tuple[Finding, ...]:
    return findings_in(side.agent, side.digest, side.files) if side.digest else ()


class Contents(Mapping[str, bytes]):
    """The files of a side. Their bytes are fetched some at a time in the order of the paths, and not held."""

    def __init__(self, side: Side) -> None:
        self.agent: Agent = side.agent
        self.blobs = side.files
        self._order = sorted(self.blobs)
        self._held: dict[str, bytes] = {}

    def all(self) -> dict[str, bytes]:
        held = content.load(self.agent, set(self.blobs.values()))
        return {path: held[blob] for path, blob in self.blobs.items()}

    def __getitem__(self, path: str) -> bytes:
        blob = self.blobs[path]
        if blob not in self._held:
            near = islice(self._order, bisect_left(self._order, path), None)
            self._held = content.load(self.agent, {self.blobs[other] for other in islice(near, BATCH)})
        return self._held[blob]

    def __contains__(self, path: object) -> bool:
        # Whether it is there is known without its bytes.
        return path in self.blobs

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self.blobs)
