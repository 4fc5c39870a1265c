"""Tests where versions are compared, published and promoted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from deployments import pipeline
from deployments.models import Agent, CaseSet, Role, Run, Version
from deployments.pipeline import Chosen
from tests.signing_in import a_client
from tests.suites import CASES, NAMES, a_case, a_result, a_set, ran, started
from tests.views.suite.vocabulary import MOST, seen, words
from tests.vocabulary import FILES, an_actor, an_agent, edited, environment, live, promoted, published

pytestmark = pytest.mark.django_db


def test_only_what_answers_differently_is_shown(agent: Agent) -> None:
    published(agent)
    sides = (environment(agent, "live"), environment(agent, "sandbox"))
    left, right = pipeline.start_beside(agent, *sides, Chosen(), by=an_actor(agent))
    going = seen(agent, "beside", left.pk)
    same = {name: a_result("passed", ("Hello", "Two.")) for name in NAMES}
    ran(left, told=same)
    ran(right, told={**same, "Pier": a_result("passed", ("Hello", "Three."))}, Skis="failed")

    answer = a_client(agent).get(reverse("beside", args=[agent.slug, left.pk]))

    assert "when both have finished" in going
    assert [pair.right.name for pair in answer.context["pairs"]] == ["Pier", "Skis"]
    assert "2 cases answer differently. 1 answers alike." in words(answer)
    assert a_client(agent).get(reverse("beside", args=[agent.slug, started(agent).pk])).status_code == 404


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ({}, "Every case answers alike."),
        ({"Skis": "incomplete"}, "2 cases answer alike. 1 case came to no end on either side."),
        (dict.fromkeys(NAMES, "error"), "Nothing can be compared. 3 cases came to no end on either side."),
    ],
)
def test_what_came_to_no_end_is_not_said_to_answer_alike(agent: Agent, statuses: dict[str, str], said: str) -> None:
    published(agent)
    sides = (environment(agent, "live"), environment(agent, "sandbox"))
    for run in pipeline.start_beside(agent, *sides, Chosen(), by=an_actor(agent)):
        ran(run, **statuses)
    left = Run.objects.exclude(beside=None).order_by("pk")[0]

    answer = a_client(agent).get(reverse("beside", args=[agent.slug, left.pk]))

    assert said in words(answer)


def test_the_dialog_starts_both_and_a_comparison_leads_to_it(agent: Agent) -> None:
    published(agent)
    address = reverse("run-beside", args=[agent.slug])

    comparison = a_client(agent).get(reverse("comparison", args=[agent.slug, "live", "sandbox"]))
    same = a_client(agent).post(address, {"left": "live", "right": "live", "what": "every"})
    answer = a_client(agent).post(address, {"left": "live", "right": "sandbox", "what": "every"})

    assert f"{address}?left=" in comparison.text
    assert same.status_code == 422
    assert Run.objects.count() == 2
    assert answer["Location"] == reverse("beside", args=[agent.slug, Run.objects.get(environment__slug="live").pk])


def test_what_stood_somewhere_says_how_its_tests_went_and_a_new_result_is_seen_at_once(agent: Agent) -> None:
    smoke, every = a_set(agent, "Smoke", "Bags"), a_set(agent, "Every case")
    first = published(agent).version
    published(agent)

    def row() -> str:
        page = a_client(agent).get(reverse("environment", args=[agent.slug, "sandbox"])).text
        found = re.search(rf"<tr id=.deployment-[^>]*>(?:(?!</tr>).)*{first.short}.*?</tr>", page, re.S)
        assert found
        return " ".join(strip_tags(found[0]).split())

    before = row()
    ran(started(agent, first, case_set=smoke))
    passed = row()
    run = started(agent, first, case_set=every)
    running = row()
    ran(run, Pier="failed", Skis="error")

    assert "ests" not in before.partition("Compare")[0]
    assert "Tests passed" in passed
    assert "Tests running" in running
    assert "2 tests failed" in row()


def test_publishing_says_how_the_tests_went_on_just_what_is_published(agent: Agent) -> None:
    smoke = a_set(agent, "Smoke")
    edited(agent, {"agent_settings/rules.txt": b"Be brief.\n"})
    draft = pipeline.draft_of(agent)
    assert draft is not None
    client, address = a_client(agent), reverse("publication", args=[agent.slug])

    before = client.get(address)
    run = ran(started(agent, draft, case_set=smoke), Pier="failed")
    after = client.get(address)
    edited(agent, {"agent_settings/rules.txt": b"Be briefer.\n"})
    moved = client.get(address)

    assert "No test has run on what the draft holds now." in words(before)
    assert f"{reverse('run-start', args=[agent.slug])}?against=draft" in before.text
    assert reverse("run", args=[agent.slug, run.pk]) in after.text
    assert "This draft: Smoke Failed" in words(after)
    assert "No test has run on what the draft holds now." in words(moved)


def test_a_page_costs_few_queries_however_much_there_is() -> None:
    more = {path: text for number in range(60) for path, text in a_case(f"Case {number:02}", "Hello").items()}
    agent = an_agent(files={**FILES, **CASES, **more})
    live(agent)
    smoke = a_set(agent)
    for number in range(3):
        ran(started(agent, case_set=smoke), Pier="failed" if number else "passed")
    published(agent)
    sides = (environment(agent, "live"), environment(agent, "sandbox"))
    left, right = pipeline.start_beside(agent, *sides, Chosen(case_set=smoke), by=an_actor(agent))
    ran(left)
    ran(right, Pier="failed", Skis="failed", Bags="failed")
    row = right.case_runs.get(name="Pier")
    pages: dict[str, list[Any]] = {
        "runs": [], "cases": [], "sets": [], "run": [right.pk], "result": [right.pk, row.pk], "case": [row.path],
        "set": [smoke.pk], "beside": [left.pk],
    }  # fmt: skip
    client = a_client(agent)

    asked = {name: queries(client, reverse(name, args=[agent.slug, *args])) for name, args in pages.items()}

    assert {name: told for name, told in asked.items() if len(told) > MOST} == {}


def queries(client: Client, address: str) -> list[str]:
    """What a page asks the database when it is opened again."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def before_a_gate(agent: Agent) -> tuple[CaseSet, Version, str]:
    """The set that the gate before Live asks for, a version in Pre-release, and where that is promoted to Live."""
    held = a_set(agent, "Smoke")
    pipeline.change_gate(environment(agent, "live"), held, by=an_actor(agent))
    version = promoted(published(agent), "pre-release").version
    return held, version, reverse("promotion", args=[agent.slug, version.short, "live"])


def test_promoting_names_the_run_that_closes_the_gate(agent: Agent) -> None:
    held, version, address = before_a_gate(agent)
    never = a_client(agent).get(address)
    run = ran(started(agent, version, case_set=held), Pier="failed")

    closed = a_client(agent).get(address)
    releaser = a_client(agent, Role.RELEASER).get(address)

    assert f"{reverse('run-start', args=[agent.slug])}?against={version.short}&amp;set={held.pk}" in never.text
    assert reverse("run", args=[agent.slug, run.pk]) in closed.text
    assert "Pier" in words(closed)
    assert "Reason to promote it all the same" in words(closed)
    assert reverse("run", args=[agent.slug, run.pk]) in releaser.text
    assert "Reason to promote it all the same" not in words(releaser)
    assert [words(page).count("failed on this version") for page in (closed, releaser)] == [1, 1]


def test_the_run_that_opened_a_gate_leads_through_it_while_the_version_waits_there(agent: Agent) -> None:
    held, version, address = before_a_gate(agent)
    client = a_client(agent, Role.RELEASER)

    def leads_on(run: Run, client: Client) -> bool:
        return address in client.get(reverse("run", args=[agent.slug, run.pk])).text

    failed = ran(started(agent, version, case_set=held), Pier="failed")
    assert not leads_on(failed, a_client(agent))
    passed = ran(started(agent, version, case_set=held))
    assert leads_on(passed, client)
    assert not leads_on(failed, client)
    assert not leads_on(ran(started(agent, version, case_set=a_set(agent, "Night"))), client)
    assert not leads_on(passed, a_client(agent, Role.EDITOR))
    promoted(published(agent), "pre-release")
    assert not leads_on(passed, client)


@pytest.mark.parametrize("role", [Role.RELEASER, Role.ADMIN])
def test_promote_pressed_twice_is_quiet_though_tests_of_the_placement_close_the_gate(agent: Agent, role: Role) -> None:
    held, version, address = before_a_gate(agent)
    ran(started(agent, version, case_set=held))
    client = a_client(agent, role)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(address).text))
    sent = {**hidden, "confirm": "on"}
    first = client.post(address, sent)
    started(agent, version, case_set=held)

    second = client.post(address, sent)

    assert (first.status_code, second.status_code) == (302, 302)
    assert environment(agent, "live").deployments.filter(version=version).count() == 1
    assert "Already active in Live." in words(client.get(address))


def test_history_tells_sets_and_what_went_past_a_gate_in_sentences(agent: Agent) -> None:
    _, version, address = before_a_gate(agent)
    client = a_client(agent)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(address).text))
    unsaid = client.post(address, {**hidden, "confirm": "on", "past_gate": " "})
    client.post(address, {**hidden, "confirm": "on", "past_gate": "The pier burns"})

    history = seen(agent, "history")

    assert unsaid.status_code == 422
    assert "Say why this version may pass the closed gate." in words(unsaid)
    assert "made the test set Smoke" in history
    assert "– →" not in history
    assert "past a gate" in history
    assert "The pier burns" in history
    assert environment(agent, "live").active.version == version  # type: ignore[union-attr]
