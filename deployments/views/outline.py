"""How much of what kind an agent holds, for its navigation. Of a draft only what differs from its base is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from deployments.keeping import Kept
from deployments.models import Agent, Draft, Version, content
from deployments.resources import GROUPS, KINDS, read_file
from deployments.resources.reading import variables_of


@dataclass(frozen=True)
class Outline:
    """Resources by group, those inside of others left out; and of each variable how many files use it."""

    groups: Counter[str] = field(default_factory=Counter)
    variables: Counter[str] = field(default_factory=Counter)

    def take(self, path: str, held: bytes, times: int = 1) -> None:
        found = read_file(path, held)
        for resource in found:
            kind = KINDS[resource.kind]
            if not kind.inside:
                self.groups[kind.group] += times
        for name in variables_of(found, held):
            self.variables[name] += times

    def counted(self) -> tuple[tuple[str, int], ...]:
        """The groups that hold something, in their order."""
        counts = Counter(self.groups)
        counts[KINDS["variable"].group] += sum(used > 0 for used in self.variables.values())
        return tuple((group, counts[group]) for group in GROUPS if counts[group] > 0)


_outlines: Kept[Outline] = Kept(most=256, weight=1_000_000)


def of_version(version: Version, agent: Agent) -> Outline:
    def read() -> Outline:
        outline = Outline()
        for path, held in content.contents(agent, version.manifest).items():
            outline.take(path, held)
        return outline

    return _outlines.get((agent.pk, version.manifest_digest), read, _weight)


def of_draft(draft: Draft) -> Outline:
    return _outlines.get((draft.agent_id, draft.manifest_digest), lambda: _read(draft), _weight)


def _read(draft: Draft) -> Outline:
    tree = draft.tree
    base = of_version(draft.base, draft.agent) if draft.base else Outline()
    outline = Outline(Counter(base.groups), Counter(base.variables))
    held = content.load(
        draft.agent, {blob for files in (tree.base_part, tree.edited) for blob in files.values() if blob}
    )
    for path, blob in tree.edited.items():
        if was := tree.base_part.get(path):
            outline.take(path, held[was], -1)
        if blob is not None:
            outline.take(path, held[blob])
    return outline


def _weight(outline: Outline) -> int:
    return len(outline.variables) + len(outline.groups) + 1
