from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.meanwhile import ChangedMeanwhile
from deployments.models import Agent, Role
from deployments.pipeline import discard
from deployments.sides.side import Side, present
from deployments.views.browsing import resources
from tests.signing_in import a_client
from tests.vocabulary import BROKEN, FILES, RULES, a_person, an_actor, an_agent, edited, live, published

pytestmark = pytest.mark.django_db


def shown(client: Client, agent: Agent, **query: str) -> str:
    answer = client.get(reverse("resources", args=[agent.slug]), query)
    assert answer.status_code == 200
    return answer.text


def names(page: str) -> list[str]:
    return re.findall(r'<span class="name">([^<]*)</span></a>\s*<span class="quiet">', page)


def test_the_draft_is_shown_by_group_with_what_it_changes() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {"topics/tides.yaml": b"name: Tides\ncontent: Twice a day.\n", RULES: b"Be kind.\n"})

    page = shown(a_client(agent, Role.EDITOR), agent)

    assert "As the draft holds them" in page
    assert [*re.findall(r"<header><h2>([^<]+)", page)][:3] == ["Functions", "Variables", "Knowledge"]
    assert page.count('<span class="badge" data-change="added">added</span>') == 1
    assert page.count('<span class="badge" data-change="changed">changed</span>') == 1


def test_without_a_draft_it_is_what_the_first_environment_runs() -> None:
    agent = an_agent()
    placed = published(agent)

    page = shown(a_client(agent, Role.EDITOR), agent)

    assert "As Sandbox runs them" in page
    assert reverse("version", args=[agent.slug, placed.version.short]) in page
    assert "find_cabin" in page


def test_an_empty_agent_says_how_to_begin() -> None:
    agent = an_agent()
    discard(agent, state=agent.draft.state, by=an_actor(agent))

    page = shown(a_client(agent, Role.EDITOR), agent)

    assert "No resources yet" in page
    assert reverse("draft-import", args=[agent.slug]) in page


def test_importing_is_offered_to_those_who_may() -> None:
    agent = an_agent()
    discard(agent, state=agent.draft.state, by=an_actor(agent))

    page = shown(a_client(agent, Role.VIEWER), agent)

    assert "No resources yet" in page
    assert reverse("draft-import", args=[agent.slug]) not in page


def test_a_group_and_words_narrow_the_list() -> None:
    agent = an_agent()
    client = a_client(agent, Role.EDITOR)

    assert names(shown(client, agent, group="Handoffs")) == ["front_desk"]
    assert names(shown(client, agent, q="six letters")) == ["find_cabin"]
    assert names(shown(client, agent, q="LUGGAGE")) == ["Luggage limits"]
    assert names(shown(client, agent, q="no such words")) == []
    assert "Nothing holds “no such words”." in shown(client, agent, q="no such words")
    assert "Nothing in Safety yet." in shown(client, agent, group="Safety")


def test_a_long_list_goes_on_by_older() -> None:
    files = {f"topics/t{number:03}.yaml": f"name: t{number:03}\ncontent: A\n".encode() for number in range(230)}
    agent = an_agent(files=files)
    client = a_client(agent, Role.EDITOR)

    first, second = shown(client, agent), shown(client, agent, page="2")

    assert len(names(first)) == 200
    assert len(names(second)) == 30
    assert "201–230 of 230 resources" in second
    assert len(names(shown(client, agent, page="99"))) == 200


def test_a_resource_is_read_with_its_fields_and_what_the_checks_find() -> None:
    agent = an_agent(files={**FILES, "topics/boats.yaml": b"name: Boats\ncontent: Ask {{fn:find_boat}}.\n"})

    page = a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, "topics/boats.yaml"])).text

    assert "Ask {{fn:find_boat}}." in page
    assert 'data-severity="error"' in page
    assert "find_boat" in page[page.index('id="findings"') :]


def test_findings_of_other_resources_stay_with_them() -> None:
    agent = an_agent(files={**FILES, "topics/boats.yaml": b"name: Boats\ncontent: Ask {{fn:find_boat}}.\n"})

    page = a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, "functions/find_cabin.py"])).text

    assert "find_boat" not in page


def test_a_file_that_cannot_be_read_says_why_and_shows_its_text() -> None:
    agent = an_agent(files={**FILES, **BROKEN})
    client = a_client(agent, Role.EDITOR)

    page = client.get(reverse("resource", args=[agent.slug, "topics/tides.yaml"])).text

    assert "This file cannot be read" in page
    assert "name: [Tides" in page
    assert "cannot be read" in shown(client, agent)


def test_a_flow_lists_what_stands_inside_it() -> None:
    flow = {
        "flows/booking/flow_config.yaml": b"name: Booking\ndescription: Book\nstart_step: Ask day\n",
        "flows/booking/steps/ask_day.yaml": b"step_type: advanced_step\nname: Ask day\nprompt: Which day?\n",
    }
    agent = an_agent(files={**FILES, **flow})

    page = (
        a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, "flows/booking/flow_config.yaml"])).text
    )

    assert "Inside this flow" in page
    assert reverse("resource", args=[agent.slug, "flows/booking/steps/ask_day.yaml"]) in page


def test_who_changed_a_resource_last_is_said_with_the_version() -> None:
    agent = an_agent()
    ada = a_person(Role.EDITOR, agent.workspace, name="Ada Lovelace")
    live(agent)
    edited(agent, {RULES: b"Be kind.\n"}, by=ada)
    kinder = published(agent, by=ada).version
    edited(agent, {"topics/tides.yaml": b"name: Tides\ncontent: Twice a day.\n"})
    published(agent)

    page = a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, RULES])).text

    assert "by Ada Lovelace" in page
    assert reverse("version", args=[agent.slug, kinder.short]) in page


def test_a_change_of_the_draft_links_to_its_comparison() -> None:
    agent = an_agent()
    base = live(agent).version
    edited(agent, {RULES: b"Be kind.\n"})

    page = a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, RULES])).text

    assert f'href="{reverse("comparison", args=[agent.slug, base.short, "draft"])}#' in page


def test_what_is_not_there_is_a_404() -> None:
    agent = an_agent()

    answer = a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, "topics/nothing.yaml"]))

    assert answer.status_code == 404
    assert "Draft holds no resource at this address." in answer.text


@pytest.mark.parametrize("name", ["resources", "resource"])
def test_resources_are_only_read(name: str) -> None:
    agent = an_agent()
    args = [agent.slug, RULES] if name == "resource" else [agent.slug]

    assert a_client(agent, Role.EDITOR).post(reverse(name, args=args)).status_code == 405


def test_the_list_asks_the_database_as_often_for_many_resources_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    files = {f"topics/t{number}.yaml": f"name: t{number}\ncontent: A\n".encode() for number in range(120)}
    agent = an_agent(files={**FILES, **files})
    client, address = a_client(agent, Role.EDITOR), reverse("resources", args=[agent.slug])
    client.get(address)

    with django_assert_max_num_queries(10):
        client.get(address)


def test_a_very_long_name_and_path_break_nothing() -> None:
    name = "A" * 180
    agent = an_agent(files={**FILES, f"topics/{name.lower()}.yaml": f"name: {name}\ncontent: A\n".encode()})

    page = a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, f"topics/{name.lower()}.yaml"]))

    assert page.status_code == 200
    assert name in page.text


def test_of_thousands_of_keys_and_rows_the_first_are_shown() -> None:
    agent = an_agent()
    described = "".join(f'@func_parameter("p{number}", "Said.")\n' for number in range(700))
    keys = "".join(f"unknown{number}: 1\n" for number in range(700))
    edited(
        agent,
        {
            "functions/long.py": f"{described}def long(conv: Conversation):\n    pass\n".encode(),
            "topics/long.yaml": f"name: Long\n{keys}".encode(),
        },
    )
    client = a_client(agent)

    pages = [
        client.get(reverse("resource", args=[agent.slug, path])).text
        for path in ("functions/long.py", "topics/long.yaml")
    ]

    assert "200 more are not shown here. Download the file to read them." in pages[0]
    assert ">p499<" in pages[0]
    assert ">p500<" not in pages[0]
    assert "201 more are not shown here." in pages[1]


def test_rows_that_have_each_their_own_columns_are_listed_one_by_one() -> None:
    agent = an_agent()
    rows = "".join(f"- own{number}: here{number}\n" for number in range(400))
    edited(agent, {"topics/wide.yaml": f"name: Wide\nrows:\n{rows}".encode()})

    page = a_client(agent).get(reverse("resource", args=[agent.slug, "topics/wide.yaml"])).text

    assert ">own399<" in page
    assert page.count(">empty<") < 400


def test_what_is_too_long_for_a_form_is_edited_as_its_text() -> None:
    agent = an_agent()
    described = "".join(f'@func_parameter("p{number}", "Said.")\n' for number in range(1_001))
    edited(agent, {"functions/long.py": f"{described}def long(conv: Conversation):\n    pass\n".encode()})

    answer = a_client(agent).get(reverse("edit", args=[agent.slug, "functions/long.py"]), follow=True)

    assert answer.redirect_chain[-1][0].endswith("/draft/edit/functions/long.py?file")
    assert "too many for a form: edit its text" in answer.text


@pytest.mark.parametrize(("times", "status"), [(1, 200), (2, 503)])
def test_what_somebody_changed_while_it_was_read_is_read_once_more(
    times: int, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, left = an_agent(), [ChangedMeanwhile() for _ in range(times)]

    def read(agent: Agent) -> Side:
        if left:
            raise left.pop()
        return present(agent)

    monkeypatch.setattr(resources, "present", read)
    client = a_client(agent)
    client.raise_request_exception = False
    answer = client.get(reverse("resources", args=[agent.slug]))

    assert answer.status_code == status
    assert ("changed this while it was read" in answer.text) == (status == 503)
