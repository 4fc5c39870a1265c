"""The pages of a result and of a case."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from deployments import pipeline
from deployments.models import Agent, content
from deployments.suite.results import Verdict
from tests.signing_in import a_client
from tests.suites import CASES, a_case, a_result, ran, started, with_cases
from tests.views.suite.vocabulary import seen, words
from tests.vocabulary import FILES, an_actor, an_agent, edited, environment, published

pytestmark = pytest.mark.django_db


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

    answer = a_client(agent).get(reverse("result", args=[agent.slug, run.pk, row.pk]), {"turn": "1"})

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

    answer = a_client(agent).get(reverse("result", args=[agent.slug, again.pk, row.pk]))

    source = first.case_runs.get(name="Bags")
    assert reverse("result", args=[agent.slug, first.pk, source.pk]) in answer.text
    assert "taken over" in words(answer)


def test_a_result_of_another_run_is_a_404(agent: Agent) -> None:
    one, other = started(agent), started(agent)

    answer = a_client(agent).get(reverse("result", args=[agent.slug, one.pk, other.case_runs.first().pk]))  # type: ignore[union-attr]

    assert answer.status_code == 404


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

    history = a_client(agent).get(reverse("case", args=[agent.slug, path]))
    listed = a_client(agent).get(reverse("cases", args=[agent.slug]))

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
        lines = a_client(agent).get(reverse("cases", args=[agent.slug]), query).context["lines"]
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
    assert a_client(agent).get(reverse("case", args=[agent.slug, "test_suite/none.yaml"])).status_code == 404
    assert run.case_count == 3
