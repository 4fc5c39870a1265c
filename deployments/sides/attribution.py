"""Who changed a resource between two versions: from what each version touched, kept since it was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from deployments.comparison import Part
from deployments.models import Agent, Touched, Version, content, who_touched
from deployments.resources import read_file
from deployments.resources.variables import variables_in
from deployments.sides.side import Side

NOBODY = Touched()
VARIABLE = "#variables/"


@dataclass(frozen=True)
class Step:
    """A file on both sides of one change: the ids of its blobs."""

    before: Mapping[str, str]
    after: Mapping[str, str]

    def changed(self, path: str) -> bool:
        return self.before.get(path) != self.after.get(path)


@dataclass
class Attribution:
    """Of the versions between two sides, which ones changed an item. What is read for one question serves the next."""

    agent: Agent
    older: Version | None
    newer: Version | None
    draft: Step | None = None
    touched: dict[str, Touched] = field(default_factory=dict)
    # Only of versions that touched a file of several resources, by number.
    files: dict[int, Mapping[str, str]] = field(default_factory=dict)
    loaded: dict[str, bytes] = field(default_factory=dict)

    def prepare(self, parts: Iterable[Part]) -> None:
        """Read at once what will be asked about these."""
        places = [(file, part.path) for part in parts for file in part.stands_in]
        self._prepare({file for file, _ in places}, {file for file, path in places if "#" in path})

    def of(self, parts: Iterable[Part]) -> Touched:
        """The versions that changed any of these, newest first, and how many there are beyond those."""
        found: dict[int, Version] = {}
        more = 0
        of_file = False
        for part in parts:
            for file in part.stands_in:
                touched = self._of(file, part.path)
                found |= {version.number: version for version in touched.versions}
                more = max(more, touched.more)
                of_file = of_file or touched.of_file
        return Touched(tuple(found[number] for number in sorted(found, reverse=True)), more, of_file)

    def is_in_draft(self, parts: Iterable[Part]) -> bool:
        draft = self.draft
        return draft is not None and any(
            self._changed(draft, file, part.path) for part in parts for file in part.stands_in
        )

    def last_change(self, file: str, path: str) -> Version | None:
        """The newest of the versions that changed this resource."""
        self._prepare({file}, {file} if "#" in path else set())
        return next(iter(self._of(file, path).versions), None)

    def _of(self, file: str, path: str) -> Touched:
        touched = self.touched.get(file, NOBODY)
        if "#" not in path:
            return touched
        versions = tuple(version for version in touched.versions if self._changed(self._step(version), file, path))
        return Touched(versions, touched.more, of_file=touched.more > 0)

    def _step(self, version: Version) -> Step:
        return Step(self.files.get(version.number - 1, {}), self.files.get(version.number, {}))

    def _changed(self, step: Step, file: str, path: str) -> bool:
        """Whether this resource changed in a file that it shares, or this variable in a function."""
        if not step.changed(file) or "#" not in path:
            return step.changed(file)
        blobs = (step.before.get(file), step.after.get(file))
        self._load({blob for blob in blobs if blob})
        before, after = (_found(file, self.loaded[blob], path) if blob else None for blob in blobs)
        return before != after

    def _prepare(self, files: set[str], shared: set[str]) -> None:
        # Other threads may be adding to these while this one looks.
        if new := {file for file in files if file not in self.touched}:
            found = who_touched(self.agent, self.older, self.newer, new)
            self.touched |= {file: found.get(file, NOBODY) for file in new}
        touching = {version.number for file in shared for version in self.touched[file].versions}
        wanted = {place for number in touching for place in (number, number - 1) if place not in self.files}
        if wanted:
            rows = self.agent.versions.filter(number__in=wanted).values_list("number", "manifest")
            self.files |= {number: content.files_of(self.agent, manifest) for number, manifest in rows}
        steps = [self._step(version) for file in shared for version in self.touched[file].versions]
        steps += [self.draft] if self.draft else []
        self._load(
            {side[file] for step in steps for side in (step.before, step.after) for file in shared & side.keys()}
        )

    def _load(self, blobs: set[str]) -> None:
        if missing := {blob for blob in blobs if blob not in self.loaded}:
            self.loaded |= content.load(self.agent, missing)


def attribution(agent: Agent, left: Side, right: Side) -> Attribution:
    """For everything between the older and the newer side, whichever stands on the left."""
    older, newer = ends(left, right)
    draft = left.draft or right.draft
    step = None
    if draft and draft.base:
        draft.base.agent = agent
        step = Step(draft.base.files, draft.files)
    return Attribution(agent, older, newer, step)


def ends(left: Side, right: Side) -> tuple[Version | None, Version | None]:
    """The older and the newer version of a comparison; of a draft it is what it was begun from."""
    older, newer = sorted((left.origin, right.origin), key=lambda version: version.number if version else 0)
    return older, newer


def _found(file: str, content_: bytes, path: str) -> object:
    """What a file says of one of its resources; None when it is not in it."""
    if path.startswith(VARIABLE):
        return path.removeprefix(VARIABLE) in _variables(content_) or None
    return _fields(file, content_).get(path)


@lru_cache(maxsize=256)
def _variables(content_: bytes) -> frozenset[str]:
    return variables_in(content_.decode(errors="replace"))


@lru_cache(maxsize=256)
def _fields(file: str, content_: bytes) -> dict[str, Any]:
    return {resource.path: resource.fields for resource in read_file(file, content_)}
