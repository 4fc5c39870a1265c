from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import TestCase

from deployments.models import (
    Agent,
    Conversation,
    Deployment,
    Draft,
    Environment,
    Event,
    Membership,
    Person,
    Version,
    Workspace,
)
from deployments.pipeline.verification import verify
from deployments.story import Introduced, tell

NOW = datetime(2026, 11, 25, 3, 20, tzinfo=UTC)


def standing(agent: str) -> dict[str, int]:
    """The number of the version that is active in each environment."""
    active = Deployment.objects.active().filter(agent__slug=agent).select_related("environment", "version")
    return {deployment.environment.slug: deployment.version.number for deployment in active}


class TestTheStory(TestCase):
    """Told once for all of these: it takes a second or two, and none of them changes it."""

    introduced: list[Introduced]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.introduced = tell(now=NOW)

    def test_the_story_leaves_the_ferry_desk_in_three_environments_one_version_apart(self) -> None:
        assert standing("ferry-desk") == {"live": 7, "pre-release": 8, "sandbox": 9}

    def test_the_story_leaves_the_hotel_in_two_environments(self) -> None:
        assert standing("harbour-hotel") == {"live": 4, "sandbox": 5}

    def test_the_story_leaves_a_draft_of_five_changes_on_the_ferry_desk(self) -> None:
        draft = Draft.objects.get()

        assert draft.agent.slug == "ferry-desk"
        assert draft.change_count == 5
        assert draft.errors == 0
        assert draft.changed_by.name == "Jonas Lindqvist"

    def test_the_four_people_have_the_passwords_they_were_told(self) -> None:
        roles = dict(Membership.objects.values_list("person__email", "role"))

        assert roles == {person.email: person.role for person in self.introduced}
        assert sorted(roles.values()) == ["admin", "editor", "releaser", "viewer"]
        for person in self.introduced:
            assert Person.objects.get(email=person.email).check_password(person.password)

    def test_callers_and_testers_talked_to_versions_as_they_came_and_went(self) -> None:
        told = Conversation.objects.filter(agent__slug="ferry-desk").select_related("version", "environment")
        by_version = {(each.place, each.version and each.version.number) for each in told}

        assert {("live", number) for number in (4, 5, 6, 7)} <= by_version
        assert {("pre-release", 8), ("sandbox", 9), ("draft", None)} <= by_version
        assert not any(each.errors for each in told)
        [woken] = [each for each in told if each.note]
        assert (woken.version and woken.version.number, woken.tags) == (5, ["night boat"])
        assert "ten past eleven at night" in woken.turns.get(number=1).said
        assert {each.outcome for each in told} >= {"hangup", "handoff", "closed", ""}
        assert told.filter(ended_at=None).count() == 1
        assert Conversation.objects.filter(agent__slug="harbour-hotel").count() == 1

    def test_one_release_case_fails_on_what_is_live_and_passes_in_sandbox(self) -> None:
        for agent in Agent.objects.all():
            live, sandbox = agent.runs.select_related("environment").order_by("pk")

            assert [run.place for run in (live, sandbox)] == ["Live", "Sandbox"]
            assert (live.status, live.case_count, live.failed_count) == ("failed", 6, 1)
            assert (sandbox.status, sandbox.case_count, sandbox.passed_count) == ("passed", 6, 6)
            assert all(run.finished_at < NOW for run in (live, sandbox))
        assert [step.agent.slug for step in Environment.objects.filter(gate__isnull=False)] == ["ferry-desk"]

    def test_the_night_boat_was_rolled_back_at_night_with_its_reason(self) -> None:
        rollback = Deployment.objects.get(verb=Deployment.Verb.ROLLED_BACK)

        assert rollback.started_at.hour == 2
        assert (rollback.replaced.version.number, rollback.version.number) == (5, 4)
        assert "after its last call" in rollback.message

    def test_two_promotions_were_refused_and_changed_nothing(self) -> None:
        refused = Event.objects.filter(refused=True).order_by("pk")

        assert [(event.by.name, event.code) for event in refused] == [
            ("Maya Okafor", "environment_moved"),
            ("Jonas Lindqvist", "no_permission"),
        ]

    def test_one_version_went_straight_to_live(self) -> None:
        hotfix = Deployment.objects.get(hotfix=True)

        assert (hotfix.version.number, hotfix.environment.slug) == (4, "live")

    def test_nothing_in_the_story_happens_in_the_future_or_out_of_order(self) -> None:
        for agent in Agent.objects.all():
            times = list(Event.objects.filter(agent=agent).order_by("pk").values_list("at", flat=True))

            assert times == sorted(times)
            assert times[-1] < NOW

    def test_what_the_story_wrote_is_consistent(self) -> None:
        found = verify()

        assert found.problems == []
        assert found.checked["versions"] == Version.objects.count() == 14


@pytest.mark.django_db
def test_a_story_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(desk: object) -> None:
        raise RuntimeError("the pen broke")

    monkeypatch.setattr("deployments.story.telling.harbour_hotel", broken)

    with pytest.raises(RuntimeError):
        tell(now=NOW)

    assert not Workspace.objects.exists()
