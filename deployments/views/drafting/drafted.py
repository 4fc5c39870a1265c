"""The draft as its pages and dialogs show it: what it changes, what is wrong with it, whose changes it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from deployments.comparison import Comparison, Item
from deployments.models import Draft, DraftChange, Person, content
from deployments.pipeline import summary_between
from deployments.views.contents import findings_of
from deployments.views.http import Side

if TYPE_CHECKING:
    from deployments.resources.checking import Finding

NAMED = 8
LISTED = 500


@dataclass(frozen=True)
class Drafted:
    draft: Draft

    @property
    def left_ref(self) -> str:
        """The left side of its comparison; where nothing was published, an environment that holds nothing."""
        return self.draft.base.short if self.draft.base else self.draft.agent.ladder[0].slug

    @cached_property
    def comparison(self) -> Comparison:
        left = self.draft.base.files if self.draft.base else {}
        return summary_between(self.draft.agent, left, self.draft.files, (self.draft.base, None))

    @property
    def counts(self) -> list[tuple[str, int]]:
        return self.comparison.counts.present

    @property
    def first(self) -> tuple[Item, ...]:
        """The changes a dialog has room for."""
        return self.comparison.items[:NAMED]

    @property
    def beyond(self) -> int:
        return max(0, len(self.comparison.items) - NAMED)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return findings_of(Side("draft", self.draft.agent, draft=self.draft))

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "warning"]

    @cached_property
    def saved(self) -> list[DraftChange]:
        """The newest saved changes; of a draft with more, the rest is not listed."""
        return list(self.draft.changes.select_related("by").defer("before", "after")[:LISTED])

    @cached_property
    def by_resource(self) -> list[tuple[Item, list[DraftChange]]]:
        """What the draft changes, each with the newest saved change of it by each person."""
        made: dict[str, list[DraftChange]] = {}
        for change in self.saved:
            for path in _touched(change, self.draft):
                made.setdefault(path, []).append(change)
        return [(item, _newest(item, made)) for item in self.comparison.items]

    @cached_property
    def people(self) -> list[Person]:
        """Everybody whose saved changes it holds, the latest first."""
        return list({change.by_id: change.by for change in self.saved}.values())


def _touched(change: DraftChange, draft: Draft) -> set[str]:
    """The addresses of the resources it was about, now and before; where they are not listed, its files."""
    if change.resources:
        return {path for each in change.resources for path in (each["path"], each.get("was")) if path}
    return set(content.files_of(draft.agent, change.before | change.after))


def _newest(item: Item, made: dict[str, list[DraftChange]]) -> list[DraftChange]:
    paths = {path for part in item.parts for path in (part.path, part.previous_path) if path}
    paths |= {path.partition("#")[0] for path in paths}
    found = {change.pk: change for path in paths for change in made.get(path, ())}
    by: dict[int, DraftChange] = {}
    for change in sorted(found.values(), key=lambda change: -change.pk):
        by.setdefault(change.by_id, change)
    return list(by.values())
