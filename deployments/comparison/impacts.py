"""What a comparison breaks on its right side: who still names what is gone, and which changed texts name nothing.

Asked for apart from the comparison, because it reads files that did not change. Of those only the ones are parsed that
hold the words of a name in question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deployments.comparison.model import Comparison, Item, Part
from deployments.comparison.variables import Load, Manifest, used_in
from deployments.comparison.wording import Wording
from deployments.resources.kinds import KINDS, Field, kinds_for
from deployments.resources.kinds.prefixes import PREFIXES
from deployments.resources.reading import flow_folder, read_file
from deployments.resources.references import Directory, Mention, Place, Target, mentions, target_of
from deployments.resources.resource import Resource

# Files that may be parsed for the sake of one comparison. What lies beyond is not searched, and that is said.
MOST_PARSED = 1_000
# Files whose bytes are held at a time.
AT_A_TIME = 200
LIMITED = "Not every file was searched for names that point to nothing: too many hold the words of one."


@dataclass(frozen=True, slots=True)
class Impact:
    """A place on the right side that names what is not there: `by` is the name of the resource that does."""

    by: str
    kind: str
    place: Place
    label: str
    # As it stands there, such as `{{fn:find_cabin}}`.
    written: str


@dataclass(frozen=True)
class Impacts:
    """By anchor of an item: where what it was is still named; and what its own changed texts name in vain."""

    lost: Mapping[str, tuple[Impact, ...]] = field(default_factory=dict)
    dangling: Mapping[str, tuple[Impact, ...]] = field(default_factory=dict)
    limited: str | None = None


def impacts(comparison: Comparison, right: Manifest, load: Load) -> Impacts:
    """Everything the right side names in vain because of what changed."""
    search = _Search(right, load)
    lost, dangling = search.lost(comparison), search.dangling(comparison)
    return Impacts(lost, dangling, LIMITED if search.is_limited else None)


class _Search:
    def __init__(self, right: Manifest, load: Load) -> None:
        self.right, self.load = right, load
        self.is_limited = False
        self._read: dict[str, tuple[Resource, ...]] = {}

    def lost(self, comparison: Comparison) -> dict[str, tuple[Impact, ...]]:
        gone = list(_gone(comparison))
        anchors = {id(resource): anchor for anchor, resource in gone}
        was = Directory([resource for _, resource in gone])
        held = self._holding((resource.name for _, resource in gone), list(self.right)) if gone else []
        there = Directory(held)
        found = []
        for mention in mentions(held):
            resource = was.find(mention)
            if resource is not None and there.find(mention) is None:
                found.append((anchors[id(resource)], mention))
        return _told(found)

    def dangling(self, comparison: Comparison) -> dict[str, tuple[Impact, ...]]:
        parts = {part.path: item.anchor for item, part in _parts(comparison) if part.file and part.change != "removed"}
        files = {part.file for _, part in _parts(comparison) if part.file and part.file in self.right}
        changed = [resource for resource in self._all(sorted(files)) if resource.path in parts]
        # What is loosely said, `$name`, is never checked.
        made = [mention for mention in mentions(changed) if mention.manner != "loose"]
        there = self._directory([target for mention in made for target in mention.targets])
        unknown = [mention for mention in made if there.find(mention) is None]
        names = {target.name for mention in unknown for target in mention.targets if target.kind == "variable"}
        used = used_in(self.right, names, self.load)
        return _told(
            (parts[mention.by.path], mention)
            for mention in unknown
            if not any(target.kind == "variable" and target.name in used for target in mention.targets)
        )

    def _directory(self, targets: Sequence[Target]) -> Directory:
        """Whatever the right side has of these."""
        scopes: dict[str, set[str]] = {}
        for target in targets:
            scopes.setdefault(target.kind, set()).add(target.scope)
        paths = [
            path
            for path in self.right
            for kind in kinds_for(path)
            if kind.key in scopes and scopes[kind.key] & {"", flow_folder(path)}
        ]
        return Directory(self._holding((target.name for target in targets), list(dict.fromkeys(paths))))

    def _holding(self, names: Iterable[str], paths: Sequence[str]) -> list[Resource]:
        """The resources of all files that could hold one of these names."""
        wording = Wording(names)
        waiting = [path for path in paths if kinds_for(path)]
        found: list[Resource] = []
        for start in range(0, len(waiting), AT_A_TIME):
            batch = waiting[start : start + AT_A_TIME]
            contents = self.load({self.right[path] for path in batch})
            for path in batch:
                content = contents[self.right[path]]
                if wording.may_hold(path, content):
                    found.extend(self._resources(path, content))
        return found

    def _all(self, paths: Sequence[str]) -> Iterator[Resource]:
        contents = self.load({self.right[path] for path in paths}) if paths else {}
        for path in paths:
            yield from self._resources(path, contents[self.right[path]])

    def _resources(self, path: str, content: bytes) -> tuple[Resource, ...]:
        if path not in self._read and len(self._read) >= MOST_PARSED:
            self.is_limited = True
            return ()
        if path not in self._read:
            self._read[path] = read_file(path, content)
        return self._read[path]


def _parts(comparison: Comparison) -> Iterator[tuple[Item, Part]]:
    return ((item, part) for item in comparison.items for part in item.parts)


def _gone(comparison: Comparison) -> Iterator[tuple[str, Resource]]:
    """What the left side has under a name or in a flow where the right has nothing, with the anchor of its item."""
    for item, part in _parts(comparison):
        was = Resource(
            part.kind,
            part.previous_path or part.path,
            part.previous_file or part.file,
            part.previous_name or part.name,
        )
        now = Resource(part.kind, part.path, part.file, part.name)
        if part.kind in _NAMED and (part.change == "removed" or target_of(was) != target_of(now)):
            yield item.anchor, was


def _told(found: Iterable[tuple[str, Mention]]) -> dict[str, tuple[Impact, ...]]:
    told: dict[str, dict[Impact, None]] = {}
    for anchor, mention in found:
        label = KINDS[mention.by.kind].label
        impact = Impact(mention.by.name, label, mention.place, mention.label, mention.written)
        told.setdefault(anchor, {})[impact] = None
    return {anchor: tuple(impacts) for anchor, impacts in told.items()}


def _named_in(fields: Iterable[Field]) -> Iterator[str]:
    for declared in fields:
        yield from declared.to
        yield from _named_in((*declared.columns, *declared.fields, *((declared.values,) if declared.values else ())))


# The kinds that anything names: by reference, in a field, in code.
_NAMED = frozenset(
    (
        *PREFIXES.values(),
        *(kind for holder in KINDS.values() for kind in _named_in(holder.fields)),
        *("flow", "flow_step", "function_step", "start_function", "end_function"),
    )
)
