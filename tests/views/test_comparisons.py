from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.models import Agent, Role
from deployments.pipeline import discard
from tests.vocabulary import (
    FILES,
    FIND_CABIN,
    RULES,
    a_person,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def a_client(agent: Agent, role: Role = Role.RELEASER) -> Client:
    client = Client()
    client.force_login(a_person(role, agent.workspace))
    return client


def address(agent: Agent, left: str, right: str) -> str:
    return reverse("comparison", args=[agent.slug, left, right])


def many_topics() -> Agent:
    agent = an_agent()
    live(agent)
    edited(agent, {f"topics/t{number}.yaml": f"name: t{number}\ncontent: A\n".encode() for number in range(53)})
    published(agent)
    return agent


@pytest.fixture(scope="module")
def crowd(told_once: Callable[..., Any]) -> Agent:
    """Live and Sandbox apart in more topics than one answer shows."""
    agent: Agent = told_once(many_topics)
    return agent


def lines_of(page: str) -> list[str]:
    """The addresses of what was left for later, in the order of the page."""
    return [found.replace("&amp;", "&") for found in re.findall(r'hx-get="([^"]*/lines/[^"]*)"', page)]


def test_an_edit_is_shown_side_by_side_with_its_words_marked() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be brief.\nNever promise a window.\n"})

    page = a_client(agent).get(address(agent, "live", "draft"))

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

    page = a_client(agent).get(address(agent, "live", "sandbox")).text

    short = placed.version.short
    assert f"<span>{short[:3]}</span><span>{short[3:6]}</span><span>{short[6:]}</span>" in page


def test_a_side_says_where_its_version_runs() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, {RULES: b"Be kind.\n"})
    published(agent)

    text = a_client(agent).get(address(agent, first.short, "sandbox")).text

    assert "runs in Pre-release and Live</span>" in text
    assert "runs in Sandbox</span>" in text


def test_a_link_opens_the_same_for_a_colleague() -> None:
    agent = an_agent()
    first = published(agent).version
    second = published(agent).version
    one = address(agent, first.short, second.short) + "?change=changed"

    mine = a_client(agent, Role.EDITOR).get(one).text
    theirs = a_client(agent, Role.VIEWER).get(one).text

    body = re.compile(r'<div class="review">.*', re.DOTALL)
    assert body.findall(mine) == body.findall(theirs)


def test_compare_alone_sets_live_against_the_newest_version() -> None:
    agent = an_agent()
    live(agent)
    newest = published(agent).version

    answer = a_client(agent).get(reverse("compare", args=[agent.slug]))

    assert answer.headers["Location"] == address(agent, "live", newest.short)


def test_compare_of_a_new_agent_shows_its_draft_as_all_added() -> None:
    agent = an_agent()

    page = a_client(agent).get(reverse("compare", args=[agent.slug]), follow=True).text

    assert "Live</b><span" in page
    assert "holds nothing yet" in page
    assert re.search(r"Added <b>[1-9]", page)
    assert "Changed <b>0</b>" in page


def test_nothing_to_compare_says_what_to_do_next() -> None:
    agent = an_agent()
    discard(agent, state=agent.draft.state, by=an_actor(agent))

    page = a_client(agent).get(reverse("compare", args=[agent.slug])).text

    assert "Nothing to compare yet" in page
    assert reverse("draft", args=[agent.slug]) in page


def test_the_same_version_on_both_sides_says_so() -> None:
    agent = an_agent()
    live(agent)

    page = a_client(agent).get(address(agent, "live", "sandbox")).text

    assert "You are comparing a version with itself." in page


def test_two_versions_of_equal_content_have_no_differences() -> None:
    agent = an_agent()
    first = published(agent).version
    edited(agent, {RULES: b"Be kind.\n"})
    published(agent)
    edited(agent, {RULES: FILES[RULES]})
    back = published(agent).version

    page = a_client(agent).get(address(agent, first.short, back.short)).text

    assert "No differences." in page
    assert "<h2>Nothing differs</h2>" in page


def test_formatting_alone_is_one_line_and_shows_on_request() -> None:
    agent = an_agent()
    live(agent)
    handoffs = FILES["config/handoffs.yaml"].replace(b"handoffs:\n", b"# People who pick up\nhandoffs:\n")
    edited(agent, {"config/handoffs.yaml": handoffs})
    client = a_client(agent)

    page = client.get(address(agent, "live", "draft")).text
    shown = client.get(address(agent, "live", "draft"), {"formatting": "shown"}).text

    assert "No differences in meaning." in page
    assert "Formatting differs in 1 file." in page
    assert "People who pick up" not in page
    assert "# People who pick up" in re.sub(r"<[^>]+>", "", shown)
    assert 'data-lines data-at="' in shown


def test_formatting_of_many_files_comes_when_it_is_reached_and_by_a_link() -> None:
    content = "enabled: true\ncontent: |-\n" + "".join(f"  Sentence {line}.\n" for line in range(30))

    def topics(ending: str) -> dict[str, bytes]:
        return {f"topics/t_{n}.yaml": f"name: T {n}\n{content}{ending}".encode() for n in range(52)}

    agent = an_agent(files={**FILES, **topics("")})
    live(agent)
    edited(agent, topics("# end\n"))
    client, where = a_client(agent), address(agent, "live", "draft")

    page = client.get(where, {"formatting": "shown"}).text
    fetched = [link for link in lines_of(page) if "left=" not in link]
    pages = re.findall(r'<a href="(\?formatting=topics[^"#]*)#[^"]*">Show ', page)

    assert page.count("# end") == 50
    assert len(fetched) == len(pages) == 2
    last = client.get(fetched[-1]).text
    assert last.startswith("<table")
    assert "# end" in last
    assert "Sentence 4." not in last
    alone = client.get(where + pages[-1].replace("&amp;", "&")).text
    assert alone.count("# end") == 1
    assert "Sentence 4." in alone


def test_swapping_turns_what_was_added_into_removed() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {"topics/tides.yaml": b"name: Tides\nenabled: true\nactions: ''\ncontent: Twice a day.\n"})
    client = a_client(agent)

    there = client.get(address(agent, "live", "draft")).text
    back = client.get(address(agent, "draft", "live")).text

    assert "Added <b>1</b>" in there
    assert "Removed <b>1</b>" in back
    assert address(agent, "draft", "live") in there


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
    client = a_client(agent)

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

    page = a_client(agent).get(address(agent, "live", "draft")).text

    assert page.count("<article") == 1
    assert "<h3>Booking</h3>" in page
    assert "Step <b>Ask day</b>" in page


def test_the_draft_that_went_is_said_to_be_gone_with_a_way_on() -> None:
    agent = an_agent()
    live(agent)

    answer = a_client(agent).get(address(agent, "live", "draft"))

    assert answer.status_code == 404
    assert "This draft no longer exists" in answer.text
    assert address(agent, "live", "sandbox") in answer.text


def test_a_version_of_another_agent_is_a_404_that_says_so() -> None:
    agent, other = an_agent(), an_agent()
    live(agent)
    theirs = published(other).version

    answer = a_client(agent).get(address(agent, "live", theirs.short))

    assert answer.status_code == 404
    assert f"no version begins with “{theirs.short}”" in answer.text


def test_someone_elses_agent_is_a_404() -> None:
    agent = an_agent()
    live(agent)

    answer = a_client(an_agent()).get(address(agent, "live", "sandbox"))

    assert answer.status_code == 404


def test_signed_out_it_asks_to_sign_in() -> None:
    agent = an_agent()

    answer = Client().get(address(agent, "live", "draft"))

    assert answer.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", ["comparison", "comparison-lines"])
def test_it_only_reads(name: str) -> None:
    agent = an_agent()
    live(agent)

    answer = a_client(agent).post(reverse(name, args=[agent.slug, "live", "sandbox"]))

    assert answer.status_code == 405


def test_asked_by_htmx_only_the_middle_of_the_page_comes() -> None:
    agent = an_agent()
    live(agent)
    published(agent)

    fragment = a_client(agent).get(address(agent, "live", "sandbox"), headers=HTMX).text

    assert "<!doctype" not in fragment
    assert "<title>Version comparison" in fragment
    assert 'class="review"' in fragment


def test_the_right_side_may_be_promoted_to_where_it_comes_next() -> None:
    agent = an_agent()
    live(agent)
    newer = published(agent).version

    page = a_client(agent).get(address(agent, "live", "sandbox")).text

    assert reverse("promotion", args=[agent.slug, newer.short, "pre-release"]) in page
    assert "Promote to Pre-release" in page


def test_in_two_environments_the_word_pre_release_stands_nowhere() -> None:
    agent = an_agent(steps=2)
    live(agent)
    published(agent)

    page = a_client(agent).get(address(agent, "live", "sandbox")).text

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

    page = a_client(agent).get(address(agent, "sandbox", "live")).text

    assert "Promote to" not in page


def test_exit_leads_back_to_where_it_was_opened_and_nowhere_else() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent)
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

    page = a_client(agent).get(address(agent, "live", "sandbox"), {"group": "Agent"}).text

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

    page = a_client(agent).get(address(agent, "live", "sandbox")).text

    sheets = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(sheets) == 2
    assert all("Changed in 1 version:" in sheet for sheet in sheets)


def test_an_item_stands_alone_and_unfolded_for_a_browser_without_scripts() -> None:
    code = FIND_CABIN + b"".join(b"# note %d\n" % number for number in range(60))
    agent = an_agent(files={**FILES, "functions/find_cabin.py": code})
    live(agent)
    edited(agent, {"functions/find_cabin.py": code.replace(b"# note 55", b"# remark 55")})
    client = a_client(agent)
    page = client.get(address(agent, "live", "draft")).text

    link = re.search(r'href="(\?item=[^"#]+)#', page)
    assert link
    alone = client.get(address(agent, "live", "draft") + link[1].replace("&amp;", "&")).text

    assert "# note 20" not in re.sub(r"<[^>]+>", "", page)
    assert "# note 20" in re.sub(r"<[^>]+>", "", alone)
    assert "One resource is shown" in alone


def test_folded_lines_come_when_asked_for_and_are_kept_by_the_browser() -> None:
    code = FIND_CABIN + b"".join(b"# note %d\n" % number for number in range(60))
    agent = an_agent(files={**FILES, "functions/find_cabin.py": code})
    live(agent)
    edited(agent, {"functions/find_cabin.py": code.replace(b"# note 55", b"# remark 55")})
    placed = published(agent)
    client = a_client(agent)
    gaps = [
        link
        for link in lines_of(client.get(address(agent, "live", placed.version.short)).text)
        if "count=" in link and "end=" not in link
    ]

    first = client.get(gaps[-1])
    again = client.get(gaps[-1], headers={"If-None-Match": first.headers["ETag"]})

    assert "# note 20" in re.sub(r"<[^>]+>", "", first.text)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert again.status_code == 304
    assert again.content == b""


def test_lines_of_a_kept_tag_are_still_refused_to_somebody_else() -> None:
    agent = an_agent()
    live(agent)
    placed = published(agent)
    kept = reverse("comparison-lines", args=[agent.slug, "live", placed.version.short])
    tag = a_client(agent).get(kept, {"start": "0"}).headers["ETag"]

    answer = a_client(an_agent()).get(kept, {"start": "0"}, headers={"If-None-Match": tag})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["", "item=nothing", "formatting=nothing.yaml", "item={anchor}&part=9&field=text", "item={anchor}&part=0&field=no",
     "item={anchor}&part=0&field=text&left=x&count=2", "item={anchor}&part=0&field=text&row=a-b",
     "item={anchor}&part=x&field=text"],
)  # fmt: skip
def test_lines_that_do_not_exist_are_a_404(query: str) -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be kind.\n"})
    placed = published(agent)
    client = a_client(agent)
    anchor = re.search(r'<article class="resource" id="([^"]+)"', client.get(address(agent, "live", "sandbox")).text)
    assert anchor

    lines = reverse("comparison-lines", args=[agent.slug, "live", placed.version.short])
    answer = client.get(f"{lines}?{query.format(anchor=anchor[1])}")

    assert answer.status_code == 404


def test_lines_of_a_draft_that_changed_meanwhile_say_so_instead_of_misleading() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {"functions/find_cabin.py": FIND_CABIN + b"".join(b"# note %d\n" % line for line in range(400))})
    client = a_client(agent)
    page = client.get(address(agent, "live", "draft")).text
    late = next(link for link in lines_of(page) if "state=" in link)
    edited(agent, {RULES: b"Be kind.\n"})

    answer = client.get(late)

    assert "The draft changed since this page was opened." in answer.text


def test_the_first_answer_is_bounded_and_the_rest_comes_a_resource_at_a_time() -> None:
    topics = {
        f"topics/topic_{number}.yaml": (
            f"name: Topic {number}\nenabled: true\nactions: ''\ncontent: |-\n"
            + "".join(f"  Sentence {line} of {number}.\n" for line in range(40))
        ).encode()
        for number in range(30)
    }
    agent = an_agent()
    live(agent)
    edited(agent, topics)
    published(agent)
    client = a_client(agent)

    page = client.get(address(agent, "live", "sandbox")).text
    waiting = [link for link in lines_of(page) if "field=" not in link]
    rest = client.get(waiting[-1]).text

    assert page.count("<article") == 30
    assert page.count('<tr class="added">') < 500
    assert len(waiting) > 15
    assert rest.count('<tr class="added">') >= 40


def test_many_resources_and_their_tree_follow_a_page_at_a_time(crowd: Agent) -> None:
    agent, client = crowd, a_client(crowd)
    where = address(agent, "live", "sandbox")

    page = client.get(where).text
    sheets, tree = (next(link for link in lines_of(page) if f"{word}=50" in link) for word in ("start", "tree"))
    rest, entries = client.get(sheets).text, client.get(tree).text

    assert (page.count("<article"), page.count("data-item=")) == (50, 50)
    assert page.count("<tr") < 350
    assert "3 further resources" in page
    assert "<small>53</small>" in page
    assert (rest.count("<article"), entries.count("data-item=")) == (3, 3)
    assert "<nav" not in rest + entries
    # The same without scripts.
    last = client.get(where, {"start": 50}).text
    assert (last.count("<article"), last.count("data-item=")) == (3, 3)
    assert "50 resources stand before these." in last
    assert 'href="?group=Knowledge">3 more' in page


def test_a_sheet_beyond_the_first_stands_alone_by_the_end_of_its_name(crowd: Agent) -> None:
    agent, client = crowd, a_client(crowd)
    where = address(agent, "live", "sandbox")
    last = re.findall(r'<article class="resource" id="topic-t52-yaml-([^"]*)"', client.get(where, {"start": 50}).text)

    alone = client.get(where, {"item": last[0]}).text
    nothing = client.get(where, {"item": "01234567"}).text

    assert alone.count("<article") == 1
    assert "One resource is shown" in alone
    assert "does not differ between these two" in nothing


def test_the_page_asks_the_database_as_often_for_many_changes_as_for_one(
    crowd: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agent, client = crowd, a_client(crowd)
    client.get(address(agent, "live", "sandbox"))

    with django_assert_max_num_queries(10):
        client.get(address(agent, "live", "sandbox"))


def test_any_version_can_be_found_by_hash_description_or_author() -> None:
    agent = an_agent()
    winter = published(agent, "Winter timetable").version
    ada = a_person(Role.EDITOR, agent.workspace, name="Ada Lovelace")
    summer = published(agent, "Summer timetable", by=ada).version
    client, found = a_client(agent), reverse("compare-versions", args=[agent.slug])

    def addresses(words: str) -> set[str]:
        page = client.get(found, {"side": "left", "right": "live", "left": "sandbox", "q": words, "list": ""}).text
        return set(re.findall(r'href="([^"?]+)', page))

    assert addresses("winter") == {address(agent, winter.short, "live")}
    assert addresses("Ada") == {address(agent, summer.short, "live")}
    assert addresses(summer.hash[:7]) == {address(agent, summer.short, "live")}
    assert addresses("") == {address(agent, each.short, "live") for each in (winter, summer)}


def test_choosing_a_version_is_a_page_without_scripts() -> None:
    agent = an_agent()
    version = published(agent, "Winter timetable").version

    page = a_client(agent).get(
        reverse("compare-versions", args=[agent.slug]), {"side": "right", "left": "live", "right": "draft"}
    )

    assert page.status_code == 200
    assert "Choose the right version" in page.text
    assert address(agent, "live", version.short) in page.text


@pytest.mark.parametrize("query", [{}, {"side": "middle"}, {"side": "left", "right": "No such side"}])
def test_choosing_for_no_side_is_a_404(query: dict[str, str]) -> None:
    agent = an_agent()
    published(agent)

    answer = a_client(agent).get(reverse("compare-versions", args=[agent.slug]), query)

    assert answer.status_code == 404


def test_a_side_keeps_its_meaning_while_its_environment_moves() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: "".join(f"Rule {number}.\n" for number in range(60)).encode()})
    published(agent)
    edited(agent, {RULES: "".join(f"Rule {number}{'!' * (number == 55)}\n" for number in range(60)).encode()})
    published(agent)
    promoted(published(agent), "live", by=None)
    client = a_client(agent)
    page = client.get(address(agent, "pre-release", "live")).text

    pinned = lines_of(page)

    assert environment(agent, "live").active is not None
    assert all("/live/" not in link and "...live" not in link for link in pinned)


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
    client, where = a_client(agent), address(agent, "live", "draft")

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
    client, where = a_client(agent), address(agent, "live", "draft")

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


def test_a_link_to_a_line_keeps_meaning_the_versions_it_was_made_from() -> None:
    agent = an_agent()
    then = live(agent)
    newest = published(agent)
    client, where = a_client(agent), address(agent, "live", "sandbox")
    made = f"{then.version.short}...{newest.version.short}"
    assert f'data-at="{made}"' in client.get(where).text
    assert client.get(where, {"at": made}).status_code == 200
    promoted(newest, "live")

    answer = client.get(where, {"at": made, "text": "brief"})

    assert answer.headers["Location"] == address(agent, then.version.short, newest.version.short) + "?text=brief"
    assert "these are the versions it showed" in client.get(answer.headers["Location"]).text
    assert client.get(where, {"at": "x"}).status_code == 200
    assert "data-at" not in client.get(address(agent, then.version.short, newest.version.short)).text


def test_how_lines_are_read_is_asked_for_by_links_and_remembered() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be very brief.\nNever promise a cabin.\n"})
    client, where = a_client(agent), address(agent, "live", "draft")
    assert 'class="space"' not in client.get(where).text

    asked = client.get(where, {"space": "drawn", "wrap": "off", "layout": "unified", "tree": "hidden"}).text
    later = client.get(where).text
    client.get(where, {"space": "plain"})
    last = client.get(where).text

    for page in (asked, later):
        assert '<div class="unified unwrapped spaced treeless" data-lines' in page
        assert 'Be<span class="space"> </span>' in page
        assert "space=plain" in page
    assert '<div class="unified unwrapped treeless" data-lines' in last
    assert 'class="space"' not in last


def test_a_sheet_has_a_link_to_exactly_these_versions() -> None:
    agent = an_agent()
    first, second = live(agent), published(agent)

    page = a_client(agent).get(address(agent, "live", "sandbox")).text

    pinned = address(agent, first.version.short, second.version.short)
    assert re.search(rf'<a href="{re.escape(pinned)}\?item=[\w-]+">Link to this', page)
