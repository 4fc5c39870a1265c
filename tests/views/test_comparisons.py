from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.vocabulary import (
    FILES,
    FIND_CABIN,
    RULES,
    a_person,
    an_agent,
    edited,
    live,
    published,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def address(agent: Agent, left: str, right: str) -> str:
    return reverse("comparison", args=[agent.slug, left, right])


def test_an_edit_is_shown_side_by_side_with_its_words_marked() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be brief.\nNever promise a window.\n"})

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "draft"))

    assert page.status_code == 200
    assert "<h1" in page.text
    assert "Version comparison" in page.text
    assert "<del>cabin</del>" in page.text
    assert "<ins>window</ins>" in page.text
    assert "1 resource differs" in page.text


def test_the_page_has_the_hash_that_an_environment_stands_for_now() -> None:
    agent = an_agent()
    placed = live(agent)
    published(agent)

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox")).text

    short = placed.version.short
    assert f"<span>{short[:3]}</span><span>{short[3:6]}</span><span>{short[6:]}</span>" in page


def test_a_link_opens_the_same_for_a_colleague() -> None:
    agent = an_agent()
    first = published(agent).version
    second = published(agent).version
    one = address(agent, first.short, second.short) + "?change=changed"

    mine = a_client(agent, Role.EDITOR).get(one).text
    theirs = a_client(agent, Role.RELEASER).get(one).text

    body = re.compile(r'<div class="review">.*', re.DOTALL)
    assert body.findall(mine) == body.findall(theirs)


def test_the_same_version_on_both_sides_says_so() -> None:
    agent = an_agent()
    live(agent)

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox")).text

    assert "You are comparing a version with itself." in page


def test_two_versions_of_equal_content_have_no_differences() -> None:
    agent = an_agent()
    first = published(agent).version
    edited(agent, {RULES: b"Be kind.\n"})
    published(agent)
    edited(agent, {RULES: FILES[RULES]})
    back = published(agent).version

    page = a_client(agent, Role.RELEASER).get(address(agent, first.short, back.short)).text

    assert "No differences." in page
    assert "<h2>Nothing differs</h2>" in page


def test_a_filter_shows_one_kind_of_change_and_keeps_all_counts() -> None:
    agent = an_agent()
    live(agent)
    edited(
        agent,
        {
            RULES: b"Be kind.\n",
            "topics/tides.yaml": b"name: Tides\nenabled: true\nactions: ''\ncontent: Twice a day.\n",
        },
    )
    client = a_client(agent, Role.RELEASER)

    added = client.get(address(agent, "live", "draft"), {"change": "added"}).text
    knowledge = client.get(address(agent, "live", "draft"), {"group": "Knowledge"}).text
    removed = client.get(address(agent, "live", "draft"), {"change": "removed"}).text

    assert added.count("<article") == 1
    assert "<h3>Tides</h3>" in added
    assert "All <b>2</b>" in added
    assert knowledge.count("<article") == 1
    assert removed.count("<article") == 0
    assert "was removed between these two" in removed


def test_one_item_is_one_flow_with_its_parts() -> None:
    flow = {
        "flows/booking/flow_config.yaml": b"name: Booking\ndescription: Book\nstart_step: Ask day\n",
        "flows/booking/steps/ask_day.yaml": b"step_type: advanced_step\nname: Ask day\nprompt: Which day?\n",
    }
    agent = an_agent(files={**FILES, **flow})
    live(agent)
    step = flow["flows/booking/steps/ask_day.yaml"].replace(b"Which day?", b"Which date?")
    edited(agent, {"flows/booking/steps/ask_day.yaml": step})

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "draft")).text

    assert page.count("<article") == 1
    assert "<h3>Booking</h3>" in page
    assert "Step <b>Ask day</b>" in page


def test_someone_elses_agent_is_a_404() -> None:
    agent = an_agent()
    live(agent)

    answer = a_client(an_agent(), Role.RELEASER).get(address(agent, "live", "sandbox"))

    assert answer.status_code == 404


def test_signed_out_it_asks_to_sign_in() -> None:
    agent = an_agent()

    answer = Client().get(address(agent, "live", "draft"))

    assert answer.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", ["comparison", "comparison-lines"])
def test_it_only_reads(name: str) -> None:
    agent = an_agent()
    live(agent)

    answer = a_client(agent, Role.RELEASER).post(reverse(name, args=[agent.slug, "live", "sandbox"]))

    assert answer.status_code == 405


def test_asked_by_htmx_only_the_middle_of_the_page_comes() -> None:
    agent = an_agent()
    live(agent)
    published(agent)

    fragment = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox"), headers=HTMX).text

    assert "<!doctype" not in fragment
    assert "<title>Version comparison" in fragment
    assert 'class="review"' in fragment


def test_the_right_side_may_be_promoted_to_where_it_comes_next() -> None:
    agent = an_agent()
    live(agent)
    newer = published(agent).version

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox")).text

    assert reverse("promotion", args=[agent.slug, newer.short, "pre-release"]) in page
    assert "Promote to Pre-release" in page


def test_in_two_environments_the_word_pre_release_stands_nowhere() -> None:
    agent = an_agent(steps=2)
    live(agent)
    published(agent)

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox")).text

    assert "Promote to Live" in page
    assert "pre-release" not in page.lower()


def test_a_viewer_sees_the_button_disabled_with_its_reason() -> None:
    agent = an_agent()
    live(agent)
    published(agent)

    page = a_client(agent, Role.VIEWER).get(address(agent, "live", "sandbox")).text

    assert "Only releasers and admins may promote." in page
    assert re.search(r'aria-disabled="true"[^>]*aria-describedby="act-refused"', page)


def test_what_runs_furthest_has_nowhere_to_be_promoted() -> None:
    agent = an_agent()
    live(agent)
    published(agent)

    page = a_client(agent, Role.RELEASER).get(address(agent, "sandbox", "live")).text

    assert "Promote to" not in page


def test_exit_leads_back_to_where_it_was_opened_and_nowhere_else() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.RELEASER)
    history = reverse("history", args=[agent.slug])

    came = client.get(address(agent, "live", "sandbox"), headers={"Referer": f"http://testserver{history}"}).text
    lured = client.get(address(agent, "live", "sandbox"), {"from": "https://elsewhere.example/"}).text

    assert f'href="{history}">Exit comparison' in came
    assert "elsewhere.example" not in lured.split("Exit comparison")[0].rpartition("<a ")[2]
    assert f'href="{reverse("environment", args=[agent.slug, "sandbox"])}">Exit comparison' in lured


def test_who_changed_an_item_between_the_sides_is_named_with_the_version() -> None:
    agent = an_agent()
    live(agent)
    jonas = a_person(Role.EDITOR, agent.workspace, name="Jonas Lindqvist")
    edited(agent, {RULES: b"Be kind.\n"}, by=jonas)
    kinder = published(agent, by=jonas).version
    edited(agent, {"functions/find_cabin.py": FIND_CABIN.replace(b"C-104", b"C-105")})
    published(agent)

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox"), {"group": "Agent"}).text

    sheet = page[page.index("<article") :]
    assert "Changed in 1 version:" in sheet
    assert "Jonas Lindqvist" in sheet
    assert reverse("version", args=[agent.slug, kinder.short]) in sheet


def test_of_a_shared_file_only_the_item_that_changed_is_attributed() -> None:
    agent = an_agent()
    live(agent)
    two = FILES["config/handoffs.yaml"] + (
        b"- name: pier\n  description: The pier\n  is_default: false\n  sip_config:\n    method: bye\n"
    )
    edited(agent, {"config/handoffs.yaml": two})
    published(agent)
    edited(agent, {"config/handoffs.yaml": two.replace(b"People at the pier", b"People on the pier")})
    published(agent)

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox")).text

    sheets = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(sheets) == 2
    assert all("Changed in 1 version:" in sheet for sheet in sheets)


def test_a_search_finds_names_and_changed_text_and_nothing_else() -> None:
    agent = an_agent()
    live(agent)
    edited(
        agent,
        {
            RULES: b"Be brief.\nNever promise a WINDOW.\n",
            "topics/window_seats.yaml": b"name: Window seats\nenabled: true\ncontent: Ask at the pier.\n",
            "topics/pets.yaml": b"name: Pets\nenabled: true\ncontent: Dogs on a lead.\n",
        },
    )
    client, where = a_client(agent, Role.RELEASER), address(agent, "live", "draft")

    def found(text: str) -> str:
        return client.get(where, {"text": text}).text

    assert "2 resources hold “window”" in found("window")
    assert "Pets" not in found("window").partition('class="review"')[2]
    assert "1 resource holds “on a lead”" in found("on a lead")
    # "Be brief." stands on both sides: it did not change.
    assert "with “be brief” in its name or changed text" in found("be brief")
    assert "&lt;b&gt;" in found("<b>")
    assert "<b>”" not in found("<b>")
    assert 'value="window"' in found("window")


def test_the_filters_count_what_the_search_and_each_other_leave() -> None:
    agent = an_agent()
    live(agent)
    many = "".join(f"    conv.state.window_{number} = {number}\n" for number in range(12)).encode()
    edited(
        agent,
        {
            RULES: b"Be brief.\nNever promise a window.\n",
            "topics/pets.yaml": b"name: Pets\nenabled: true\ncontent: Dogs on a lead.\n",
            "functions/find_cabin.py": FIND_CABIN.replace(b"    return", many + b"    return"),
        },
    )
    client, where = a_client(agent, Role.RELEASER), address(agent, "live", "draft")

    def counts(**asked: str) -> dict[str, str]:
        page = client.get(where, asked).text
        kinds = re.findall(r"(All|Added|Changed|Removed) <b>(\d+)</b>", page)
        menu = page.partition('id="groups"')[2].partition("</ul>")[0]
        return dict(kinds) | dict(re.findall(r"<span>(\w+)</span><small>(\d+)</small>", menu))

    everything = {"All": "15", "Added": "13", "Changed": "2", "Removed": "0"}
    assert counts() == everything | {"Functions": "1", "Variables": "12", "Knowledge": "1", "Agent": "1"}
    assert counts(text="window_7") == {
        "All": "2",
        "Added": "1",
        "Changed": "1",
        "Removed": "0",
        "Functions": "1",
        "Variables": "1",
    }
    assert counts(text="window", change="changed")["Added"] == "12"
    assert "Variables" not in counts(text="window", change="changed")
    page = client.get(where).text
    assert "0 of 15 viewed" in page
    assert page.count("<article") == 4
    assert re.search(r"<details>\s*<summary>(?:(?!</summary>).)*12 variables in find_cabin", page)
    assert (
        page.partition("12 variables in find_cabin</h3>")[2].partition("</article>")[0].count('<tr class="added" id="')
        == 12
    )
