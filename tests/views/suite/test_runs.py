"""The pages of runs: the list, one run, and the dialog that starts it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from deployments.models import Agent, CaseSet, Role, Run
from tests.signing_in import a_client
from tests.suites import CASES, a_case, a_result, a_set, ran, started
from tests.views.suite.vocabulary import seen, words
from tests.vocabulary import FILES, an_agent, edited, environment, published

pytestmark = pytest.mark.django_db


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

    answer = a_client(agent).get(reverse("runs", args=[agent.slug]), asked)

    assert len(answer.context["rows"]) == found


def test_a_run_of_the_list_unfolds_to_its_cases_each_with_its_result(agent: Agent) -> None:
    run = ran(started(agent), Skis="failed")
    listed = a_client(agent).get(reverse("runs", args=[agent.slug]))

    unfolded = a_client(agent).get(reverse("run-cases", args=[agent.slug, run.pk]))

    assert reverse("run-cases", args=[agent.slug, run.pk]) in listed.text
    assert [line.state.name for line in unfolded.context["lines"]] == ["Skis", "Bags", "Pier"]
    skis = run.case_runs.get(name="Skis")
    assert reverse("result", args=[agent.slug, run.pk, skis.pk]) in unfolded.text


def test_a_run_shows_what_failed_first_and_asks_again_while_it_goes_on(agent: Agent) -> None:
    run = started(agent)
    address = reverse("run", args=[agent.slug, run.pk])
    going = a_client(agent).get(address)
    ran(run, Skis="failed", told={"Skis": a_result("failed", reason="Nobody said skis.")})

    done = a_client(agent).get(address)

    assert "every 2s" in going.text
    assert "Load again" in going.text
    assert "every 2s" not in done.text
    assert [line.state.name for line in done.context["lines"]] == ["Skis", "Bags", "Pier"]
    assert "Nobody said skis." in words(done)
    assert "Run the failures again" in words(done)
    middle = a_client(agent).get(reverse("run-progress", args=[agent.slug, run.pk]))
    assert "Failed: 2 of 3 cases passed." in words(middle)
    assert "<main" not in middle.text


def test_attempts_of_a_case_stand_with_its_pass_rate(agent: Agent) -> None:
    run = started(agent, case_set=a_set(agent, "Often", "Bags", repeats=4, needed=75))
    ran(run)

    assert "4 of 4 passed" in seen(agent, "run", run.pk)


def test_a_run_is_cancelled_and_its_failures_are_run_again(agent: Agent) -> None:
    run, client = started(agent), a_client(agent)

    client.post(reverse("run-cancellation", args=[agent.slug, run.pk]))
    answer = client.post(reverse("run-again", args=[agent.slug, run.pk]))

    run.refresh_from_db()
    again = Run.objects.exclude(pk=run.pk).get()
    assert run.status == "cancelled"
    assert answer["Location"] == reverse("run", args=[agent.slug, again.pk])
    assert again.again_of == run


def test_a_run_that_had_finished_is_not_said_to_be_cancelled(agent: Agent) -> None:
    run = ran(started(agent))

    answer = a_client(agent).post(reverse("run-cancellation", args=[agent.slug, run.pk]), follow=True)

    assert "Nothing was cancelled: the run had finished already." in words(answer)
    assert "is cancelled" not in words(answer)


def test_what_cannot_be_run_again_is_said(agent: Agent) -> None:
    run, client = ran(started(agent)), a_client(agent)

    answer = client.post(reverse("run-again", args=[agent.slug, run.pk]), follow=True)

    assert "Every case of this run passed." in words(answer)
    assert Run.objects.count() == 1


@pytest.mark.parametrize("name", ["run-start", "run-beside", "new-set", "set-edit", "set-deletion", "gates"])
def test_viewers_start_and_change_nothing(agent: Agent, name: str) -> None:
    smoke = a_set(agent)
    args = [agent.slug, smoke.pk] if name.startswith("set-") else [agent.slug]

    answer = a_client(agent, Role.VIEWER).post(reverse(name, args=args))

    assert answer.status_code == 403
    assert not Run.objects.exists()
    assert CaseSet.objects.count() == 1
    assert "Run tests" not in seen(agent, "runs", role=Role.VIEWER)


def test_the_dialog_runs_chosen_cases_against_what_is_chosen(agent: Agent) -> None:
    edited(agent)
    said = {"against": "draft", "what": "chosen", "case": [*a_case("Pier")], "repeats": "2", "name": "After lunch"}

    answer = a_client(agent).post(reverse("run-start", args=[agent.slug]), said)

    run = Run.objects.get()
    assert answer["Location"] == reverse("run", args=[agent.slug, run.pk])
    assert (run.place, run.name, run.case_count, run.case_runs.count()) == ("Draft", "After lunch", 1, 2)


def test_a_version_by_itself_is_tested_as_a_whole(agent: Agent) -> None:
    version = environment(agent, "live").active.version  # type: ignore[union-attr]
    asked = a_client(agent).get(reverse("run-start", args=[agent.slug]), {"against": version.short})

    a_client(agent).post(reverse("run-start", args=[agent.slug]), {"against": version.short, "what": "every"})

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

    answer = a_client(agent).post(reverse("run-start", args=[agent.slug]), {"name": "Kept", **said})

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Kept"' in answer.text
    assert not Run.objects.exists()
