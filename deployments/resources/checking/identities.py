"""Names: one resource to a name, as many as are allowed, and files named after what is in them."""

from __future__ import annotations

import posixpath

from deployments.resources.checking.finding import Report
from deployments.resources.checking.ties import Tie
from deployments.resources.checking.whole import Whole
from deployments.resources.kinds import KINDS, Kind
from deployments.resources.names import clean
from deployments.resources.references import plain
from deployments.resources.resource import Resource


def check(report: Whole) -> None:
    for key, resources in report.by_kind.items():
        kind = KINDS[key]
        if kind.limit is not None and len(resources) > kind.limit:
            _too_many(report, kind, resources)
    first: dict[Tie, Resource] = {}
    for each in report.facts:
        for tie, at in each.ties:
            other = first.setdefault(tie, each.resource)
            if other is not each.resource:
                _says_twice(report, each.resource, other, at=at)


def check_file_name(report: Report, resource: Resource) -> None:
    """Of one resource, whatever the others are called."""
    if KINDS[resource.kind].file_name_from:
        _file_name(report, KINDS[resource.kind], resource)


def _too_many(report: Whole, kind: Kind, resources: list[Resource]) -> None:
    assert kind.limit is not None
    report.add(
        resources[kind.limit],
        "limit",
        f"it is one of {len(resources):,}; {kind.limit:,} of this kind are allowed. "
        f"Take {len(resources) - kind.limit:,} out.",
        severity=kind.limit_severity,
    )


def _says_twice(report: Whole, resource: Resource, other: Resource, at: str = "") -> None:
    named = f'"{other.name}"'
    if other.name == resource.name:
        wrong = f"there is another one called {named}. Rename one or take it out."
    else:
        wrong = f"its name amounts to the same as {named}. Rename one of them."
    report.add(resource, "duplicate", wrong, at=at)


def _file_name(report: Report, kind: Kind, resource: Resource) -> None:
    value = resource.fields.get(kind.file_name_from)
    if not isinstance(value, str) or not value.strip():
        return
    wanted = plain(clean(value, lower=True))
    if kind.key == "flow":
        place, found = "folder", resource.path.split("/")[1]
    else:
        place, found = "file", posixpath.splitext(posixpath.basename(resource.path))[0]
    if plain(found) == wanted:
        return
    if "name_from_path" in kind.rules:
        # An older topic is named by its path; one that says so again is none the worse for it.
        below = posixpath.splitext(resource.path.partition("/")[2])[0]
        if plain(value) in (plain(found), plain(below)):
            return
    if not wanted:
        wrong = f'"{value.strip()}" has no letter or digit. Choose a name with some.'
    else:
        wrong = f'the {place} is called "{found}" and the name asks for "{wanted}". Rename one of them.'
    report.add(resource, "name", wrong, at=kind.file_name_from)
