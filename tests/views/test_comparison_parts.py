from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.vocabulary import (
    FILES,
    FIND_CABIN,
    RULES,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db


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


def test_formatting_alone_is_one_line_and_shows_on_request() -> None:
    agent = an_agent()
    live(agent)
    handoffs = FILES["config/handoffs.yaml"].replace(b"handoffs:\n", b"# People who pick up\nhandoffs:\n")
    edited(agent, {"config/handoffs.yaml": handoffs})
    client = a_client(agent, Role.RELEASER)

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
    client, where = a_client(agent, Role.RELEASER), address(agent, "live", "draft")

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


def test_an_item_stands_alone_and_unfolded_for_a_browser_without_scripts() -> None:
    code = FIND_CABIN + b"".join(b"# note %d\n" % number for number in range(60))
    agent = an_agent(files={**FILES, "functions/find_cabin.py": code})
    live(agent)
    edited(agent, {"functions/find_cabin.py": code.replace(b"# note 55", b"# remark 55")})
    client = a_client(agent, Role.RELEASER)
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
    client = a_client(agent, Role.RELEASER)
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
    tag = a_client(agent, Role.RELEASER).get(kept, {"start": "0"}).headers["ETag"]

    answer = a_client(an_agent(), Role.RELEASER).get(kept, {"start": "0"}, headers={"If-None-Match": tag})

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
    client = a_client(agent, Role.RELEASER)
    anchor = re.search(r'<article class="resource" id="([^"]+)"', client.get(address(agent, "live", "sandbox")).text)
    assert anchor

    lines = reverse("comparison-lines", args=[agent.slug, "live", placed.version.short])
    answer = client.get(f"{lines}?{query.format(anchor=anchor[1])}")

    assert answer.status_code == 404


def test_lines_of_a_draft_that_changed_meanwhile_say_so_instead_of_misleading() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {"functions/find_cabin.py": FIND_CABIN + b"".join(b"# note %d\n" % line for line in range(400))})
    client = a_client(agent, Role.RELEASER)
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
    client = a_client(agent, Role.RELEASER)

    page = client.get(address(agent, "live", "sandbox")).text
    waiting = [link for link in lines_of(page) if "field=" not in link]
    rest = client.get(waiting[-1]).text

    assert page.count("<article") == 30
    assert page.count('<tr class="added">') < 500
    assert len(waiting) > 15
    assert rest.count('<tr class="added">') >= 40


def test_many_resources_and_their_tree_follow_a_page_at_a_time(crowd: Agent) -> None:
    agent, client = crowd, a_client(crowd, Role.RELEASER)
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
    agent, client = crowd, a_client(crowd, Role.RELEASER)
    where = address(agent, "live", "sandbox")
    last = re.findall(r'<article class="resource" id="topic-t52-yaml-([^"]*)"', client.get(where, {"start": 50}).text)

    alone = client.get(where, {"item": last[0]}).text
    nothing = client.get(where, {"item": "01234567"}).text

    assert alone.count("<article") == 1
    assert "One resource is shown" in alone
    assert "does not differ between these two" in nothing


def test_a_link_to_a_line_keeps_meaning_the_versions_it_was_made_from() -> None:
    agent = an_agent()
    then = live(agent)
    newest = published(agent)
    client, where = a_client(agent, Role.RELEASER), address(agent, "live", "sandbox")
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
    client, where = a_client(agent, Role.RELEASER), address(agent, "live", "draft")
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

    page = a_client(agent, Role.RELEASER).get(address(agent, "live", "sandbox")).text

    pinned = address(agent, first.version.short, second.version.short)
    assert re.search(rf'<a href="{re.escape(pinned)}\?item=[\w-]+">Link to this', page)


def test_a_side_keeps_its_meaning_while_its_environment_moves() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: "".join(f"Rule {number}.\n" for number in range(60)).encode()})
    published(agent)
    edited(agent, {RULES: "".join(f"Rule {number}{'!' * (number == 55)}\n" for number in range(60)).encode()})
    published(agent)
    promoted(published(agent), "live", by=None)
    client = a_client(agent, Role.RELEASER)
    page = client.get(address(agent, "pre-release", "live")).text

    pinned = lines_of(page)

    assert environment(agent, "live").active is not None
    assert all("/live/" not in link and "...live" not in link for link in pinned)


def test_the_page_asks_the_database_as_often_for_many_changes_as_for_one(
    crowd: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agent, client = crowd, a_client(crowd, Role.RELEASER)
    client.get(address(agent, "live", "sandbox"))

    with django_assert_max_num_queries(10):
        client.get(address(agent, "live", "sandbox"))


def test_taking_a_resource_back_into_the_draft_is_offered_to_who_may() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be kind.\n"})
    published(agent)
    here = address(agent, "live", "sandbox")

    editor, viewer = (a_client(agent, role).get(here).text for role in (Role.EDITOR, Role.VIEWER))

    assert "Restore in the draft" in editor
    assert "Restore in the draft" not in viewer
