"""The pages of the test suite: runs, results, cases, sets, gates, and two contents side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from deployments import pipeline
from deployments.models import Agent, CaseSet, Role, Run, Version, content
from deployments.pipeline import Chosen
from deployments.suite.results import Verdict
from tests.vocabulary import (
    FILES,
    a_case,
    a_person,
    a_result,
    a_set,
    admin_of,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
    ran,
)

pytestmark = pytest.mark.django_db
NAMES = ("Bags", "Pier", "Skis")
CASES = {path: text for name in NAMES for path, text in a_case(name, f"{name}?").items()}
MOST = 15


def with_cases(**more: bytes) -> Agent:
    """An agent with three test cases, live."""
    agent = an_agent(files={**FILES, **CASES, **more})
    live(agent)
    return agent


@pytest.fixture(scope="module")
def told(told_once: Callable[..., Any]) -> Agent:
    made: Agent = told_once(with_cases)
    return made


@pytest.fixture
def agent(told: Agent) -> Agent:
    """The module's; what one test has read of it is not there for the next."""
    return Agent.objects.get(pk=told.pk)


def started(agent: Agent, where: Any = "sandbox", **chosen: Any) -> Run:
    against = environment(agent, where) if isinstance(where, str) else where
    return pipeline.start_run(agent, against, Chosen(**chosen), by=an_actor(agent))


def client_of(agent: Agent, role: Role = Role.ADMIN) -> Client:
    client = Client()
    client.force_login(admin_of(agent.workspace) if role == Role.ADMIN else a_person(role, agent.workspace))
    return client


def words(answer: Any) -> str:
    middle = re.sub(r"<head>.*?</head>|<nav class=.sidebar.*?</nav>", "", answer.text, flags=re.S)
    return " ".join(strip_tags(middle).split())


def seen(agent: Agent, name: str, *args: Any, role: Role = Role.ADMIN, **query: Any) -> str:
    answer = client_of(agent, role).get(reverse(name, args=[agent.slug, *args]), query)
    assert answer.status_code == 200
    return words(answer)


# Runs


def test_where_nothing_was_tested_the_page_says_how_to_begin() -> None:
    agent = an_agent()

    assert "Nothing was tested yet." in seen(agent, "runs")
    assert "No test case yet." in seen(agent, "cases")
    assert "No test set yet." in seen(agent, "sets")


def test_the_list_of_runs_says_what_ran_against_what_and_how_it_went(agent: Agent) -> None:
    ran(started(agent, case_set=a_set(agent, "Smoke")), Pier="failed")
    started(agent, "live", paths=[*a_case("Skis")])

    page = seen(agent, "runs")

    assert "Smoke 3 test cases" in page
    assert "2 of 3" in page
    assert "0 of 1 held" in page
    assert "One test case 1 test case" in page


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [({"place": "live"}, 1), ({"place": "draft"}, 0), ({"status": "failed"}, 1), ({"set": "smoke"}, 1), ({}, 2)],
)
def test_runs_are_narrowed_by_set_place_and_status(agent: Agent, narrowed: dict[str, str], found: int) -> None:
    smoke = a_set(agent, "Smoke")
    ran(started(agent, case_set=smoke), Pier="failed")
    ran(started(agent, "live"))
    asked = narrowed | ({"set": str(smoke.pk)} if "set" in narrowed else {})

    answer = client_of(agent).get(reverse("runs", args=[agent.slug]), asked)

    assert len(answer.context["rows"]) == found


def test_a_run_of_the_list_unfolds_to_its_cases_each_with_its_result(agent: Agent) -> None:
    run = ran(started(agent), Skis="failed")
    listed = client_of(agent).get(reverse("runs", args=[agent.slug]))

    unfolded = client_of(agent).get(reverse("run-cases", args=[agent.slug, run.pk]))

    assert reverse("run-cases", args=[agent.slug, run.pk]) in listed.text
    assert [line.state.name for line in unfolded.context["lines"]] == ["Skis", "Bags", "Pier"]
    skis = run.case_runs.get(name="Skis")
    assert reverse("result", args=[agent.slug, run.pk, skis.pk]) in unfolded.text


def test_a_run_shows_what_failed_first_and_asks_again_while_it_goes_on(agent: Agent) -> None:
    run = started(agent)
    address = reverse("run", args=[agent.slug, run.pk])
    going = client_of(agent).get(address)
    ran(run, Skis="failed", told={"Skis": a_result("failed", reason="Nobody said skis.")})

    done = client_of(agent).get(address)

    assert "every 2s" in going.text
    assert "Load again" in going.text
    assert "every 2s" not in done.text
    assert [line.state.name for line in done.context["lines"]] == ["Skis", "Bags", "Pier"]
    assert "Nobody said skis." in words(done)
    assert "Run the failures again" in words(done)
    middle = client_of(agent).get(reverse("run-progress", args=[agent.slug, run.pk]))
    assert "Failed: 2 of 3 cases passed." in words(middle)
    assert "<main" not in middle.text


def test_attempts_of_a_case_stand_with_its_pass_rate(agent: Agent) -> None:
    run = started(agent, case_set=a_set(agent, "Often", "Bags", repeats=4, needed=75))
    ran(run)

    assert "4 of 4 passed" in seen(agent, "run", run.pk)


def test_a_run_is_cancelled_and_its_failures_are_run_again(agent: Agent) -> None:
    run, client = started(agent), client_of(agent)

    client.post(reverse("run-cancellation", args=[agent.slug, run.pk]))
    answer = client.post(reverse("run-again", args=[agent.slug, run.pk]))

    run.refresh_from_db()
    again = Run.objects.exclude(pk=run.pk).get()
    assert run.status == "cancelled"
    assert answer["Location"] == reverse("run", args=[agent.slug, again.pk])
    assert again.again_of == run


def test_what_cannot_be_run_again_is_said(agent: Agent) -> None:
    run, client = ran(started(agent)), client_of(agent)

    answer = client.post(reverse("run-again", args=[agent.slug, run.pk]), follow=True)

    assert "Every case of this run passed." in words(answer)
    assert Run.objects.count() == 1


@pytest.mark.parametrize("name", ["run-start", "run-beside", "new-set", "set-edit", "set-deletion", "gates"])
def test_viewers_start_and_change_nothing(agent: Agent, name: str) -> None:
    smoke = a_set(agent)
    args = [agent.slug, smoke.pk] if name.startswith("set-") else [agent.slug]

    answer = client_of(agent, Role.VIEWER).post(reverse(name, args=args))

    assert answer.status_code == 403
    assert not Run.objects.exists()
    assert CaseSet.objects.count() == 1
    assert "Run tests" not in seen(agent, "runs", role=Role.VIEWER)


# Starting


def test_the_dialog_runs_chosen_cases_against_what_is_chosen(agent: Agent) -> None:
    edited(agent)
    said = {"against": "draft", "what": "chosen", "case": [*a_case("Pier")], "repeats": "2", "name": "After lunch"}

    answer = client_of(agent).post(reverse("run-start", args=[agent.slug]), said)

    run = Run.objects.get()
    assert answer["Location"] == reverse("run", args=[agent.slug, run.pk])
    assert (run.place, run.name, run.case_count, run.case_runs.count()) == ("Draft", "After lunch", 1, 2)


def test_a_version_by_itself_is_tested_as_a_whole(agent: Agent) -> None:
    version = environment(agent, "live").active.version  # type: ignore[union-attr]
    asked = client_of(agent).get(reverse("run-start", args=[agent.slug]), {"against": version.short})

    client_of(agent).post(reverse("run-start", args=[agent.slug]), {"against": version.short, "what": "every"})

    assert f"Version {version.short}" in words(asked)
    assert (Run.objects.get().version, Run.objects.get().environment) == (version, None)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"against": "live", "what": "every"}, "Nothing stands there to be tested."),
        ({"against": "moon", "what": "every"}, "Nothing stands there to be tested."),
        ({"against": "sandbox", "what": "every", "repeats": "21"}, "less than or equal to 20"),
        ({"against": "sandbox", "what": "chosen", "case": "test_suite/tides.yaml"}, "None of these test cases"),
        ({"against": "sandbox"}, "This field is required."),
    ],
)
def test_what_cannot_be_run_is_said_beside_it_and_nothing_starts(said: dict[str, str], sentence: str) -> None:
    agent = an_agent(files={**FILES, **CASES})
    published(agent)

    answer = client_of(agent).post(reverse("run-start", args=[agent.slug]), {"name": "Kept", **said})

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Kept"' in answer.text
    assert not Run.objects.exists()


# Results


def test_a_result_tells_each_expectation_what_was_said_and_how_it_was_before(agent: Agent) -> None:
    passed = Verdict(kind="expectation", told='says "two"', status="passed", turn=1)
    told = a_result("passed", (None, "Welcome."), ("Bags?", "Take two bags."), verdicts=[passed])
    ran(started(agent), told={"Bags": told})
    edited(agent)
    published(agent)
    verdicts = [
        Verdict(kind="expectation", told='says "two"', status="failed", reason="No answer says it.", turn=1),
        Verdict(kind="call", told="calls find_cabin", status="passed", name="find_cabin", arguments={"code": "AB12"}),
        Verdict(kind="assertion", told="It is polite.", status="not judged", reason="No model is set."),
    ]
    about = {"verdicts": verdicts, "reason": "No answer says two.", "notes": ["find_cabin did not run."]}
    now = a_result("failed", (None, "Welcome."), ("Bags?", "Take three bags."), **about)
    run = ran(started(agent), told={"Bags": now}, Bags="failed")
    row = run.case_runs.get(name="Bags")

    answer = client_of(agent).get(reverse("result", args=[agent.slug, run.pk, row.pk]), {"turn": "1"})

    page = words(answer)
    for sentence in ("No answer says it.", "AB12", "Not judged", "No model is set.", "find_cabin did not run."):
        assert sentence in page
    assert "<del>two</del>" in answer.text
    assert "<ins>three</ins>" in answer.text
    assert [judged.before for _, group in answer.context["expected"] for judged in group] == ["passed", "", ""]
    assert answer.context["drawer"].row.number == 1


def test_what_was_taken_over_says_from_where(agent: Agent) -> None:
    first = ran(started(agent), Pier="failed")
    again = pipeline.run_failures_again(first, by=an_actor(agent))
    row = again.case_runs.get(name="Bags")

    answer = client_of(agent).get(reverse("result", args=[agent.slug, again.pk, row.pk]))

    source = first.case_runs.get(name="Bags")
    assert reverse("result", args=[agent.slug, first.pk, source.pk]) in answer.text
    assert "taken over" in words(answer)


def test_a_result_of_another_run_is_a_404(agent: Agent) -> None:
    one, other = started(agent), started(agent)

    answer = client_of(agent).get(reverse("result", args=[agent.slug, one.pk, other.case_runs.first().pk]))  # type: ignore[union-attr]

    assert answer.status_code == 404


# Cases


def failing_since(agent: Agent) -> tuple[Any, Any]:
    """Pier passed on the first version, and fails on the two after it."""
    first = environment(agent, "sandbox").active
    ran(started(agent))
    second = published(agent)
    ran(started(agent), Pier="failed")
    published(agent)
    ran(started(agent), Pier="failed")
    # Run again on the old one, later: when it ran says nothing about which version is newer.
    ran(started(agent, first.version))  # type: ignore[union-attr]
    return first, second


def test_a_case_says_with_which_version_it_began_to_fail(agent: Agent) -> None:
    first, second = failing_since(agent)
    comparison = reverse("comparison", args=[agent.slug, first.version.short, second.version.short])
    path = next(iter(a_case("Pier")))

    history = client_of(agent).get(reverse("case", args=[agent.slug, path]))
    listed = client_of(agent).get(reverse("cases", args=[agent.slug]))

    assert f"began to fail with version {second.version.short}" in words(history)
    assert f"It last passed on {first.version.short}" in words(history)
    assert f'href="{comparison}"' in history.text
    assert f'href="{comparison}"' in listed.text
    assert len(history.context["rows"]) == 4
    assert "began to fail" not in seen(agent, "case", next(iter(a_case("Bags"))))


def test_cases_are_found_by_words_tag_and_severity() -> None:
    slipway = {"severity": "critical"}
    agent = an_agent(files={**FILES, **CASES, **a_case("Night boat", "Is there one?", tags=["night"], slipway=slipway)})

    def found(**query: str) -> list[str]:
        lines = client_of(agent).get(reverse("cases", args=[agent.slug]), query).context["lines"]
        return [line.case.name for line in lines]

    assert found() == ["Bags", "Night boat", "Pier", "Skis"]
    assert found(q="pie") == ["Pier"]
    assert found(tag="night") == found(severity="critical") == ["Night boat"]
    assert "No case like this." in seen(agent, "cases", q="tides")


def test_what_only_a_model_judges_is_called_not_judged_where_none_is_set(settings: Any) -> None:
    agent = with_cases(**a_case("Kind", "Hello", prompt_assertions=["The agent is kind."]))
    [path] = a_case("Kind")

    listed, shown, other = seen(agent, "cases"), seen(agent, "case", path), seen(agent, "case", next(iter(CASES)))
    settings.MODEL = "openai-chat:small"

    assert "1 statement not judged" in listed
    assert "Not judged: 1 statement." in shown
    assert "The agent is kind." in shown
    assert "Not judged" not in other
    assert "not judged" not in seen(agent, "cases") + seen(agent, "case", path).lower()


def test_a_case_that_is_no_more_keeps_its_history(agent: Agent) -> None:
    run = ran(started(agent))
    path = next(iter(a_case("Pier")))
    pipeline.change_files(agent, {path: None}, seen={path: content.hash_of(CASES[path])}, by=an_actor(agent))

    assert "has this case no longer" in seen(agent, "case", path)
    assert client_of(agent).get(reverse("case", args=[agent.slug, "test_suite/none.yaml"])).status_code == 404
    assert run.case_count == 3


# Sets


def test_a_set_is_made_edited_and_deleted(agent: Agent) -> None:
    client = client_of(agent)
    said = {"name": "Smoke", "cases": [*a_case("Bags")], "after": ["sandbox", "live"], "nightly": ["live"]}
    numbers = {"repeats": "3", "needed": "60"}

    client.post(reverse("new-set", args=[agent.slug]), {**said, **numbers})
    held = CaseSet.objects.get()
    page = seen(agent, "set", held.pk)
    client.post(reverse("set-edit", args=[agent.slug, held.pk]), {"name": "Smoke", "everything": "on", **numbers})
    held.refresh_from_db()

    assert "After publishing to Sandbox, After promoting to Live, Each night on Live" in page
    assert (held.everything, held.after, held.repeats, held.needed) == (True, [], 3, 60)
    client.post(reverse("set-deletion", args=[agent.slug, held.pk]))
    assert not CaseSet.objects.exists()


def test_a_set_that_somebody_changed_meanwhile_is_not_written_over_unseen(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags")
    client, edit = client_of(agent), reverse("set-edit", args=[agent.slug, held.pk])
    seen_first = re.search('name="instead_of" value="([0-9a-f]+)"', client.get(edit).text)
    assert seen_first
    typed = {"name": "Smoke", "cases": [*a_case("Bags"), *a_case("Pier")], "repeats": "1", "needed": "80"}
    theirs = pipeline.SetOptions(name="Smoke", cases=[*a_case("Bags")], needed=90)
    pipeline.change_set(held, theirs, by=an_actor(agent))

    answer = client.post(edit, {**typed, "instead_of": seen_first[1]})

    assert answer.status_code == 422
    told = words(answer)
    assert (
        "Test cases: 1 there, 2 here. Percent that must pass: 90 there, 80 here. Save again to have it as here." in told
    )
    assert answer.text.count(" checked") == 2
    held.refresh_from_db()
    assert (len(held.cases), held.needed) == (1, 90)
    anew = re.search('name="instead_of" value="([0-9a-f]+)"', answer.text)
    assert anew
    client.post(edit, {**typed, "instead_of": anew[1]})
    held.refresh_from_db()
    assert (len(held.cases), held.needed) == (2, 80)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "Smoke", "everything": "on"}, "name"),
        ({"name": "Other"}, "cases"),
        ({"name": "Other", "everything": "on", "needed": "101"}, "needed"),
        ({"name": "Other", "cases": "test_suite/none.yaml"}, "cases"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused_beside_its_field(agent: Agent, said: dict[str, str], field: str) -> None:
    a_set(agent, "Smoke")

    answer = client_of(agent).post(reverse("new-set", args=[agent.slug]), {"repeats": "1", "needed": "100", **said})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert CaseSet.objects.count() == 1


def test_a_set_keeps_cases_that_the_draft_has_no_longer_and_says_so(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags", "Tides")

    answer = client_of(agent).get(reverse("set-edit", args=[agent.slug, held.pk]))

    assert "no longer there" in words(answer)
    assert answer.context["form"]["cases"].value() == ("test_suite/bags.yaml", "test_suite/tides.yaml")
    assert "test_suite/tides.yaml no longer there" in seen(agent, "set", held.pk)


def test_a_set_that_is_a_gate_is_not_deleted_and_says_why(agent: Agent) -> None:
    held = a_set(agent, "Smoke")
    pipeline.change_gate(environment(agent, "live"), held, by=an_actor(agent))

    answer = client_of(agent).post(reverse("set-deletion", args=[agent.slug, held.pk]))

    assert "is the gate before Live" in words(answer)
    assert CaseSet.objects.exists()


# Gates


def test_an_admin_chooses_the_gates(agent: Agent) -> None:
    held = a_set(agent, "Smoke")
    address = reverse("gates", args=[agent.slug])

    client_of(agent).post(address, {"live": str(held.pk)})
    chosen = [step.gate_id for step in agent.environments.order_by("position")]
    refused = client_of(agent, Role.RELEASER).post(address, {})
    unknown = client_of(agent).post(address, {"live": "0"}, follow=True)

    assert chosen == [None, None, held.pk]
    assert refused.status_code == 403
    assert "No gate was changed" in words(unknown)
    assert environment(agent, "live").gate == held


# Two side by side


def test_only_what_answers_differently_is_shown(agent: Agent) -> None:
    published(agent)
    sides = (environment(agent, "live"), environment(agent, "sandbox"))
    left, right = pipeline.start_beside(agent, *sides, Chosen(), by=an_actor(agent))
    going = seen(agent, "beside", left.pk)
    same = {name: a_result("passed", ("Hello", "Two.")) for name in NAMES}
    ran(left, told=same)
    ran(right, told={**same, "Pier": a_result("passed", ("Hello", "Three."))}, Skis="failed")

    answer = client_of(agent).get(reverse("beside", args=[agent.slug, left.pk]))

    assert "when both have finished" in going
    assert [pair.right.name for pair in answer.context["pairs"]] == ["Pier", "Skis"]
    assert "2 cases answer differently. 1 answers alike." in words(answer)
    assert client_of(agent).get(reverse("beside", args=[agent.slug, started(agent).pk])).status_code == 404


def test_the_dialog_starts_both_and_a_comparison_leads_to_it(agent: Agent) -> None:
    published(agent)
    address = reverse("run-beside", args=[agent.slug])

    comparison = client_of(agent).get(reverse("comparison", args=[agent.slug, "live", "sandbox"]))
    same = client_of(agent).post(address, {"left": "live", "right": "live", "what": "every"})
    answer = client_of(agent).post(address, {"left": "live", "right": "sandbox", "what": "every"})

    assert f"{address}?left=" in comparison.text
    assert same.status_code == 422
    assert Run.objects.count() == 2
    assert answer["Location"] == reverse("beside", args=[agent.slug, Run.objects.get(environment__slug="live").pk])


# Where releases are decided


def test_what_stood_somewhere_says_how_its_tests_went_and_a_new_result_is_seen_at_once(agent: Agent) -> None:
    smoke, every = a_set(agent, "Smoke", "Bags"), a_set(agent, "Every case")
    first = published(agent).version
    published(agent)

    def row() -> str:
        page = client_of(agent).get(reverse("environment", args=[agent.slug, "sandbox"])).text
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
    client, address = client_of(agent), reverse("publication", args=[agent.slug])

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


# Their cost


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
    client = client_of(agent)

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
    never = client_of(agent).get(address)
    run = ran(started(agent, version, case_set=held), Pier="failed")

    closed = client_of(agent).get(address)
    releaser = client_of(agent, Role.RELEASER).get(address)

    assert f"{reverse('run-start', args=[agent.slug])}?against={version.short}&amp;set={held.pk}" in never.text
    assert reverse("run", args=[agent.slug, run.pk]) in closed.text
    assert "Pier" in words(closed)
    assert "Reason to promote it all the same" in words(closed)
    assert reverse("run", args=[agent.slug, run.pk]) in releaser.text
    assert "Reason to promote it all the same" not in words(releaser)
    assert [words(page).count("failed on this version") for page in (closed, releaser)] == [1, 1]


@pytest.mark.parametrize("role", [Role.RELEASER, Role.ADMIN])
def test_promote_pressed_twice_is_quiet_though_tests_of_the_placement_close_the_gate(agent: Agent, role: Role) -> None:
    held, version, address = before_a_gate(agent)
    ran(started(agent, version, case_set=held))
    client = client_of(agent, role)
    sent = {**dict(re.findall(r'name="(\w+)" value="([^"]*)"', client.get(address).text)), "confirm": "on"}
    first = client.post(address, sent)
    started(agent, version, case_set=held)

    second = client.post(address, sent)

    assert (first.status_code, second.status_code) == (302, 302)
    assert environment(agent, "live").deployments.filter(version=version).count() == 1
    assert "Already active in Live." in words(client.get(address))


def test_history_tells_sets_and_what_went_past_a_gate_in_sentences(agent: Agent) -> None:
    _, version, address = before_a_gate(agent)
    client = client_of(agent)
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', client.get(address).text))
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
