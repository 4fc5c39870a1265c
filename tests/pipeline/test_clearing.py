from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from deployments.models import (
    Agent,
    Blob,
    Deployment,
    Environment,
    Event,
    Invitation,
    KeptDraft,
    Path,
    Person,
    ResetLink,
    Role,
    Session,
    Version,
)
from deployments.pipeline import clearing, delete_agent, discard, invite, make_reset_link, save_values
from deployments.pipeline.clearing import clear_expired, everything_of
from deployments.pipeline.talk_links import change_talk_link
from deployments.pipeline.verification import verify
from tests.vocabulary import a_person, a_workspace, an_actor, an_agent, edited, environment, live, rolled_back

pytestmark = pytest.mark.django_db


def test_a_deleted_agent_goes_with_all_it_holds_after_thirty_days() -> None:
    workspace = a_workspace()
    agent, other = an_agent(workspace, slug="night-ferry"), an_agent(workspace)
    live(agent)
    live(agent)
    rolled_back(agent, "live")
    discard(agent, state=edited(agent).state, by=an_actor(agent))
    edited(agent)
    change_talk_link(environment(agent, "live"), is_on=True, turns_a_day=9, by=an_actor(agent))
    save_values(environment(agent, "live"), {"open": True}, by=an_actor(agent))
    live(other)
    now = timezone.now()
    delete_agent(agent, typed=agent.slug, by=an_actor(agent), at=now)
    kept = {model: model.objects.filter(agent=other).count() for model in (Blob, Path, Version, Deployment, Event)}

    counts = clear_expired(now + timedelta(days=30, seconds=1))

    connection.check_constraints()
    assert counts["agents"] == 1
    assert list(Agent.objects.all()) == [other]
    assert {model: model.objects.filter(agent=other).count() for model in kept} == kept
    for model in (Blob, Path, Version, Deployment, Environment):
        assert model.objects.count() == model.objects.filter(agent=other).count()
    assert verify().problems == []


def test_whatever_refers_to_an_agent_goes_with_it() -> None:
    referring: set[type[models.Model]] = {Agent}
    while (
        more := {
            field.related_model
            for model in referring
            for field in model._meta.get_fields(include_hidden=True)
            if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one)
        }
        - referring
    ):
        referring |= more

    assert {rows.model for rows in everything_of(Agent(pk=1))} == referring


def test_an_agent_that_cannot_go_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = an_agent(), an_agent()
    for agent in (stuck, other):
        delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    def refused_for_one(agent: Agent) -> list[models.QuerySet[Any]]:
        if agent == stuck:
            raise IntegrityError("still referred to")
        return everything_of(agent)

    monkeypatch.setattr(clearing, "everything_of", refused_for_one)

    with pytest.raises(ExceptionGroup):
        clear_expired(timezone.now() + timedelta(days=31))

    assert list(Agent.objects.all()) == [stuck]


def test_the_workspaces_history_still_says_who_made_and_who_deleted_it() -> None:
    agent = an_agent(slug="night-ferry")
    by = an_actor(agent)
    delete_agent(agent, typed=agent.slug, by=by)

    clear_expired(timezone.now() + timedelta(days=31))

    lines = Event.objects.of_workspace(agent.workspace).order_by("pk")
    assert [line.kind for line in lines] == [Event.Kind.AGENT_CREATED, Event.Kind.AGENT_DELETED]
    assert [line.details["agent"] for line in lines] == ["night-ferry"] * 2
    assert [line.by for line in lines] == [by.person] * 2


def test_before_thirty_days_it_stays() -> None:
    agent = an_agent()
    delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    clear_expired(timezone.now() + timedelta(days=29))

    assert Agent.objects.filter(pk=agent.pk).exists()


def test_kept_drafts_go_after_thirty_days() -> None:
    agent = an_agent()
    discard(agent, state=agent.draft_or_none.state if agent.draft_or_none else "", by=an_actor(agent))
    now = timezone.now()

    before = clear_expired(now + timedelta(days=29))["kept_drafts"]
    after = clear_expired(now + timedelta(days=31))["kept_drafts"]

    assert (before, after) == (0, 1)
    assert not KeptDraft.objects.exists()


def test_sessions_and_links_go_when_they_run_out_and_people_stay() -> None:
    workspace = a_workspace()
    ben = a_person(Role.VIEWER, workspace)
    now = timezone.now()
    invite(workspace, email="new@example.com", role=Role.VIEWER, by=an_actor(workspace))
    make_reset_link(ben, by=an_actor(workspace))
    for key, expires in (("old", now - timedelta(1)), ("new", now + timedelta(30))):
        Session.objects.create(session_key=key, session_data="", expire_date=expires, person=ben)
    people = Person.objects.count()

    counts = clear_expired(now + timedelta(days=8))

    assert (counts["sessions"], counts["invitations"], counts["reset_links"]) == (1, 1, 1)
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert not Invitation.objects.exists()
    assert not ResetLink.objects.exists()
    assert Person.objects.count() == people


def test_after_clearing_the_guards_hold_again_in_the_same_connection() -> None:
    agent, other = an_agent(), an_agent()
    delete_agent(agent, typed=agent.slug, by=an_actor(agent))
    clear_expired(timezone.now() + timedelta(days=31))

    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(agent=other)._raw_delete("default")
