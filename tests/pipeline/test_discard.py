from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deployments.models import Draft, Event, KeptDraft, Role, content
from deployments.pipeline import (
    Refused,
    discard,
    refusal_to_discard,
    refusal_to_restore_draft,
    restore_draft,
)
from tests.vocabulary import RULES, an_actor, an_agent, edited, environment, published

pytestmark = pytest.mark.django_db


def test_deleting_the_draft_returns_to_what_is_published() -> None:
    """product-semantics.md, section 20, row 2."""
    agent = an_agent()
    placed = published(agent)
    draft = edited(agent)

    discard(agent, state=draft.state, by=an_actor(agent))

    assert not Draft.objects.exists()
    assert agent.draft_or_none is None
    assert environment(agent, "sandbox").active == placed


def test_a_deleted_draft_leaves_a_line_that_says_how_much_went() -> None:
    agent = an_agent()
    base = published(agent).version
    draft = edited(agent)
    at = datetime(2030, 1, 1, tzinfo=UTC)

    kept = discard(agent, state=draft.state, by=an_actor(agent), at=at)

    line = agent.events.get(kind=Event.Kind.DRAFT_DELETED)
    assert (line.before, line.at) == (base, at)
    assert line.details == {"changes": draft.change_count, "kept": kept.pk}
    assert kept.expires_at == at + timedelta(days=30)


def test_only_the_draft_that_was_shown_is_deleted() -> None:
    agent = an_agent()
    published(agent)
    seen = edited(agent).state
    draft = edited(agent)

    with pytest.raises(Refused, match="The draft changed since you opened this"):
        discard(agent, state=seen, by=an_actor(agent))

    assert Draft.objects.get() == draft


def test_deleting_twice_says_that_it_has_gone() -> None:
    agent = an_agent()
    published(agent)
    draft = edited(agent)
    discard(agent, state=draft.state, by=an_actor(agent))

    with pytest.raises(Refused, match=r"Nothing to delete\. Someone published or deleted this draft at"):
        discard(agent, state=draft.state, by=an_actor(agent))


def test_viewers_may_not_delete_the_draft() -> None:
    agent = an_agent()
    draft = edited(agent)
    by = an_actor(agent, Role.VIEWER)

    refusal = refusal_to_discard(agent, by=by)

    assert refusal is not None
    with pytest.raises(Refused, match=refusal.sentence):
        discard(agent, state=draft.state, by=by)
    assert Draft.objects.exists()


def test_where_nothing_was_published_deleting_leaves_an_empty_agent() -> None:
    agent = an_agent()
    draft = edited(agent)

    discard(agent, state=draft.state, by=an_actor(agent))

    assert agent.draft_or_none is None
    assert all(step.active is None for step in agent.ladder)


def test_a_deleted_draft_can_be_had_back() -> None:
    agent = an_agent()
    published(agent)
    draft = edited(agent, {RULES: b"Be kind.\n"})
    kept = discard(agent, state=draft.state, by=an_actor(agent))

    back = restore_draft(kept, by=an_actor(agent))

    assert content.contents(agent, back.manifest)[RULES] == b"Be kind.\n"
    assert (back.base, back.change_count) == (draft.base, draft.change_count)
    assert not KeptDraft.objects.exists()
    assert agent.events.filter(kind=Event.Kind.DRAFT_RESTORED).count() == 1


def test_a_deleted_draft_is_not_had_back_after_its_time() -> None:
    agent = an_agent()
    published(agent)
    kept = discard(agent, state=edited(agent).state, by=an_actor(agent))

    with pytest.raises(Refused, match="30 days, and they are over"):
        restore_draft(kept, by=an_actor(agent), at=kept.expires_at)

    assert not Draft.objects.exists()


def test_a_draft_that_two_people_restore_comes_back_once() -> None:
    agent = an_agent()
    published(agent)
    kept = discard(agent, state=edited(agent).state, by=an_actor(agent))
    same = KeptDraft.objects.get(pk=kept.pk)
    restore_draft(kept, by=an_actor(agent))
    published(agent)

    with pytest.raises(Refused, match="restored this draft meanwhile"):
        restore_draft(same, by=an_actor(agent))

    assert not Draft.objects.exists()


def test_a_deleted_draft_is_not_put_over_another() -> None:
    agent = an_agent()
    published(agent)
    kept = discard(agent, state=edited(agent).state, by=an_actor(agent))
    present = edited(agent)
    by = an_actor(agent)

    refusal = refusal_to_restore_draft(kept, by=by)

    assert refusal is not None
    assert refusal.sentence == "Publish or delete the present draft first."
    with pytest.raises(Refused, match=refusal.sentence):
        restore_draft(kept, by=by)
    assert Draft.objects.get() == present
