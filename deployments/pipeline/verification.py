"""Recomputes what the database holds from what it was made of: hashes, manifests, links of history, what is active."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from deployments.models import Agent, Blob, Deployment, Draft, Event, KeptDraft, Path, Version, content
from deployments.models.manifest import UnreadableManifestError

Progress = Callable[[str], None]


@dataclass
class Verified:
    """How many of each were looked at, and one sentence for each that is wrong."""

    checked: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def verify(progress: Progress = lambda agent: None) -> Verified:
    """Look at everything, an agent at a time, as it was at one instant. Told the name of each agent when it begins."""
    found = Verified()
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:  # else the transaction around this decides what is seen
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for agent in Agent.objects.order_by("pk"):
            progress(agent.name)
            found.checked["agents"] += 1
            for look in (_blobs, _versions, _drafts, _deployments, _events):
                found.problems.extend(f"{agent.slug}: {problem}" for problem in look(agent, found.checked))
        for trigger in _missing_guards():
            found.problems.append(f"The database no longer guards {trigger} against changes: run `manage.py migrate`.")
    return found


def _blobs(agent: Agent, checked: Counter[str]) -> Iterator[str]:
    for blob in Blob.objects.filter(agent=agent).iterator(chunk_size=200):
        checked["blobs"] += 1
        held = bytes(blob.content)
        if content.hash_of(held) != blob.hash:
            yield f"blob {blob.pk} does not hold what its hash {blob.hash[:9]} says."
        if len(held) != blob.size:
            yield f"blob {blob.hash[:9]} has {len(held):,} bytes and says {blob.size:,}."


def _versions(agent: Agent, checked: Counter[str]) -> Iterator[str]:
    known = _Known(agent)
    hashes: dict[int, str] = {}
    versions = Version.objects.filter(agent=agent).without_manifest().order_by("number")
    for number, version in enumerate(versions.iterator(), start=1):
        checked["versions"] += 1
        if version.number != number:
            yield f"version {version.short} has number {version.number}, not {number}."
        yield from known.problems(f"version {version.short}", version)
        if version.parent_id is not None and version.parent_id not in hashes:
            yield f"version {version.short} names a parent that is no earlier version of this agent."
        elif version.hash != version.computed_hash(hashes[version.parent_id] if version.parent_id else None):
            yield f"version {version.short} does not say what its hash was made of."
        hashes[version.pk] = version.hash


def _drafts(agent: Agent, checked: Counter[str]) -> Iterator[str]:
    known = _Known(agent)
    for draft in Draft.objects.filter(agent=agent).select_related("base").defer("edits", "ground", "base__manifest"):
        checked["drafts"] += 1
        yield from known.problems("the draft", draft)
    for kept in agent.kept_drafts.defer("manifest"):
        checked["drafts"] += 1
        yield from known.problems(f"kept draft {kept.pk}", kept)


def _deployments(agent: Agent, checked: Counter[str]) -> Iterator[str]:
    for step in agent.environments.order_by("position"):
        before: Deployment | None = None
        rows = Deployment.objects.filter(environment=step).order_by("started_at", "pk")
        for row in rows.select_related("version", "restored").defer("version__manifest").iterator():
            checked["deployments"] += 1
            name = f"deployment {row.pk} in {step.label}"
            if row.agent_id != agent.pk or row.version.agent_id != agent.pk:
                yield f"{name} holds something of another agent."
            if before is not None and (before.ended_at is None or before.ended_at > row.started_at):
                yield f"{name} began before the one it follows had ended."
            if row.replaced_id is not None and (
                before is None or row.replaced_id != before.pk or before.ended_at != row.started_at
            ):
                yield f"{name} did not replace the one that stood there."
            if row.restored and (row.restored.environment_id != step.pk or row.restored.version_id != row.version_id):
                yield f"{name} says it went back to a deployment that held something else."
            before = row
        if before is not None and before.ended_at is None and not step.on_ladder:
            yield f"{step.label} left the ladder and still holds an active deployment."


def _events(agent: Agent, checked: Counter[str]) -> Iterator[str]:
    lines: dict[Any, int] = {}
    for event in Event.objects.filter(agent=agent).select_related("deployment", "deployment__replaced").iterator():
        checked["events"] += 1
        if event.workspace_id != agent.workspace_id:
            yield f"line {event.pk} of history stands in another workspace."
        placed = event.deployment
        if placed is None:
            if event.kind in Event.RELEASE_KINDS and not event.refused:
                yield f"line {event.pk} of history says something was {event.kind} and names no deployment."
            continue
        lines[placed.pk] = lines.get(placed.pk, 0) + 1
        replaced = placed.replaced.version_id if placed.replaced else None
        said = (event.kind, event.environment_id, event.after_id, event.before_id, event.at, event.by_id)
        if said != (placed.verb, placed.environment_id, placed.version_id, replaced, placed.started_at, placed.by_id):
            yield f"line {event.pk} of history does not say what deployment {placed.pk} was."
    for key in Deployment.objects.filter(agent=agent).values_list("pk", flat=True).iterator():
        if lines.get(key, 0) != 1:
            yield f"deployment {key} has {lines.get(key, 0)} lines of history, not one."


class _Known:
    """Paths and blobs of an agent, to recompute manifests from."""

    def __init__(self, agent: Agent) -> None:
        self.paths = {str(key): name for key, name in Path.objects.filter(agent=agent).values_list("pk", "name")}
        self.hashes = dict(Blob.objects.filter(agent=agent).values_list("pk", "hash"))

    def problems(self, name: str, holder: Version | Draft | KeptDraft) -> Iterator[str]:
        try:
            manifest = holder.manifest  # only now, so that one that cannot be read spoils no other
        except UnreadableManifestError:
            yield f"{name} has a manifest that cannot be read."
            return
        missing = sum(path not in self.paths or blob not in self.hashes for path, blob in manifest.items())
        if missing:
            yield f"{name} names {missing:,} files that are not there."
        elif (
            content.digest_of({self.paths[path]: self.hashes[blob] for path, blob in manifest.items()})
            != holder.manifest_digest
        ):
            yield f"{name} does not hold the files its digest was made of."


def _missing_guards() -> list[str]:
    guarded = {"deployments_version", "deployments_blob", "deployments_event", "deployments_path", "deployments_touch"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'stays' AND tgenabled <> 'D'",
        )
        return sorted(guarded - {row[0] for row in cursor.fetchall()})
