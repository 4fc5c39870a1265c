"""How much of what kind an agent holds, for its navigation.

Of a version it was found out when it was published; after a save the files that differ are read, no others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deployments.keeping import Differing, Near, blobs_in, differing
from deployments.models import Agent, Draft, Touch, Version, content
from deployments.resources import GROUPS, KINDS
from deployments.resources.reading import kinds_in, variables_of


@dataclass(frozen=True)
class Outline:
    """Resources by group, those inside of others left out; and of each variable how many files use it."""

    groups: Counter[str] = field(default_factory=Counter)
    variables: Counter[str] = field(default_factory=Counter)

    def take(self, path: str, held: bytes, times: int = 1) -> None:
        found = kinds_in(path, held)
        for kind in map(KINDS.__getitem__, found):
            if not kind.inside:
                self.groups[kind.group] += times
        for name in variables_of(found, held):
            self.variables[name] += times

    def counted(self) -> tuple[tuple[str, int], ...]:
        """The groups that hold something, in their order."""
        counts = Counter(self.groups)
        counts[KINDS["variable"].group] += sum(used > 0 for used in self.variables.values())
        return tuple((group, counts[group]) for group in GROUPS if counts[group] > 0)


_outlines: Near[Outline, str] = Near(most=256, weight=500_000)


def of_version(version: Version, agent: Agent) -> Outline:
    return _of(agent, version.manifest_digest, lambda: content.files_of(agent, version.manifest), version)


def of_new(version: Version) -> Outline:
    """Of a version about which nothing is kept yet."""
    return _of(version.agent, version.manifest_digest, lambda: version.files, version.parent)


def of_draft(draft: Draft) -> Outline:
    return _of(draft.agent, draft.manifest_digest, lambda: draft.files, draft.base)


def _of(agent: Agent, digest: str, files: Callable[[], Mapping[str, str]], begun_from: Version | None) -> Outline:
    """Of some content, that of a version or of what was begun from it."""

    def whole(here: Mapping[str, str]) -> Outline:
        touch = Touch.objects.filter(version=begun_from, groups__isnull=False).first() if begun_from else None
        if begun_from and touch:
            known = Outline(Counter(touch.groups), Counter(touch.variables))
            if begun_from.manifest_digest == digest:
                return known
            few = differing(content.files_of(agent, begun_from.manifest), here)
            if few is not None:
                return again(known, few)
        return again(Outline(), {path: (None, blob) for path, blob in here.items()})

    def again(near: Outline, differing: Differing[str]) -> Outline:
        outline = Outline(Counter(near.groups), Counter(near.variables))
        held = content.load(agent, blobs_in(differing))
        for path, (was, now) in differing.items():
            if was is not None:
                outline.take(path, held[was], -1)
            if now is not None:
                outline.take(path, held[now])
        return outline

    return _outlines.get(agent.pk, digest, files, whole=whole, again=again, weigh=_weight)


def _weight(outline: Outline) -> int:
    return len(outline.variables) + len(outline.groups) + 1
