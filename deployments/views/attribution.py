"""Who changed a file between two versions: read from what each version holds, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from deployments.comparison import Item
from deployments.models import Agent, Version, content
from deployments.resources import read_file
from deployments.views.http import Side

# Versions further back are not looked into; the page says so.
LOOKED_INTO = 20


@dataclass(frozen=True)
class Step:
    """What one version changed of the one before: the files whose bytes differ."""

    version: Version
    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def sides(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        return self.before, self.after

    def changed(self, path: str) -> bool:
        return self.before.get(path) != self.after.get(path)


@dataclass(frozen=True)
class Attribution:
    """The versions between the two sides of a comparison, and which of them changed an item."""

    agent: Agent
    steps: tuple[Step, ...] = ()
    limited: bool = False
    in_draft: Step | None = None
    loaded: dict[str, bytes] = field(default_factory=dict)

    def prepare(self, items: Iterable[Item]) -> None:
        """Fetch at once what will be read of the files that several resources share."""
        shared = {
            file
            for item in items
            for part in item.parts
            if "#" in part.path
            for file in (part.file, part.previous_file)
            if file
        }
        steps = (*self.steps, self.in_draft) if self.in_draft else self.steps
        wanted = {side.get(file) for step in steps for file in shared if step.changed(file) for side in step.sides}
        self.loaded.update(content.load(self.agent, {blob for blob in wanted if blob}))

    def of(self, item: Item) -> list[Version]:
        return [step.version for step in self.steps if self._changed(step, item)]

    def is_in_draft(self, item: Item) -> bool:
        return self.in_draft is not None and self._changed(self.in_draft, item)

    def last_change(self, file: str, path: str) -> Version | None:
        """The newest of the versions that changed this resource."""
        return next((step.version for step in self.steps if self._changed_at(step, file, path)), None)

    def _changed(self, step: Step, item: Item) -> bool:
        return any(
            self._changed_at(step, file, part.path)
            for part in item.parts
            for file in {part.file, part.previous_file}
            if file is not None
        )

    def _changed_at(self, step: Step, file: str, path: str) -> bool:
        return step.changed(file) and ("#" not in path or self._resource_changed(step, file, path))

    def _resource_changed(self, step: Step, file: str, path: str) -> bool:
        """Of a file that several resources share, whether this one changed in it."""
        blobs = (step.before.get(file), step.after.get(file))
        missing = {blob for blob in blobs if blob and blob not in self.loaded}
        if missing:
            self.loaded.update(content.load(self.agent, missing))
        before, after = (_fields(file, self.loaded[blob]).get(path) if blob else None for blob in blobs)
        return before != after


def attribution(agent: Agent, left: Side, right: Side) -> Attribution:
    """Everything between the older and the newer side, whichever stands on the left."""
    ends = [side.version or (side.draft.base if side.draft else None) for side in (left, right)]
    oldest, newest = sorted(end.number if end else 0 for end in ends)
    between = agent.versions.filter(number__gte=oldest, number__lte=newest).select_related("author").newest_first()
    found = list(between[: LOOKED_INTO + 1])
    steps = []
    for place, version in enumerate(found):
        version.agent = agent
        if version.number > oldest:
            before = found[place + 1] if place + 1 < len(found) else None
            if before is None and version.number > 1:
                break  # the one before it was not loaded
            if before is not None:
                before.agent = agent
            steps.append(Step(version, before.files if before else {}, version.files))
    draft = left.draft or right.draft
    in_draft = None
    if draft and draft.base:
        draft.base.agent = agent
        in_draft = Step(draft.base, draft.base.files, draft.files)
    return Attribution(agent, tuple(steps), newest - oldest > len(steps), in_draft)


@lru_cache(maxsize=256)
def _fields(file: str, content_: bytes) -> dict[str, Any]:
    return {resource.path: resource.fields for resource in read_file(file, content_)}
