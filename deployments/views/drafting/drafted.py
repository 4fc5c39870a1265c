"""The draft as its pages and dialogs show it: what it changes, what is wrong with it, whose changes it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from deployments.comparison import Comparison, Item
from deployments.models import Draft, DraftChange, Person, content
from deployments.pipeline import summary_of
from deployments.sides.contents import findings_of
from deployments.sides.side import Side

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
        return summary_of(self.draft.tree)

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
        """Every saved change, the newest first: whoever made one of many is not forgotten."""
        return list(self.draft.changes.select_related("by").defer("before", "after"))

    @property
    def listed(self) -> list[DraftChange]:
        """The saved changes a page has room for."""
        return self.saved[:LISTED]

    @property
    def unlisted(self) -> int:
        return max(0, len(self.saved) - LISTED)

    @cached_property
    def by_resource(self) -> list[tuple[Item, list[DraftChange]]]:
        """What the draft changes, each with the newest saved change of it by each person."""
        made: dict[str, list[DraftChange]] = {}
        files = self._files_of_large_acts
        for change in self.saved:
            resources = {path for each in change.resources for path in (each["path"], each.get("was")) if path}
            for path in resources | files.get(change.pk, set()):
                made.setdefault(path, []).append(change)
        return [(item, _newest(item, made)) for item in self.comparison.items]

    @cached_property
    def _files_of_large_acts(self) -> dict[int, set[str]]:
        """The files of the acts that list their resources not at all, or not to the end."""
        large = [change.pk for change in self.saved if not 0 < len(change.resources) < DraftChange.LISTED]
        rows = self.draft.changes.filter(pk__in=large).only("before", "after") if large else ()
        return {row.pk: set(content.files_of(self.draft.agent, row.before | row.after)) for row in rows}

    @cached_property
    def people(self) -> list[Person]:
        """Everybody whose saved changes it holds, the latest first."""
        return list({change.by_id: change.by for change in self.saved}.values())


def _newest(item: Item, made: dict[str, list[DraftChange]]) -> list[DraftChange]:
    paths = {path for part in item.parts for path in (part.path, part.previous_path) if path}
    paths |= {path.partition("#")[0] for path in paths}
    found = {change.pk: change for path in paths for change in made.get(path, ())}
    by: dict[int, DraftChange] = {}
    for change in sorted(found.values(), key=lambda change: -change.pk):
        by.setdefault(change.by_id, change)
    return list(by.values())
