"""Names: one resource to a name, as many as are allowed, and files named after what is in them."""

from __future__ import annotations

import posixpath

from deployments.resources.checking.finding import Report
from deployments.resources.checking.whole import Whole
from deployments.resources.kinds import KINDS, Kind
from deployments.resources.names import clean
from deployments.resources.reading import flow_folder
from deployments.resources.references import plain
from deployments.resources.resource import Resource
from deployments.resources.shared_files import identity_of


def check(report: Whole) -> None:
    for key, resources in report.by_kind.items():
        kind = KINDS[key]
        if kind.limit is not None and len(resources) > kind.limit:
            _too_many(report, kind, resources)
        if kind.identity and kind.form != "derived" and resources:
            _twice(report, kind, resources)
        if kind.file_name_from:
            _twice_cleaned(report, kind, resources)
    _topics(report)


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


def _twice(report: Whole, kind: Kind, resources: list[Resource]) -> None:
    first: dict[str, Resource] = {}
    for resource in resources:
        if "unique_ignoring_case" in kind.rules:
            key = plain(resource.name).casefold()
        else:
            key = plain(identity_of(kind, resource.name))
        other = first.setdefault(key, resource)
        if key and other is not resource:
            _says_twice(report, resource, other, at=kind.identity)


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


def _twice_cleaned(report: Whole, kind: Kind, resources: list[Resource]) -> None:
    """Topics and child topics have a wider rule of their own."""
    if "unique_topic_name" in kind.rules:
        return
    first: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        scope = flow_folder(resource.path) if kind.inside else ""
        key = (scope, plain(clean(resource.name, lower=True)))
        other = first.setdefault(key, resource)
        if other is not resource:
            _says_twice(report, resource, other, at=kind.file_name_from)


def _topics(report: Whole) -> None:
    first: dict[str, Resource] = {}
    for key in ("topic", "child_topic"):
        for resource in report.by_kind[key]:
            # A path is a name of its own, so only names that are written are cleaned.
            written = resource.fields.get("name")
            name = clean(written, lower=True) if isinstance(written, str) else resource.name
            other = first.setdefault(plain(name), resource)
            if other is not resource:
                _says_twice(report, resource, other, at="name")
