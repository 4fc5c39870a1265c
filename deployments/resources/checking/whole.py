"""A whole agent as the checks see it: the facts of its resources, and what follows from all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from deployments.resources.checking.facts import Facts, Trees
from deployments.resources.checking.finding import MOST_OF_A_SEVERITY, Finding, Report, Surroundings
from deployments.resources.kinds import KINDS, kinds_for
from deployments.resources.kinds.kind import Severity
from deployments.resources.references import Directory, Mention
from deployments.resources.resource import Resource

# What all others are looked at in follows from these; so it does from what could not be read.
SURROUNDING = ("variant", "language_default", "language_extra")


class Taking(Report):
    """A report of which what one check after another finds is taken out."""

    def __init__(self, around: Surroundings, trees: Trees) -> None:
        super().__init__(around, trees)
        self.begin()

    def begin(self) -> None:
        self._taken: dict[Finding, Resource] = {}
        self._many: Counter[Severity] = Counter()

    def take(self, resource: Resource, finding: Finding) -> None:
        """As many as are ever listed, and once more as many since some may be there already."""
        if self._many[finding.severity] < 2 * MOST_OF_A_SEVERITY and finding not in self._taken:
            self._many[finding.severity] += 1
            self._taken[finding] = resource

    def taken(self) -> list[tuple[Resource, Finding]]:
        """What was found since `begin`, once each, in order."""
        return [(resource, finding) for finding, resource in self._taken.items()]


class Whole(Taking):
    """The report about an agent."""

    def __init__(self, facts: Sequence[Facts], trees: Trees) -> None:
        self.facts = facts
        self.resources = [each.resource for each in facts]
        self.by_kind: dict[str, list[Resource]] = {key: [] for key in KINDS}
        for resource in self.resources:
            self.by_kind[resource.kind].append(resource)
        super().__init__(self._surroundings(), trees)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.resources, [each.called for each in self.facts])

    @property
    def mentions(self) -> Iterator[Mention]:
        return (mention for each in self.facts for mention in each.mentions)

    def _surroundings(self) -> Surroundings:
        unread = self._unread()
        default, extra = (self._codes(key) for key in ("language_default", "language_extra"))
        is_known = not unread & {"language_default", "language_extra"}
        return Surroundings(
            unread=unread,
            variants=tuple(resource.name for resource in self.by_kind["variant"]),
            language=default[0] if default and is_known else None,
            languages=(*default, *extra) if is_known else (),
            default_languages=default,
        )

    def _codes(self, key: str) -> tuple[str, ...]:
        return tuple(code for each in self.by_kind[key] if isinstance(code := each.fields.get("code"), str))

    def _unread(self) -> frozenset[str]:
        unread = {
            kind.key
            for resource in self.resources
            if resource.problem is not None
            for kind in kinds_for(resource.file or "")
        }
        # Variables are made by functions.
        return frozenset(unread | ({"variable"} if any(KINDS[key].form == "python" for key in unread) else set()))
