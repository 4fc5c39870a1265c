"""What each saved act did to the draft: who, when, which files, and what they held before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Q

from deployments.comparison import Part, compare
from deployments.keeping import differing_in
from deployments.models import Agent, Draft, DraftChange, KeptDraft, content
from deployments.pipeline.actor import Actor

# Beyond as many files nobody reads a list of what they held, and comparing them would be felt.
READ = 500


def record_change(
    draft: Draft,
    before: content.Manifest,
    after: content.Manifest,
    *,
    kind: DraftChange.Kind | None = None,
    by: Actor,
    at: datetime,
) -> DraftChange:
    """Add one line to the draft's activity: these two manifests, of which only what differs is kept.

    `kind`: what the act was; without one it is created, deleted or updated, by what came of it.
    """
    touched = set(differing_in(before, after))
    had = {key: blob for key, blob in before.items() if key in touched}
    has = {key: blob for key, blob in after.items() if key in touched}
    resources = list(islice(_resources(draft.agent, had, has), DraftChange.LISTED)) if len(touched) <= READ else []
    return draft.changes.create(
        revision=draft.revision,
        kind=kind or _kind(had, has, resources),
        by=by.person,
        at=at,
        path=_path(draft.agent, had | has, resources),
        files=len(touched),
        before=had,
        after=has,
        resources=resources,
    )


def copy_changes(draft: Draft, kept: KeptDraft) -> None:
    """Let what is kept of a draft that goes on know who had made it."""
    rows = list(draft.changes.order_by("pk"))
    for row in rows:
        row.pk, row.draft, row.kept = None, None, kept
    DraftChange.objects.bulk_create(rows)


def changes_since(draft: Draft | None, state: str) -> list[DraftChange]:
    """What was saved in this draft since somebody was shown `state`, the newest first; nothing of another draft."""
    key, _, revision = state.partition(".")
    if (
        draft is None
        or key != str(draft.pk)
        or not (revision.isascii() and revision.isdecimal() and len(revision) < 10)
    ):
        return []
    return list(draft.changes.filter(revision__gt=int(revision)).select_related("by"))


def last_change_of(draft: Draft, path: str) -> DraftChange | None:
    """The newest saved change that touched this file, as far as the last thousand go."""
    key = draft.agent.paths.filter(name=path).values_list("pk", flat=True).first()
    rows = draft.changes.select_related("by").defer("resources")[:1000]
    return next((each for each in rows if str(key) in each.before or str(key) in each.after), None)


def parting(draft: Draft, path: str) -> tuple[DraftChange, str] | None:
    """The newest saved change since which nothing stands at this address, and the address it has now; empty for none.

    Of an act that lists no resources, the file is asked.
    """
    gone = Q(resources__contains=[{"path": path, "change": "removed"}]) | Q(resources__contains=[{"was": path}])
    if change := draft.changes.filter(gone).select_related("by").first():
        return change, next((str(each["path"]) for each in change.resources if each.get("was") == path), "")
    file = path.partition("#")[0]
    change = last_change_of(draft, file)
    return (change, "") if change and file not in content.files_of(draft.agent, change.after) else None


def address_before(draft: Draft, path: str) -> str:
    """What this was called before it was last renamed, moved or put in another file; empty for never."""
    rows = draft.changes.filter(resources__contains=[{"path": path}]).values_list("resources", flat=True)[:1000]
    return next(
        (str(each["was"]) for row in rows for each in row if each["path"] == path and each.get("was", path) != path), ""
    )


def _resources(agent: Agent, had: content.Manifest, has: content.Manifest) -> Iterator[dict[str, Any]]:
    left, right = content.files_of(agent, had), content.files_of(agent, has)
    for part in _parts(left, right, agent):
        said = {"path": part.path, "kind": part.kind, "name": part.name, "change": part.change}
        yield said | ({"was": part.previous_path} if part.previous_path else {})


def _parts(left: Mapping[str, str], right: Mapping[str, str], agent: Agent) -> Iterator[Part]:
    """The resources that differ. Variables come and go with functions, and are nobody's act."""
    for item in compare(left, right, partial(content.load, agent)).items:
        yield from (part for part in item.parts if part.file)


def _kind(had: content.Manifest, has: content.Manifest, resources: list[dict[str, Any]]) -> DraftChange.Kind:
    said = {each["change"] for each in resources}
    if said == {"added"} or not had:
        return DraftChange.Kind.CREATED
    if said == {"removed"} or not has:
        return DraftChange.Kind.DELETED
    return DraftChange.Kind.UPDATED


def _path(agent: Agent, files: content.Manifest, resources: list[dict[str, Any]]) -> str:
    """The one resource, or else the one file, it was about."""
    if len(resources) == 1:
        return str(resources[0]["path"])
    return next(iter(content.files_of(agent, files))) if len(files) == 1 else ""
