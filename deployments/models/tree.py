"""The content of a draft: a version's, which a process keeps at hand, and what differs from it.

So what a save costs follows what was edited, not how much the agent holds beside it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from deployments.keeping import Kept
from deployments.models import content
from deployments.models.agent import Agent
from deployments.models.manifest import GONE, Manifest

if TYPE_CHECKING:
    from deployments.models.version import Version

# Files of one part of a digest. What was added to it up to each part is kept: a changed file asks for what follows it.
PART = 200
# Files of all versions that one process keeps at hand.
MOST_FILES = 150_000


class Whole:
    """All files of a version, which never change."""

    def __init__(self, agent: Agent, manifest: Manifest) -> None:
        held = content.weights(agent, manifest.values())
        self.manifest = manifest
        self.files = content.files_of(agent, manifest)
        self.weight = sum(held[blob][1] for blob in manifest.values())
        hashes = {path: held[int(blob)][0] for path, blob in self.files.items()}
        paths = list(hashes)
        parts = [paths[start : start + PART] for start in range(0, len(paths), PART)] or [[]]
        self.parts = [{path: hashes[path] for path in part} for part in parts]
        self.begins = [part[0] if part else "" for part in parts]
        self.lines = [content.lines_of(part) for part in self.parts]
        self.states = [hashlib.sha256()]
        for lines in self.lines:
            state = self.states[-1].copy()
            state.update(lines)
            self.states.append(state)

    def digest(self, changed: Mapping[str, str | None]) -> str:
        """Of the same files with other hashes for these paths, None for those that are gone."""
        touched = {part: dict(pairs) for part, pairs in groupby(sorted(changed.items(), key=_path), self._part_of)}
        if not touched:
            return self.states[-1].hexdigest()
        first = min(touched)
        state = self.states[first].copy()
        for part in range(first, len(self.parts)):
            state.update(self._lines(part, touched[part]) if part in touched else self.lines[part])
        return state.hexdigest()

    def _part_of(self, pair: tuple[str, str | None]) -> int:
        return max(0, bisect_right(self.begins, pair[0]) - 1)

    def _lines(self, part: int, changed: Mapping[str, str | None]) -> bytes:
        merged = {**self.parts[part], **changed}
        return content.lines_of({path: hash_ for path, hash_ in merged.items() if hash_ is not None})


def _path(pair: tuple[str, str | None]) -> str:
    return pair[0]


_wholes: Kept[Whole] = Kept(most=1_000, weight=MOST_FILES)


@dataclass(frozen=True)
class Tree:
    """`edits`: {id of a path: id of its blob, or GONE}, nothing in it as the base has it. Without a base all is new."""

    agent: Agent
    base: Version | None
    edits: Manifest

    @classmethod
    def of(cls, agent: Agent, base: Version | None, manifest: Manifest) -> Tree:
        """What holds exactly these files."""
        before = base.manifest if base else {}
        return cls(agent, base, _apart(before, dict.fromkeys(before, GONE) | manifest))

    def changed(self, edits: Manifest) -> Tree:
        """The same with other blobs for these paths, GONE for those that it holds no more."""
        return Tree(self.agent, self.base, _apart(self._whole.manifest, self.edits | edits))

    def part(self, keys: Iterable[str]) -> Manifest:
        """Of these paths, by id, those that it holds."""
        found = {key: self.edits.get(key, self._whole.manifest.get(key, GONE)) for key in keys}
        return {key: blob for key, blob in found.items() if blob != GONE}

    def blob(self, path: str) -> str | None:
        """The id of what it holds there; None for nothing."""
        return self.edited[path] if path in self.edited else self._whole.files.get(path)

    @cached_property
    def edited(self) -> Mapping[str, str | None]:
        """{path: id of the blob as text} of what differs from the base, None for what is gone."""
        names = content.names_of(self.agent, self.edits)
        return {names[key]: str(blob) if blob != GONE else None for key, blob in self.edits.items()}

    @cached_property
    def files(self) -> dict[str, str]:
        """As `content.files_of` gives them: {path: id of the blob}, in the order of the paths."""
        base = self._whole.files
        files = base | {path: blob for path, blob in self.edited.items() if blob is not None}
        for path, blob in self.edited.items():
            if blob is None:
                del files[path]
        return files if self.edited.keys() <= base.keys() else dict(sorted(files.items()))

    @property
    def base_part(self) -> Mapping[str, str]:
        """What the base has of the files that differ."""
        base = self._whole.files
        return {path: base[path] for path in self.edited if path in base}

    @property
    def base_files(self) -> Mapping[str, str]:
        return self._whole.files

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
        base = self.base
        if base is None:
            return Whole(self.agent, {})
        key = base.pk, base.manifest_digest
        return _wholes.get(key, lambda: Whole(self.agent, base.manifest), lambda whole: len(whole.files) + 1)


def _apart(before: Manifest, edits: Manifest) -> Manifest:
    return {key: blob for key, blob in edits.items() if before.get(key, GONE) != blob}
