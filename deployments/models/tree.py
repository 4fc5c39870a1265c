"""The content of a draft: a version's or its ground's, which a process keeps at hand, and what differs from it.

So what a save costs follows what was edited, not how much the agent holds beside it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from deployments.keeping import FEW, Differing, Near, blobs_in
from deployments.models import content
from deployments.models.agent import Agent
from deployments.models.manifest import GONE, Manifest

if TYPE_CHECKING:
    from deployments.models.version import Version

One = TypeVar("One")
# Files of one part of a digest. What was added to it up to each part is kept: a changed file asks for what follows it.
PART = 200
# Files of all versions that one process keeps at hand.
MOST_FILES = 150_000


@dataclass(frozen=True)
class Whole:
    """All files of a version or a ground, which never change. Their hashes stand in parts from one path to another."""

    agent: Agent
    manifest: Manifest
    files: Mapping[str, str]
    weight: int
    begins: Sequence[str]
    parts: Sequence[Mapping[str, str]]
    lines: Sequence[bytes]

    @classmethod
    def of(cls, agent: Agent, manifest: Manifest) -> Whole:
        held = content.weights(agent, manifest.values())
        files = content.files_of(agent, manifest)
        weight = sum(held[blob][1] for blob in manifest.values())
        paths = list(files)
        runs = [paths[start : start + PART] for start in range(0, len(paths), PART)] or [[]]
        parts = [{path: held[int(files[path])][0] for path in run} for run in runs]
        begins = [run[0] if run else "" for run in runs]
        return cls(agent, manifest, files, weight, begins, parts, list(map(content.lines_of, parts)))

    def again(self, differing: Differing[int]) -> Whole:
        """That of a version which differs in these paths, given by their ids."""
        names = content.names_of(self.agent, differing)
        held = content.weights(self.agent, blobs_in(differing))
        now = {key: blob for key, (_, blob) in differing.items()}
        files = _changed(self.files, {names[key]: str(blob) if blob else None for key, blob in now.items()})
        weight = self.weight + sum(
            (held[blob][1] if blob else 0) - (held[was][1] if was else 0) for was, blob in differing.values()
        )
        parts, lines = list(self.parts), list(self.lines)
        for part, changed in self._touched({names[key]: held[blob][0] if blob else None for key, blob in now.items()}):
            parts[part] = _changed(parts[part], changed)
            lines[part] = content.lines_of(parts[part])
        return Whole(self.agent, _changed(self.manifest, now), files, weight, self.begins, parts, lines)

    def digest(self, changed: Mapping[str, str | None]) -> str:
        """Of the same files with other hashes for these paths, None for those that are gone."""
        touched = dict(self._touched(changed))
        first = min(touched, default=len(self.parts))
        state = self._states[first].copy()
        for part in range(first, len(self.parts)):
            lines = self.lines[part]
            state.update(content.lines_of(_changed(self.parts[part], touched[part])) if part in touched else lines)
        return str(state.hexdigest())

    @cached_property
    def _states(self) -> Sequence[Any]:
        """Of a digest before each part, and after the last."""
        states = [hashlib.sha256()]
        for lines in self.lines:
            states.append(states[-1].copy())
            states[-1].update(lines)
        return states

    def _touched(self, changed: Mapping[str, str | None]) -> Iterator[tuple[int, Mapping[str, str | None]]]:
        """What of it is in which part."""
        for part, pairs in groupby(sorted(changed.items(), key=_path), self._part_of):
            yield part, dict(pairs)

    def _part_of(self, pair: tuple[str, str | None]) -> int:
        return max(0, bisect_right(self.begins, pair[0]) - 1)


def _changed(held: Mapping[str, One], changed: Mapping[str, One | None]) -> dict[str, One]:
    """Other values for these keys, None for those that are gone. Where some are new, all are sorted."""
    merged = dict(held)
    for key, value in changed.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged if changed.keys() <= held.keys() else {key: merged[key] for key in sorted(merged)}


def _path(pair: tuple[str, str | None]) -> str:
    return pair[0]


_wholes: Near[Whole, int] = Near(most=1_000, weight=MOST_FILES)


@dataclass(frozen=True)
class Ground:
    """Every file of a draft as it once was before the first version, under its digest. All of it is new."""

    digest: str
    read: Callable[[], Manifest] = field(compare=False)


@dataclass(frozen=True)
class Tree:
    """`edits`: {id of a path: id of its blob, or GONE}, nothing in it as the base has it. Without a base all is new.

    Of many files without a base the most are its ground, and `edits` says what differs from that.
    """

    agent: Agent
    base: Version | None
    edits: Manifest
    ground: Ground | None = None

    @classmethod
    def of(cls, agent: Agent, base: Version | None, manifest: Manifest) -> Tree:
        """What holds exactly these files."""
        before = base.manifest if base else {}
        return cls(agent, base, _apart(before, dict.fromkeys(before, GONE) | manifest))

    def changed(self, edits: Manifest) -> Tree:
        """The same with other blobs for these paths, GONE for those that it holds no more."""
        return Tree(self.agent, self.base, _apart(self._whole.manifest, self.edits | edits), self.ground)

    def settled(self) -> Tree:
        """The same, as it is best kept: without a base, on a ground of its own once much differs."""
        if self.base is not None or len(self.edits) <= FEW:
            return self
        manifest = {key: blob for key, blob in (self._whole.manifest | self.edits).items() if blob != GONE}
        return Tree(self.agent, None, {}, Ground(self.digest, lambda: manifest))

    @property
    def is_unchanged(self) -> bool:
        """Whether it holds what its base holds; where there is none, nothing."""
        return not (self.files if self.ground else self.edits)

    def part(self, keys: Iterable[str]) -> Manifest:
        """Of these paths, by id, those that it holds."""
        found = {key: self.edits.get(key, self._whole.manifest.get(key, GONE)) for key in keys}
        return {key: blob for key, blob in found.items() if blob != GONE}

    def blob(self, path: str) -> str | None:
        """The id of what it holds there; None for nothing."""
        return self.edited[path] if path in self.edited else self._whole.files.get(path)

    @cached_property
    def edited(self) -> Mapping[str, str | None]:
        """{path: id of the blob as text} of what differs from base or ground, None for what is gone."""
        names = content.names_of(self.agent, self.edits)
        return {names[key]: str(blob) if blob != GONE else None for key, blob in self.edits.items()}

    @cached_property
    def files(self) -> dict[str, str]:
        """As `content.files_of` gives them: {path: id of the blob}, in the order of the paths."""
        return _changed(self._whole.files, self.edited)

    @property
    def base_files(self) -> Mapping[str, str]:
        return {} if self.ground else self._whole.files

    @property
    def differing(self) -> Mapping[str, str | None]:
        """As `edited`, of what differs from the base."""
        return self.files if self.ground else self.edited

    @property
    def digest(self) -> str:
        held = content.weights(self.agent, self._present)
        return self._whole.digest(
            {path: held[int(blob)][0] if blob is not None else None for path, blob in self.edited.items()}
        )

    @property
    def weight(self) -> int:
        """The bytes of all its files together."""
        replaced = [blob for key in self.edits if (blob := self._whole.manifest.get(key)) is not None]
        held = content.weights(self.agent, [*self._present, *replaced])
        return self._whole.weight + sum(held[blob][1] for blob in self._present) - sum(held[one][1] for one in replaced)

    @property
    def _present(self) -> list[int]:
        return [blob for blob in self.edits.values() if blob != GONE]

    @cached_property
    def _whole(self) -> Whole:
        if self.base:
            return keep_at_hand(self.base)
        if self.ground:
            return _at_hand(self.agent, self.ground.digest, self.ground.read)
        return Whole.of(self.agent, {})


def keep_at_hand(version: Version) -> Whole:
    """All files of this version, for the drafts that begin from it."""
    return _at_hand(version.agent, (version.pk, version.manifest_digest), lambda: version.manifest)


def _at_hand(agent: Agent, name: Hashable, manifest: Callable[[], Manifest]) -> Whole:
    return _wholes.get(
        agent.pk, name, manifest, whole=partial(Whole.of, agent), again=Whole.again, weigh=lambda whole: 1
    )


def _apart(before: Manifest, edits: Manifest) -> Manifest:
    return {key: blob for key, blob in edits.items() if before.get(key, GONE) != blob}
