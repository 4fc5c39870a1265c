from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deployments import pipeline
from deployments.models import Agent, Deployment, Role, Run
from deployments.pipeline import Chosen
from tests.signing_in import a_client
from tests.suites import a_case, a_set, ran
from tests.vocabulary import (
    FILES,
    a_person,
    a_workspace,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db
TAB = "environment"


def tab(client: Client, agent: Agent, where: str, **query: str) -> str:
    return client.get(reverse(TAB, args=[agent.slug, where]), query).text


def menu_of(text: str, placed: Deployment) -> str:
    found = re.search(rf'<ul class="menu" id="menu-{placed.pk}" popover>(.*?)</ul>', text, re.DOTALL)
    assert found, "This placement has no menu."
    return found.group(1)


def test_what_is_active_stands_above_what_was() -> None:
    agent = an_agent()
    first = promoted(published(agent, "Winter timetable"), "live")
    second = promoted(published(agent, "Night boat"), "live", "Before the season")

    text = tab(a_client(agent, Role.RELEASER), agent, "live")

    assert re.search(r'id="now">Before the season</h2>', text)
    assert text.index(f"deployment-{second.pk}") < text.index(f"deployment-{first.pk}")
    assert "Earlier in Live" in text
    assert text.count('class="active-mark"') == 1
    assert second.by.email in text


def test_a_row_without_words_says_so() -> None:
    agent = an_agent()
    published(agent)

    assert 'id="now">No description</h2>' in tab(a_client(agent, Role.RELEASER), agent, "sandbox")


def test_rollbacks_and_hotfixes_are_marked() -> None:
    agent = an_agent()
    promoted(published(agent), "live")
    promoted(published(agent), "live")
    rolled_back(agent, "live", "Lorries are quoted as cars")

    text = tab(a_client(agent, Role.RELEASER), agent, "live")

    assert "Rolled back by" in text
    assert '<span class="badge">hotfix</span>' in text


def test_a_row_names_the_other_environments_that_run_its_version() -> None:
    agent = an_agent()
    old = live(agent)
    published(agent)

    text = tab(a_client(agent, Role.RELEASER), agent, "sandbox")

    row = text[text.index("<tbody>") :]
    assert old.version.short[:3] in row
    assert row.count('class="environment" data-environment="pre-release"') == 1
    assert row.count('class="environment" data-environment="live"') == 1


def test_the_menu_offers_what_can_be_done_and_says_why_not() -> None:
    agent = an_agent()
    old = live(agent)
    published(agent)
    client = a_client(agent, Role.RELEASER)
    placed = agent.deployments.get(environment__slug="sandbox", version=old.version)

    menu = menu_of(tab(client, agent, "sandbox"), placed)

    assert "Already active in Pre-release." in menu
    assert "Already active in Live." in menu
    assert reverse("rollback", args=[agent.slug, "sandbox", placed.pk]) in menu
    assert "Preview version" in menu
    assert "Compare versions" in menu
    assert f'data-copy="{old.version.hash}"' in menu


def test_the_active_row_goes_back_to_the_version_before() -> None:
    agent = an_agent()
    first = live(agent)
    second = live(agent)

    menu = menu_of(tab(a_client(agent, Role.RELEASER), agent, "live"), second)

    assert reverse("rollback", args=[agent.slug, "live", first.pk]) in menu
    assert "Promote to" not in menu


def test_a_viewer_reads_the_reason_in_place_of_each_verb() -> None:
    agent = an_agent()
    live(agent)
    placed = published(agent)

    text = tab(a_client(agent, Role.VIEWER), agent, "sandbox")

    menu = menu_of(text, placed)
    assert menu.count("Only releasers and admins may promote.") == 2
    assert "Only releasers and admins may roll back." in menu
    assert "#dialog" not in menu
    onward = reverse("promotion", args=[agent.slug, placed.version.short, "pre-release"])
    assert f'<a class="button" href="{onward}"' not in text


def test_a_two_step_agent_never_shows_the_word_pre_release() -> None:
    agent = an_agent(steps=2)
    published(agent)
    live(agent)
    edited(agent)
    client = a_client(agent, Role.RELEASER)
    version = agent.versions.latest("number").short

    for address in (
        reverse(TAB, args=[agent.slug, "sandbox"]),
        reverse(TAB, args=[agent.slug, "live"]),
        reverse("draft", args=[agent.slug]),
        reverse("publication", args=[agent.slug]),
        reverse("promotion", args=[agent.slug, version, "live"]),
        reverse("agents"),
        f"{reverse('conversations', args=[agent.slug])}?view=test",
    ):
        assert "pre-release" not in client.get(address).text.lower(), address


def test_compare_opens_against_the_next_step_or_else_the_version_before() -> None:
    agent = an_agent()
    first = live(agent)
    second = published(agent)
    client = a_client(agent, Role.RELEASER)

    sandbox = tab(client, agent, "sandbox")
    in_live = tab(client, agent, "live")

    versus = reverse("comparison", args=[agent.slug, first.version.short, second.version.short])
    assert versus in menu_of(sandbox, second)
    assert f"{reverse('compare', args=[agent.slug])}?right={first.version.short}" in menu_of(in_live, first)


@pytest.mark.parametrize("where", ["sandbox", "pre-release", "live"])
def test_an_empty_environment_tells_the_next_step(where: str) -> None:
    agent = an_agent()

    text = tab(a_client(agent, Role.RELEASER), agent, where)

    assert "yet." in re.search(r'id="now">(.*?)</h2>', text).group(1)  # type: ignore[union-attr]
    step = reverse("publication", args=[agent.slug]) if where == "sandbox" else "Go to Sandbox"
    assert step in text[text.index('class="placement"') :]


def test_an_empty_environment_offers_the_version_of_the_step_before() -> None:
    agent = an_agent()
    placed = published(agent)

    text = tab(a_client(agent, Role.RELEASER), agent, "pre-release")

    address = reverse("promotion", args=[agent.slug, placed.version.short, "pre-release"])
    assert address in text[text.index('class="placement"') :]


def test_search_finds_by_hash_words_and_author() -> None:
    agent = an_agent()
    ben = a_person(Role.RELEASER, agent.workspace, name="Ben Birch")
    first = promoted(published(agent, "Winter timetable"), "live", by=ben)
    second = promoted(published(agent, "Night boat"), "live", "The season begins")
    client = a_client(agent, Role.RELEASER)

    def found(words: str) -> set[str]:
        text = tab(client, agent, "live", q=words)
        rows = text.partition("<tbody>")[2]
        return {key for key in (str(first.pk), str(second.pk)) if f'id="deployment-{key}"' in rows}

    assert found(first.version.short) == {str(first.pk)}
    assert found(second.version.hash[:5].upper()) == {str(second.pk)}
    assert found("winter TIME") == {str(first.pk)}
    assert found("season") == {str(second.pk)}
    assert found("birch") == {str(first.pk)}
    assert found("nothing like it") == set()


def test_what_was_typed_is_shown_as_text() -> None:
    agent = an_agent()
    promoted(published(agent, '<script>alert("1")</script>'), "live")

    text = tab(a_client(agent, Role.RELEASER), agent, "live", q="<script>")

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_long_lists_go_on_and_cost_the_same_queries() -> None:
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?")})
    client = a_client(agent, Role.RELEASER)
    smoke = a_set(agent)

    def tested() -> None:
        version = published(agent).version
        pipeline.start_run(agent, version, pipeline.Chosen(case_set=smoke), by=an_actor(agent))

    for _ in range(3):
        tested()
    tab(client, agent, "sandbox")
    with CaptureQueriesContext(connection) as few:
        tab(client, agent, "sandbox")
    for _ in range(26):
        tested()
    tab(client, agent, "sandbox")

    with CaptureQueriesContext(connection) as many:
        text = tab(client, agent, "sandbox")
    older = tab(client, agent, "sandbox", page="2")

    assert len(many) == len(few) <= 9
    assert text.count('<tr id="deployment-') == 25
    assert text.count("Tests running") == 25
    assert "1–25 of 28 placements" in text
    assert older.count('<tr id="deployment-') == 3
    assert "Newer</a>" in older


def test_what_fits_on_one_page_has_nothing_to_go_on_by() -> None:
    agent = an_agent()
    published(agent)
    published(agent)

    text = tab(a_client(agent, Role.VIEWER), agent, "sandbox")

    assert "1 placement<" in text
    assert "Newer" not in text


def test_an_old_page_that_is_no_more_is_the_first() -> None:
    agent = an_agent()
    published(agent)
    published(agent)
    client = a_client(agent, Role.RELEASER)

    for page in ("99", "0", "-1", "x", "9" * 30):
        assert 'id="deployment-' in tab(client, agent, "sandbox", page=page)


def test_as_htmx_only_the_page_and_what_stands_around_it() -> None:
    agent = an_agent()
    published(agent)

    answer = a_client(agent, Role.RELEASER).get(
        reverse(TAB, args=[agent.slug, "sandbox"]), headers={"HX-Request": "true"}
    )

    assert "<html" not in answer.text
    assert "<h1" in answer.text
    assert 'id="draft-banner"' in answer.text
    assert "HX-Request" in answer["Vary"]


def test_somebody_elses_agent_is_not_there() -> None:
    agent, stranger = an_agent(), an_agent(a_workspace())

    answer = a_client(stranger, Role.RELEASER).get(reverse(TAB, args=[agent.slug, "live"]))

    assert answer.status_code == 404
    assert agent.name not in answer.text


def test_an_environment_that_is_not_on_the_ladder_is_not_there() -> None:
    agent = an_agent(steps=2)

    assert a_client(agent, Role.RELEASER).get(reverse(TAB, args=[agent.slug, "pre-release"])).status_code == 404


def test_only_reading_is_allowed() -> None:
    agent = an_agent()

    assert a_client(agent, Role.RELEASER).post(reverse(TAB, args=[agent.slug, "live"])).status_code == 405


def test_signed_out_it_asks_to_sign_in() -> None:
    agent = an_agent()

    answer = Client().get(reverse(TAB, args=[agent.slug, "live"]))

    assert answer.status_code == 302
    assert reverse("sign-in") in answer["Location"]


def test_an_agents_address_leads_to_its_first_environment() -> None:
    agent = an_agent()

    answer = a_client(agent, Role.RELEASER).get(reverse("agent", args=[agent.slug]))

    assert answer["Location"] == reverse(TAB, args=[agent.slug, environment(agent, "sandbox").slug])


def test_a_row_shown_before_offers_what_the_agents_rules_allow_now() -> None:
    agent = an_agent()
    published(agent)
    published(agent)
    client = a_client(agent, Role.RELEASER)
    address = reverse("environment", args=[agent.slug, "sandbox"])
    why = "This agent requires Pre-release before Live."
    before = client.get(address).text

    agent.require_pre_release = True
    agent.save()
    after = client.get(address).text

    assert why not in before
    assert after.count(why) > before.count(why) + 1  # of what is active, and of the row beneath


def test_what_stands_here_says_how_the_newest_run_of_each_set_went() -> None:
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?")})
    version, held = published(agent).version, a_set(agent)
    for status in ("failed", "passed"):
        ran(pipeline.start_run(agent, version, Chosen(case_set=held), by=an_actor(agent)), Bags=status)

    told = tab(a_client(agent, Role.VIEWER), agent, "sandbox").partition("<dt>Tests</dt>")[2].partition("</dd>")[0]

    assert reverse("run", args=[agent.slug, Run.objects.newest_first()[0].pk]) in told
    assert "Passed" in told
    assert "Failed" not in told


def test_a_placement_that_starts_tests_links_to_them() -> None:
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?")})
    a_set(agent, "Smoke", after=["sandbox"])
    form = {"state": agent.draft.state, "description": ""}

    page = a_client(agent, Role.RELEASER).post(reverse("publication", args=[agent.slug]), form, follow=True).text

    assert f'Tests run: <a href="{reverse("run", args=[agent.slug, Run.objects.get().pk])}">Smoke</a>.' in page


def test_a_closed_gate_says_beside_what_stands_before_it_why_nothing_goes_on() -> None:
    agent = an_agent(files={**FILES, **a_case("Opening hours", "When do you open?")})
    pipeline.change_gate(environment(agent, "live"), a_set(agent, "Release"), by=an_actor(agent))
    waiting = promoted(published(agent), "pre-release")

    text = tab(a_client(agent, Role.RELEASER), agent, "pre-release")

    onward = reverse("promotion", args=[agent.slug, waiting.version.short, "live"])
    assert f'<a class="button" href="{onward}"' not in text
    assert "Not to Live yet: Test set “Release” has not run on this version." in text
    assert f'href="{onward}"' in text
    assert "Not to" not in tab(a_client(agent, Role.ADMIN), agent, "pre-release")


def asked_by(text: str) -> str:
    """The address at which a page asks what moved since it was made."""
    found = re.search(r'id="live-now".*? data-ask="([^"]*)"', text)
    assert found, "This page asks nothing."
    return unescape(found.group(1))


def test_a_page_that_stays_open_is_told_what_became_live() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent)
    asking = asked_by(client.get(reverse("history", args=[agent.slug])).text)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(asking).status_code == 204
        of_ours = [each["sql"] for each in asked if "deployments_environment" in each["sql"]]
        assert (len(asked), len(of_ours)) == (2, 1), "the session's, and one"

    promoted(published(agent), "pre-release")
    assert client.get(asking).status_code == 204
    second = live(agent)
    told = client.get(asking).text

    assert "Live moved</b>" in told
    assert f"<span>{second.version.short[:3]}</span><span>{second.version.short[3:6]}</span>" in told
    assert client.get(asked_by(tab(client, agent, "sandbox"))).status_code == 204


@pytest.mark.parametrize("page", ["environment", "comparison", "comparison-steps"])
def test_what_a_page_shows_of_other_environments_is_watched_too(page: str) -> None:
    agent = an_agent()
    live(agent)
    sides = {"environment": ["live"], "comparison": ["live", "pre-release"], "comparison-steps": []}[page]
    client = a_client(agent)
    asking = asked_by(client.get(reverse(page, args=[agent.slug, *sides])).text)

    promoted(published(agent), "pre-release")
    told = client.get(asking).text
    live(agent)

    both = client.get(asking).text

    assert "Pre-release moved</b>" in told
    assert "Live" not in told
    assert ("Sandbox" in told) == (page != "comparison")
    assert told.count("live-chip") == both.count("live-chip") == 1
    assert both.index("Live moved</b>") < both.index("Pre-release")


def test_nobody_is_told_what_moved_of_somebody_elses_agent() -> None:
    agent = an_agent()
    live(agent)
    asking = asked_by(tab(a_client(agent), agent, "live"))

    assert a_client(an_agent(a_workspace())).get(asking).status_code == 404


def test_an_environment_that_was_emptied_or_filled_has_moved() -> None:
    agent = an_agent()
    client = a_client(agent)
    asking = asked_by(tab(client, agent, "live"))
    assert client.get(asking).status_code == 204

    live(agent)

    assert "Live moved</b>" in client.get(asking).text
