from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.vocabulary import a_person, an_agent, edited

pytestmark = pytest.mark.django_db


def swapped_in(agent: Agent, place: str, shown: str) -> tuple[str, str | None]:
    """What HTMX takes in for `place` while the browser shows `shown`, and where."""
    there = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{shown}"}
    answer = a_client(agent).get(place, headers=there)
    return answer.text, answer.headers.get("HX-Retarget")


def test_from_page_to_page_of_an_agent_its_middle_is_sent_and_the_navigation_marks_the_new_place() -> None:
    agent = an_agent()
    deployments, history = (reverse("agent", args=[agent.slug]) + each for each in ("deployments/sandbox/", "history/"))

    text, where = swapped_in(agent, history, deployments.replace(agent.slug, agent.slug.upper()))

    assert where is None
    assert "<html" not in text
    navigation = text[text.index('hx-swap-oob="innerHTML:#navigation"') :]
    assert (
        navigation.index(f'href="{history}"') < navigation.index('aria-current="page"') < navigation.index("Runtimes")
    )


def test_from_the_list_of_agents_the_whole_page_of_an_agent_is_taken_in() -> None:
    agent = an_agent()
    edited(agent)

    text, where = swapped_in(agent, reverse("environment", args=[agent.slug, "sandbox"]), reverse("agents"))

    assert where == "body"
    assert 'aria-label="Draft"' in text
    assert 'class="topbar"' in text


def test_from_an_agent_to_its_workspace_and_to_another_agent_the_whole_page_is_taken_in() -> None:
    agent = an_agent()
    other = an_agent(agent.workspace)
    here = reverse("history", args=[agent.slug])

    people = swapped_in(agent, reverse("people", args=[agent.workspace.slug]), here)
    neighbour = swapped_in(agent, reverse("history", args=[other.slug]), here)

    assert [where for _, where in (people, neighbour)] == ["body", "body"]


@pytest.mark.parametrize("shown", ["/nowhere/at/all/", "/workspaces/main/people/"])
def test_what_belongs_to_no_agent_is_whole_unless_the_page_that_asks_belongs_to_none(shown: str) -> None:
    where = swapped_in(an_agent(), reverse("agents"), shown)[1]

    assert where == ("body" if "nowhere" in shown else None)


def test_of_agents_that_bear_one_name_the_menu_says_the_id() -> None:
    agent = an_agent(slug="night-ferry-north", name="Night ferry")
    an_agent(agent.workspace, slug="night-ferry-south", name="night ferry")
    an_agent(agent.workspace, slug="ticket-office", name="Ticket office")
    an_agent(slug="elsewhere", name="Ticket office")

    page = a_client(agent).get(reverse("draft", args=[agent.slug])).text

    menu = page.partition('id="agent-menu"')[2].partition("</ul>")[0]
    assert re.findall(r"<small[^>]*>([^<]*)</small>", menu) == ["night-ferry-north", "night-ferry-south"]


def test_a_page_that_is_not_there_leads_back_to_its_agent_and_tells_strangers_nothing_of_it() -> None:
    agent = an_agent(name="Night ferry")
    nowhere = reverse("version", args=[agent.slug, "fffffffff"])
    back = f'href="{reverse("agent", args=[agent.slug])}"'

    own, strange = a_client(agent).get(nowhere), a_client(an_agent()).get(nowhere)

    assert (own.status_code, strange.status_code) == (404, 404)
    assert back in own.text
    assert "Deployments of <bdi" in own.text
    assert back not in strange.text
    assert "Deployments of" not in strange.text


def test_where_something_is_only_done_a_person_reads_so() -> None:
    agent = an_agent()
    client = Client()
    client.force_login(a_person(Role.VIEWER, agent.workspace))

    answer = client.get(reverse("sign-out-everywhere"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Nothing is shown here" in answer.text


@pytest.mark.parametrize(
    ("shown", "target"),
    [
        ("draft/rename/config/handoffs.yaml%23handoffs/front_desk", "#main"),
        ("draft/rename/config/handoffs.yaml%23handoffs/front_desk?from=elsewhere", "#main"),
        ("draft/rename/config/handoffs.yaml", "#dialog"),
        ("resources/config/handoffs.yaml%23handoffs/front_desk", "#dialog"),
    ],
)
def test_a_refused_dialog_is_answered_where_it_stands(shown: str, target: str) -> None:
    agent = an_agent()
    address = reverse("resource-renaming", args=[agent.slug, "config/handoffs.yaml#handoffs/front_desk"])
    here = f"http://testserver{reverse('agent', args=[agent.slug])}{shown}"

    answer = a_client(agent, Role.EDITOR).post(
        address, {"name": ""}, headers={"HX-Request": "true", "HX-Current-URL": here}
    )

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == target
