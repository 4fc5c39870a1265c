"""Saving the draft: its content, what that changes and what is wrong with it, counted once for every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from deployments.comparison import Counts
from deployments.models import Agent, Deployment, Draft, KeptDraft, Tree, Version
from deployments.models.draft import KEPT_FOR
from deployments.pipeline.actor import Actor
from deployments.pipeline.assessing import findings_in, summary_of
from deployments.pipeline.placing import lock_agent
from deployments.pipeline.reading import reading_of
from deployments.pipeline.refusal import Refusal, Refused
from deployments.pipeline.words import moment

DRAFT_MOVED = Refusal(
    "draft_moved", "The draft changed since you opened this. Look at what it changes now, then go on."
)


def running_first(agent: Agent) -> Version | None:
    """What the first environment runs: what a new draft starts from."""
    rows = Deployment.objects.active().filter(environment=agent.ladder[0]).select_related("version")
    row = rows.defer("version__manifest").first()
    if row is None:
        return None
    row.version.agent = agent
    return row.version


def draft_of(agent: Agent, *, whole: bool = False) -> Draft | None:
    """The draft as the database has it now; what the agent's instance remembers may be older.

    `whole`: for who needs every file of it, and so what its base holds.
    """
    query = Draft.objects.filter(agent=agent).select_related("base")
    draft = (query if whole else query.defer("base__manifest", "ground")).first()
    if draft is not None:
        draft.agent = agent
        if draft.base is not None:
            draft.base.agent = agent
    return draft


def shown_draft(agent: Agent, state: str, act: str, now: datetime, *, whole: bool = False) -> Draft:
    """Exactly the draft that was looked at; raises Refused when it has gone or is another by now."""
    draft = draft_of(agent, whole=whole)
    if draft is None:
        raise Refused(refusal_of_gone_draft(agent, act, now))
    if draft.state != state:
        raise Refused(DRAFT_MOVED)
    return draft


def state_of(draft: Draft | None) -> str:
    """What a dialog shows and its write expects to find; nothing while there is no draft."""
    return draft.state if draft else ""


def tree_of(agent: Agent, draft: Draft | None) -> Tree:
    """What an edit changes: the draft, or while there is none what a new one starts from."""
    return draft.tree if draft else Tree(agent, running_first(agent), {})


def in_state(agent: Agent, state: str) -> Draft | None:
    """The draft, locked, when it still is the one that was looked at; raises Refused when it is not."""
    lock_agent(agent.pk)
    draft = draft_of(agent)
    if state_of(draft) != state:
        raise Refused(DRAFT_MOVED)
    return draft


def save_draft(
    agent: Agent,
    draft: Draft | None,
    *,
    tree: Tree,
    files: Mapping[str, bytes] | None = None,
    by: Actor,
    at: datetime,
) -> Draft:
    """Write this content to the draft, a new one when there is none. The agent is locked by the caller."""
    tree, digest = tree.settled(), tree.digest
    values: dict[str, Any] = {
        "base": tree.base,
        "edits": tree.edits,
        "manifest_digest": digest,
        "changed_at": at,
        "changed_by": by.person,
        **_counts(tree, digest, files),
    }
    ground, present = tree.ground.digest if tree.ground else "", draft.ground_digest if draft else ""
    if ground != present:
        values |= {"ground": tree.ground.read() if tree.ground else {}, "ground_digest": ground}
    if draft is None:
        draft = Draft.objects.create(agent=agent, started_at=at, **values)
    else:
        Draft.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, **values)
        # What it holds, which can be much, is at hand.
        for name, value in values.items():
            setattr(draft, name, value)
        draft.refresh_from_db(fields=["revision"])
    forget_draft(agent)
    return draft


def drop_draft(draft: Draft, *, at: datetime) -> KeptDraft:
    """Take the draft away; what it held can be had back for a while, and who made it so."""
    kept = keep(draft, at=at)
    draft.changes.update(draft=None, kept=kept)
    agent = draft.agent
    draft.delete()
    forget_draft(agent)
    return kept


def keep(draft: Draft, *, at: datetime) -> KeptDraft:
    return KeptDraft.objects.create(
        agent_id=draft.agent_id,
        base_id=draft.base_id,
        manifest=draft.manifest,
        manifest_digest=draft.manifest_digest,
        kept_at=at,
        expires_at=at + KEPT_FOR,
    )


def refusal_of_gone_draft(agent: Agent, act: str, now: datetime) -> Refusal:
    """Somebody was quicker: says when, as far as history knows."""
    last = agent.events.filter(kind__in=("published", "draft_deleted"), refused=False).order_by("-pk").first()
    if last is None:
        return Refusal("nothing_to_publish", f"Nothing to {act}: there is no draft.")
    when = moment(last.at, agent.workspace, now)
    return Refusal("nothing_to_publish", f"Nothing to {act}. Someone published or deleted this draft {when}.")


def _counts(tree: Tree, digest: str, files: Mapping[str, bytes] | None) -> dict[str, int]:
    findings = findings_in(tree.agent, digest, tree.files, files)
    counts, formatting = _changes(tree, digest)
    return {
        "added": counts.added,
        "removed": counts.removed,
        "changed": counts.changed,
        "moved": counts.moved,
        "formatting": formatting,
        "errors": sum(finding.severity == "error" for finding in findings),
        "warnings": sum(finding.severity == "warning" for finding in findings),
    }


def _changes(tree: Tree, digest: str) -> tuple[Counts, int]:
    """Before the first version everything is new, and is not compared with nothing at each save."""
    if tree.base is not None:
        comparison = summary_of(tree)
        return comparison.counts, len(comparison.formatting)
    reading = reading_of(tree.agent, digest, lambda: tree.files)
    return reading.census.counts, reading.census.bare


def forget_draft(agent: Agent) -> None:
    """What the agent's instance remembers of its draft."""
    agent.__dict__.pop("draft_or_none", None)
