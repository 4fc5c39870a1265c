from __future__ import annotations

import json

import pytest

from deployments.models import Agent, Draft, Event, Role, content
from deployments.pipeline import (
    Refused,
    change_agent,
    change_ladder,
    create_agent,
    delete_agent,
    errors_in,
    refusal_to_delete_agent,
    restore_agent,
)
from tests.vocabulary import a_person, a_workspace, an_actor, an_agent, edited, environment, live, promoted, published

pytestmark = pytest.mark.django_db


def test_a_new_agent_begins_with_its_file_and_a_greeting() -> None:
    workspace = a_workspace()

    agent = create_agent(workspace, slug="harbour-desk", name='The "old" harbour: desk', by=an_actor(workspace))

    draft = Draft.objects.get(agent=agent)
    assert set(draft.files) == {"project.yaml", "voice/configuration.yaml"}
    assert errors_in(draft) == []
    assert [step.slug for step in agent.ladder] == ["sandbox", "pre-release", "live"]
    assert b'"The \\"old\\" harbour: desk"' in content.contents(agent, draft.manifest)["project.yaml"]


def test_a_new_agent_may_have_two_environments() -> None:
    workspace = a_workspace()

    agent = create_agent(workspace, slug="chat", name="Chat", steps=2, by=an_actor(workspace))

    assert [step.slug for step in agent.ladder] == ["sandbox", "live"]


def test_editors_make_agents_and_viewers_do_not() -> None:
    workspace = a_workspace()
    agent = create_agent(workspace, slug="one", name="One", by=an_actor(workspace, Role.EDITOR))

    with pytest.raises(Refused, match="Only editors, releasers and admins may make agents"):
        create_agent(workspace, slug="two", name="Two", by=an_actor(workspace, Role.VIEWER))

    assert list(Agent.objects.all()) == [agent]


@pytest.mark.parametrize("slug", ["", "a b", "ä", "x" * 65, "a/b", "a_b", "ok\n\n.."])
def test_an_id_that_cannot_stand_in_an_address_is_refused(slug: str) -> None:
    workspace = a_workspace()

    with pytest.raises(Refused, match="letters, digits and hyphens"):
        create_agent(workspace, slug=slug, name="Agent", by=an_actor(workspace))


def test_an_id_is_taken_in_the_whole_installation_whatever_its_case() -> None:
    an_agent(slug="night-ferry")
    workspace = a_workspace()

    with pytest.raises(Refused, match="is taken") as refused:
        create_agent(workspace, slug="Night-Ferry", name="Other", by=an_actor(workspace))

    assert refused.value.code == "id_taken"


def test_making_an_agent_leaves_a_line_that_names_it() -> None:
    agent = an_agent(slug="night-ferry")

    line = Event.objects.get(kind=Event.Kind.AGENT_CREATED)
    assert (line.agent, line.workspace) == (agent, agent.workspace)
    assert line.details["agent"] == "night-ferry"


def test_changing_settings_says_what_changed_and_nothing_else() -> None:
    agent = an_agent(name="Night ferry")

    change_agent(agent, name="Day ferry", require_pre_release=False, by=an_actor(agent))

    agent.refresh_from_db()
    assert agent.name == "Day ferry"
    line = agent.events.get(kind=Event.Kind.AGENT_SETTINGS)
    assert line.details == {"name": ["Night ferry", "Day ferry"]}


def test_settings_saved_as_they_are_leave_no_line() -> None:
    agent = an_agent(name="Night ferry")

    change_agent(agent, name=" Night  ferry ", require_pre_release=False, by=an_actor(agent))

    assert not agent.events.filter(kind=Event.Kind.AGENT_SETTINGS).exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.RELEASER])
def test_only_admins_change_settings_the_ladder_and_delete(role: Role) -> None:
    agent = an_agent()
    by = an_actor(agent, role)

    for act in (
        lambda: change_agent(agent, name="Mine", by=by),
        lambda: change_ladder(agent, steps=2, by=by),
        lambda: delete_agent(agent, typed=agent.slug, by=by),
        lambda: restore_agent(agent, by=by),
    ):
        with pytest.raises(Refused, match="Only admins may"):
            act()

    refusal = refusal_to_delete_agent(agent, by=by)
    assert refusal is not None
    assert refusal.code == "no_permission"


def test_from_three_environments_to_two_ends_what_stood_between_and_keeps_its_rows() -> None:
    agent = an_agent()
    between = promoted(published(agent), "pre-release")

    change_ladder(agent, steps=2, by=an_actor(agent))

    between.refresh_from_db()
    assert [step.slug for step in agent.ladder] == ["sandbox", "live"]
    assert between.ended_at is not None
    assert environment(agent, "pre-release").active is None
    line = agent.events.get(kind=Event.Kind.AGENT_SETTINGS)
    assert line.details == {"steps": [3, 2]}
    assert (line.environment, line.before) == (between.environment, between.version)
    assert agent.events.filter(kind=Event.Kind.PROMOTED).count() == 1


def test_from_two_environments_to_three_pre_release_starts_empty_and_live_stays() -> None:
    agent = an_agent()
    there = live(agent)
    change_ladder(agent, steps=2, by=an_actor(agent))

    change_ladder(agent, steps=3, by=an_actor(agent))

    assert [step.slug for step in agent.ladder] == ["sandbox", "pre-release", "live"]
    assert environment(agent, "pre-release").active is None
    assert environment(agent, "pre-release").deployments.count() == 1
    assert environment(agent, "live").active == there


def test_an_agent_born_with_two_environments_may_get_the_third() -> None:
    agent = an_agent(steps=2)

    change_ladder(agent, steps=3, by=an_actor(agent))

    assert promoted(published(agent), "pre-release").is_active


def test_the_same_ladder_again_is_quiet() -> None:
    agent = an_agent()

    change_ladder(agent, steps=3, by=an_actor(agent))

    assert not agent.events.filter(kind=Event.Kind.AGENT_SETTINGS).exists()


def test_nothing_is_promoted_to_a_step_that_left_the_ladder() -> None:
    agent = an_agent()
    placed = published(agent)
    change_ladder(Agent.objects.get(pk=agent.pk), steps=2, by=an_actor(agent))

    assert len(agent.ladder) == 3, "This instance does not know yet; the write finds out."
    with pytest.raises(Refused, match="Pre-release is no longer on this agent's ladder"):
        promoted(placed, "pre-release")


def test_a_deleted_agent_is_not_found_by_anybody() -> None:
    agent = an_agent()
    admin = a_person(Role.ADMIN, agent.workspace)

    delete_agent(agent, typed=agent.slug, by=an_actor(agent, admin))

    assert not Agent.objects.visible_to(admin).exists()
    line = Event.objects.get(kind=Event.Kind.AGENT_DELETED)
    assert (line.by, line.details["agent"]) == (admin, agent.slug)


def test_deleting_asks_for_the_agents_id() -> None:
    agent = an_agent(slug="night-ferry")

    with pytest.raises(Refused, match="Type night-ferry to delete this agent"):
        delete_agent(agent, typed="night", by=an_actor(agent))

    assert Agent.objects.present().get() == agent


def test_a_deleted_agent_can_be_restored_as_it_was() -> None:
    agent = an_agent()
    there = live(agent)
    delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    restore_agent(agent, by=an_actor(agent))

    assert Agent.objects.present().get() == agent
    assert environment(agent, "live").active == there
    assert edited(agent)


def test_deleting_and_restoring_twice_is_quiet() -> None:
    agent = an_agent()
    by = an_actor(agent)
    stale = Agent.objects.get(pk=agent.pk)
    delete_agent(agent, typed=agent.slug, by=by)

    delete_agent(stale, typed=agent.slug, by=by)
    restore_agent(agent, by=by)
    restore_agent(agent, by=by)

    kinds = list(agent.events.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == [Event.Kind.AGENT_DELETED, Event.Kind.AGENT_RESTORED]
    assert kinds.count(Event.Kind.AGENT_DELETED) == 1


def test_details_of_events_are_plain_json() -> None:
    agent = an_agent()
    change_ladder(agent, steps=2, by=an_actor(agent))

    for details in Event.objects.values_list("details", flat=True):
        assert json.loads(json.dumps(details)) == details
