"""Resources as pages show them, of a version as of the draft: the list by group, and one with all its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from django.http import Http404

from deployments.resources import GROUPS, KINDS, Resource, Value
from deployments.sides.contents import findings_of, resource_at, resources_of
from deployments.sides.side import Side
from deployments.views import asked
from deployments.views.browsing.shown import shown
from deployments.views.frame import ICONS
from deployments.views.http import Request
from deployments.views.paging import cut

if TYPE_CHECKING:
    from deployments.resources.checking import Finding

SIZE = 200
NO_CHANGES: Mapping[str, str] = MappingProxyType({})
Problems: TypeAlias = "Mapping[str, Sequence[Finding]]"
NO_PROBLEMS: Problems = MappingProxyType({})


@dataclass(frozen=True)
class Line:
    """A resource in a list."""

    resource: Resource
    label: str
    icon: str
    inside: bool
    change: str
    # Errors and warnings, and the first of them: where a link to them leads.
    errors: int = 0
    warnings: int = 0
    problem: Finding | None = None


def listing(request: Request, side: Side, changes: Mapping[str, str] = NO_CHANGES) -> dict[str, Any]:
    """The resources of a side by group, those of one group, or those that hold some words."""
    found = resources_of(side)
    group = request.GET.get("group", "")
    words = asked.words(request.GET)
    held = dict.fromkeys(GROUPS, 0)
    problems = _problems(side)
    wrong = dict.fromkeys(GROUPS, 0)
    for resource in found:
        held[KINDS[resource.kind].group] += not KINDS[resource.kind].inside
        wrong[KINDS[resource.kind].group] += len(problems.get(resource.path, ()))
    if group in held:
        found = tuple(resource for resource in found if KINDS[resource.kind].group == group)
    if words:
        found = tuple(resource for resource in found if _holds(resource, words.casefold()))
    pages = cut(request, found, SIZE)
    return {
        "group": group if group in held else "",
        "words": words,
        "held": [(label, count, wrong[label]) for label, count in held.items() if count],
        "total": sum(held.values()),
        "pages": pages,
        "shelves": _by_group(pages.rows, changes, problems),
    }


def one(side: Side, path: str) -> dict[str, Any]:
    """One resource: its fields, what the checks say of it, and for a flow the list of what stands inside it."""
    resource = resource_at(side, path)
    if resource is None:
        raise Http404(f"{side.words or side.ref} holds no resource at this address.")
    kind = KINDS[resource.kind]
    return {
        "title": resource.name or kind.label,
        "resource": resource,
        "kind": kind,
        "icon": ICONS.get(kind.group, "settings"),
        "group": kind.group,
        "fields": shown(resource),
        "inside": list(_lines(_children(side, resource))),
        "findings": [finding for finding in findings_of(side) if finding.path == path],
    }


def _children(side: Side, resource: Resource) -> list[Resource]:
    if resource.kind != "flow":
        return []
    folder = resource.path.rpartition("/")[0] + "/"
    return [each for each in resources_of(side) if KINDS[each.kind].inside and each.path.startswith(folder)]


def _holds(resource: Resource, words: str) -> bool:
    texts = (resource.name, resource.path, *_texts(list(resource.fields.values())))
    return any(words in text.casefold() for text in texts)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)


def _problems(side: Side) -> Problems:
    """Errors before warnings, by resource; a note is no problem."""
    problems: dict[str, list[Finding]] = {}
    for finding in findings_of(side):
        if finding.severity != "note":
            problems.setdefault(finding.path, []).append(finding)
    return problems


def _by_group(rows: Iterable[Resource], changes: Mapping[str, str], problems: Problems) -> list[tuple[str, list[Line]]]:
    by_group = groupby(rows, lambda each: KINDS[each.kind].group)
    return [(group, list(_lines(members, changes, problems))) for group, members in by_group]


def _lines(
    resources: Iterable[Resource], changes: Mapping[str, str] = NO_CHANGES, problems: Problems = NO_PROBLEMS
) -> Iterator[Line]:
    for resource in resources:
        kind = KINDS[resource.kind]
        found = problems.get(resource.path, ())
        errors = sum(each.severity == "error" for each in found)
        yield Line(
            resource,
            kind.label,
            ICONS.get(kind.group, "settings"),
            bool(kind.inside),
            changes.get(resource.path, ""),
            errors,
            len(found) - errors,
            found[0] if found else None,
        )
