from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from deployments.models import Agent, Draft, DraftChange, Event, KeptDraft, Role, Tree, Version, content
from deployments.pipeline.actor import Actor
from deployments.pipeline.changes import copy_changes, record_change
from deployments.pipeline.drafts import draft_of, drop_draft, keep, running_first, save_draft
from deployments.pipeline.placing import lock_agent
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, refusal_in_agent, unless
from deployments.resources.archive.limits import FILES, IMPORT_BYTES, MEGABYTE
from deployments.resources.archive.paths import all_folded, folded, shown

Mode = Literal["replace", "add"]


@dataclass(frozen=True)
class Imported:
    """What an import left. Without a draft the content equals what the draft would have started from."""

    draft: Draft | None
    files: int  # of the draft that this import added, changed or took away
    kept: KeptDraft | None  # what the draft held before
    ignored: tuple[str, ...]  # left out as generated or of the system

    @property
    def changes(self) -> int:
        """What there is to publish now, counted as the banner does."""
        return self.draft.change_count if self.draft else 0


def refusal_to_import(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.EDITOR, "import", by=by)


def import_files(
    agent: Agent,
    files: Mapping[str, bytes],
    *,
    mode: Mode = "replace",
    ignored: Collection[str] = (),
    source: Version | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Imported:
    """Make these files the draft, or add them to it. Content is never refused for being wrong: publishing asks that.

    `source`: the version whose content this is, where it is one's.
    """
    at = at or timezone.now()
    with transaction.atomic():
        unless(refusal_to_import(agent, by=by))
        lock_agent(agent.pk)
        draft = draft_of(agent, whole=True)
        base = _base(agent, draft, mode)
        before = draft.manifest if draft else base.manifest if base else {}
        manifest = content.store(agent, files)
        known: Mapping[str, bytes] | None = files
        if mode == "add" and before:
            manifest = before | manifest
            known = None
            weight = content.weight_of(agent, manifest)
            unless(refusal_of_clash(content.files_of(agent, manifest)) or refusal_of_weight(weight))
        touched = sum(before.get(key) != manifest.get(key) for key in before.keys() | manifest.keys())
        if not touched and (draft is None or draft.base_id == (base and base.pk)):
            return Imported(draft, 0, None, tuple(ignored))
        if manifest == (base.manifest if base else {}):
            kept = drop_draft(draft, at=at) if draft else None
            draft = None
        else:
            kept = _kept(draft, mode, at) if draft and touched else None
            draft = save_draft(agent, draft, tree=Tree.of(agent, base, manifest), files=known, by=by, at=at)
            record_change(draft, before, manifest, kind=DraftChange.Kind.IMPORTED, by=by, at=at)
        about: dict[str, Any] = {
            "files": touched,
            "changes": draft.change_count if draft else 0,
            "kept": kept.pk if kept else None,
        }
        about |= {"version": source.hash} if source else {}
        record(Event.Kind.DRAFT_IMPORTED, agent, by=by, at=at, before=base, details=about)
        return Imported(draft, touched, kept, tuple(ignored))


def _base(agent: Agent, draft: Draft | None, mode: Mode) -> Version | None:
    """A whole new content owes nothing to what an older draft began from; files that are added to it do."""
    if draft is not None and mode == "add":
        return draft.base
    return running_first(agent)


def _kept(draft: Draft, mode: Mode, at: datetime) -> KeptDraft:
    """What gives way. Who made it goes with it, save where the files are added to what they made."""
    kept = keep(draft, at=at)
    if mode == "add":
        copy_changes(draft, kept)
    else:
        draft.changes.update(draft=None, kept=kept)
    return kept


def refusal_of_weight(size: int) -> Refusal | None:
    if size <= IMPORT_BYTES:
        return None
    megabytes = IMPORT_BYTES // MEGABYTE
    return Refusal("draft_too_large", f"The draft would be larger than {megabytes} MB. Take out what is not needed.")


def refusal_of_clash(paths: Collection[str], new: Collection[str] | None = None) -> Refusal | None:
    """What an archive may not hold, its files and those that were there may not come to hold together.

    `new`: those that came, where the others stood together before.
    """
    names: dict[str, str] = {}
    for path, plain in zip(paths, all_folded(paths), strict=True):
        other = names.setdefault(plain, path)
        if other != path:
            sentence = f"{shown(other)} and {shown(path)} differ only in upper and lower case. Rename one of them."
            return Refusal("path_clash", sentence)
    above = (names.get(folder) for path in (paths if new is None else new) for folder in _folders(path))
    below = _folder_among(new, names) if new is not None else None
    if file := next(filter(None, above), below):
        return Refusal("path_clash", f"{shown(file)} would be both a file and a folder. Rename one of them.")
    if len(names) > FILES:
        return Refusal("too_many_files", f"The draft would hold {len(names):,} files; {FILES:,} are allowed.")
    return None


def _folders(path: str) -> Iterator[str]:
    parts = folded(path).split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _folder_among(new: Collection[str], names: Collection[str]) -> str | None:
    """One of the new files that would be a folder of another."""
    begins = {f"{folded(path)}/": path for path in new}
    found = next((name for name in names if name.startswith(tuple(begins))), None)
    return next((path for begin, path in begins.items() if found and found.startswith(begin)), None)
