from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Event, Role, content
from tests.resources.examples_of_agents import folder
from tests.signing_in import a_client
from tests.vocabulary import FILES, RULES, a_person, an_agent, drafted, edited, live, published

pytestmark = pytest.mark.django_db
PETS = {"topics/pets.yaml": b"name: Pets\nenabled: true\ncontent: Dogs.\nactions: ''\n"}


def state(page: str) -> str:
    found = re.search(r'name="state" value="([^"]*)"', page)
    return found[1] if found else ""


def reverts(client: Client, agent: Agent) -> dict[str, str]:
    """What Draft activity offers to revert: title and address."""
    page = client.get(reverse("draft", args=[agent.slug])).text
    return {
        unescape(title): where
        for where, title in re.findall(r'href="([^"]*/revert/[^"]*)"[^>]*>Revert<span [^>]*> ([^<]*)</span>', page)
    }


def test_the_draft_becomes_what_an_older_version_holds() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, PETS)
    published(agent)
    client = a_client(agent, Role.EDITOR)
    where = reverse("edit-as-draft", args=[agent.slug, first.short])
    dialog = client.get(where).text
    assert "1 resource differs" in dialog

    answer = client.post(where, {"state": state(dialog)})

    assert answer.status_code == 302
    assert drafted(agent) == content.contents(agent, first.manifest)
    line = agent.events.filter(kind=Event.Kind.DRAFT_IMPORTED).latest("pk")
    assert line.details["version"] == first.hash
    assert f"made the draft from <code>{first.short}</code>" in client.get(reverse("history", args=[agent.slug])).text


def test_a_draft_that_changed_meanwhile_is_not_given_up_unseen() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, PETS)
    client = a_client(agent, Role.EDITOR)
    where = reverse("edit-as-draft", args=[agent.slug, first.short])
    seen = state(client.get(where).text)
    edited(agent, {RULES: b"Be kind.\n"})

    answer = client.post(where, {"state": seen})

    assert answer.status_code == 422
    assert "The draft changed since you opened this" in answer.text
    held = drafted(agent)
    assert held is not None
    assert held[RULES] == b"Be kind.\n"


def test_one_change_is_reverted_and_the_others_stay() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, PETS | {RULES: b"Be kind.\n"})
    client = a_client(agent, Role.EDITOR)
    where = reverts(client, agent)["Pets"]

    answer = client.post(where, {"state": state(client.get(where).text)})

    assert answer.status_code == 302
    assert drafted(agent) == dict(FILES) | {RULES: b"Be kind.\n"}


def test_what_arrived_while_a_dialog_was_open_is_shown_before_anything_is_given_up() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, PETS)
    client = a_client(agent, Role.EDITOR)
    addresses = [reverts(client, agent)["Pets"], reverse("edit-as-draft", args=[agent.slug, first.short])]
    seen = [state(client.get(where).text) for where in addresses]
    edited(agent, {RULES: b"Be kind.\n"}, by=a_person(Role.EDITOR, agent.workspace, name="Cleo Cole"))

    answers = [client.post(where, {"state": each}) for where, each in zip(addresses, seen, strict=True)]

    assert [answer.status_code for answer in answers] == [422, 422]
    for answer in answers:
        assert "Saved since you opened this" in answer.text
        assert "Cleo Cole" in answer.text
        assert state(answer.text) not in seen
    assert drafted(agent) == {**FILES, **PETS, RULES: b"Be kind.\n"}


def test_the_dialog_of_one_resource_says_what_reverting_it_comes_to() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, PETS | {RULES: b"Be kind.\n"})
    client = a_client(agent, Role.EDITOR)

    text = client.get(reverts(client, agent)["Pets"]).text

    assert "is taken out of the draft" in text
    assert '<span class="visually-hidden">, removed</span>' in text
    assert "Behaviour" not in text[text.index("<dialog") : text.index("</dialog>")]


def test_a_flow_bears_its_name_though_only_a_step_of_it_is_reverted() -> None:
    flow = {
        "flows/boarding/flow_config.yaml": b"name: Boarding\ndescription: Boards.\nstart_step: Ask\n",
        "flows/boarding/steps/ask.yaml": b"step_type: advanced_step\nname: Ask\nprompt: Ask for the ticket.\n",
    }
    agent = an_agent(files=FILES | flow)
    live(agent)
    step = b"step_type: advanced_step\nname: Ask\nprompt: Ask for the berth.\n"
    edited(agent, {"flows/boarding/steps/ask.yaml": step})
    client = a_client(agent, Role.EDITOR)

    text = client.get(reverts(client, agent)["Boarding"]).text

    assert "<bdi>Boarding</bdi> <span" in text


def test_of_a_shared_file_only_the_one_that_is_reverted_changes_back() -> None:
    front = b"- name: front_desk\n  description: People\n  is_default: true\n"
    two = b"handoffs:\n" + front + b"- name: office\n  description: Back\n"
    agent = an_agent(files={**FILES, "config/handoffs.yaml": two})
    live(agent)
    changed = two.replace(b"People", b"Pier").replace(b"Back", b"Backyard")
    edited(agent, {"config/handoffs.yaml": changed})
    client = a_client(agent, Role.EDITOR)
    where = reverts(client, agent)["office"]

    client.post(where, {"state": state(client.get(where).text)})

    held = drafted(agent)
    assert held is not None
    assert held["config/handoffs.yaml"] == changed.replace(b"Backyard", b"Back")


def test_when_everything_is_reverted_nothing_is_left_of_the_draft() -> None:
    agent = an_agent(files=folder("agent"))
    live(agent)
    held = content.contents(agent, agent.versions.get().manifest)
    edited(agent, {path: text + b"\n# more\n" for path, text in held.items() if path.endswith(".py")})
    client = a_client(agent, Role.EDITOR)

    while drafted(agent):
        where = next(iter(reverts(client, agent).values()))
        assert client.post(where, {"state": state(client.get(where).text)}).status_code == 302

    assert not agent.events.filter(kind=Event.Kind.DRAFT_DELETED).exists()


def test_only_editors_begin_again_and_only_from_what_is_there() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, PETS)

    assert a_client(agent, Role.VIEWER).get(reverse("edit-as-draft", args=[agent.slug, first.short])).status_code == 403
    assert not reverts(a_client(agent, Role.VIEWER), agent)
    preview = reverse("version", args=[agent.slug, first.short])
    assert "Edit as draft" not in a_client(agent, Role.VIEWER).get(preview).text
    assert a_client(agent, Role.EDITOR).get(reverse("draft-reversion", args=[agent.slug, "none"])).status_code == 404
    assert a_client(agent, Role.EDITOR).get(reverse("edit-as-draft", args=[agent.slug, "draft"])).status_code == 404
