from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from deployments.models import Agent, Draft, Event, KeptDraft, Role, Tree
from deployments.models.draft import KEPT_FOR
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import drop_draft, forget_draft, refusal_of_gone_draft, save_draft, shown_draft
from deployments.pipeline.placing import lock_agent
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, refusal_in_agent, unless

RESTORED_ALREADY = Refusal("restored_already", "Someone restored this draft meanwhile.")
DRAFT_EXISTS = Refusal("draft_exists", "Publish or delete the present draft first.")


def refusal_to_discard(agent: Agent, *, by: Actor) -> Refusal | None:
    if refusal := _refusal_by_role(agent, by):
        return refusal
    if agent.draft_or_none is None:
        return refusal_of_gone_draft(agent, "delete", timezone.now())
    return None


def discard(agent: Agent, *, state: str, by: Actor, at: datetime | None = None) -> KeptDraft:
    """Delete exactly the draft that was shown. No environment moves; what it held is kept for a while."""
    at = at or timezone.now()
    with transaction.atomic():
        unless(_refusal_by_role(agent, by))
        lock_agent(agent.pk)
        draft = shown_draft(agent, state, "delete", at)
        changes = draft.change_count
        kept = drop_draft(draft, at=at)
        about = {"changes": changes, "kept": kept.pk}
        record(Event.Kind.DRAFT_DELETED, agent, by=by, at=at, before=kept.base, details=about)
        return kept


def refusal_to_restore_draft(kept: KeptDraft, *, by: Actor, at: datetime | None = None) -> Refusal | None:
    agent = kept.agent
    if refusal := _refusal_by_role(agent, by):
        return refusal
    if kept.expires_at <= (at or timezone.now()):
        return Refusal("draft_expired", f"This draft was kept for {KEPT_FOR.days} days, and they are over.")
    return None if agent.draft_or_none is None else DRAFT_EXISTS


def restore_draft(kept: KeptDraft, *, by: Actor, at: datetime | None = None) -> Draft:
    """Have back what a deleted or replaced draft held, while there is no other."""
    at = at or timezone.now()
    agent = kept.agent
    with transaction.atomic():
        lock_agent(agent.pk)
        forget_draft(agent)
        unless(refusal_to_restore_draft(kept, by=by, at=at))
        if not agent.kept_drafts.filter(pk=kept.pk).exists():
            raise Refused(RESTORED_ALREADY)
        draft = save_draft(agent, None, tree=Tree.of(agent, kept.base, kept.manifest), by=by, at=at)
        # Counts on, so that what is saved next comes after what comes back.
        draft.revision += kept.changes.aggregate(last=Max("revision"))["last"] or 0
        draft.save(update_fields=["revision"])
        kept.changes.update(draft=draft, kept=None)
        kept.delete()
        about = {"changes": draft.change_count}
        record(Event.Kind.DRAFT_RESTORED, agent, by=by, at=at, before=draft.base, details=about)
        return draft


def _refusal_by_role(agent: Agent, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.EDITOR, "delete or restore a draft", by=by)
