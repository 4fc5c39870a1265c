from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from deployments.models import Agent, Draft, DraftChange, Role, Tree, content
from deployments.models.manifest import GONE
from deployments.pipeline.actor import Actor
from deployments.pipeline.changes import record_change
from deployments.pipeline.drafts import draft_of, drop_draft, save_draft, tree_of
from deployments.pipeline.importing import refusal_of_clash, refusal_of_weight
from deployments.pipeline.placing import lock_agent
from deployments.pipeline.refusal import Refusal, refusal_in_agent, unless
from deployments.resources.archive import is_ignored, refusal_of_path
from deployments.resources.archive.limits import FILE_BYTES, MEGABYTE
from deployments.resources.archive.paths import shown


def refusal_to_edit(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.EDITOR, "edit", by=by)


def change_files(
    agent: Agent,
    changes: Mapping[str, bytes | None],
    *,
    seen: Mapping[str, str | None],
    kind: DraftChange.Kind | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Draft | None:
    """Put these files into the draft, or take them out (None); a draft begins where there is none.

    `seen`: of each file the hash of what its editor had before them, None or left out when it was not there. Another
    content by now is refused as `file_changed`. A draft that comes to equal what it began from is no more: None.
    `kind`: what Draft activity calls it, where that does not follow from the files.
    """
    at = at or timezone.now()
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        unless(_refusal_of_size(changes))
        lock_agent(agent.pk)
        draft = draft_of(agent)
        before = tree_of(agent, draft)
        unless(_refusal_of_conflict(before, {**dict.fromkeys(changes), **seen}))
        unless(_refusal_of_paths(changes, before))
        kept = {path: held for path, held in changes.items() if held is not None}
        stored = content.store(agent, kept)
        touched = stored | dict.fromkeys(_gone(agent, changes), GONE)
        after = before.changed(touched)
        if after.edits == before.edits:
            return draft
        if new := [path for path in kept if before.blob(path) is None]:
            unless(refusal_of_clash(after.files, new))
        unless(refusal_of_weight(after.weight))
        if draft and after.is_unchanged:
            drop_draft(draft, at=at)
            return None
        draft = save_draft(agent, draft, tree=after, by=by, at=at)
        record_change(draft, before.part(touched), after.part(touched), kind=kind, by=by, at=at)
        return draft


def _refusal_of_conflict(tree: Tree, seen: Mapping[str, str | None]) -> Refusal | None:
    files = {path: blob for path in seen if (blob := tree.blob(path)) is not None}
    held = content.hashes(tree.agent, set(files.values()))
    present = {path: held[files[path]] if path in files else None for path in seen}
    if changed := [path for path in seen if seen[path] != present[path]]:
        names = ", ".join(changed)
        return Refusal(
            "file_changed", f"{names} changed since you opened it. Nothing was saved; what you typed is below."
        )
    return None


def _refusal_of_paths(changes: Mapping[str, bytes | None], tree: Tree) -> Refusal | None:
    """A file comes in by no other path than an import would let it."""
    for path, held in changes.items():
        if held is not None and tree.blob(path) is None and (is_ignored(path) or refusal_of_path(path)):
            return Refusal("path_unusable", f"{shown(path)} cannot be the path of a file. Choose another name.")
    return None


def _gone(agent: Agent, changes: Mapping[str, bytes | None]) -> set[str]:
    """The ids of the paths that are taken out."""
    paths = [path for path, held in changes.items() if held is None]
    return {str(key) for key in agent.paths.filter(name__in=paths).values_list("pk", flat=True)}


def _refusal_of_size(changes: Mapping[str, bytes | None]) -> Refusal | None:
    for path, held in changes.items():
        if held is not None and len(held) > FILE_BYTES:
            megabytes = FILE_BYTES // MEGABYTE
            return Refusal(
                "file_too_large", f"{shown(path)} would be larger than {megabytes} MB, which is the most a file holds."
            )
    return None
