"""Every resource of a version or a draft, kept at hand: after a save the files that differ are read, no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from deployments.comparison import Census
from deployments.keeping import Differing, Near, blobs_in
from deployments.models import Agent, content
from deployments.resources import Resource
from deployments.resources.reading import Read, arranged, read_whole


@dataclass(frozen=True)
class Reading:
    """What each file of some content holds. `size`: of all of them in bytes. `census`: of what is in them."""

    files: Mapping[str, Read]
    size: int
    census: Census

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """In the order of the groups."""
        return arranged(self.files)


_readings: Near[Reading, str] = Near(most=32, weight=64_000_000)


def reading_of(agent: Agent, digest: str, files: Callable[[], Mapping[str, str]]) -> Reading:
    """Of the content of this digest, {path: id of the blob}."""

    def whole(here: Mapping[str, str]) -> Reading:
        held = content.load(agent, set(here.values()))
        read = {path: read_whole(path, held[blob]) for path, blob in here.items()}
        return Reading(read, sum(len(held[blob]) for blob in here.values()), Census.of(read.values()))

    def again(near: Reading, differing: Differing[str]) -> Reading:
        held = content.load(agent, blobs_in(differing))
        read, size = dict(near.files), near.size
        gone: list[Read] = []
        new: list[Read] = []
        for path, (was, now) in differing.items():
            if was is not None:
                gone.append(read.pop(path))
                size -= len(held[was])
            if now is not None:
                read[path] = read_whole(path, held[now])
                new.append(read[path])
                size += len(held[now])
        return Reading(read, size, near.census.again(gone, new))

    return _readings.get(agent.pk, digest, files, whole=whole, again=again, weigh=lambda made: made.size)
