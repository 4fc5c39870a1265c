"""Test cases of the draft or of a version, each with what came of it last; and the history of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from deployments.models import Agent, Run
from deployments.resources.kinds.tests import CaseSeverity
from deployments.sides.side import Side, present, side_or_404
from deployments.suite.case import Case
from deployments.views import asked
from deployments.views.http import Request, agent_or_404
from deployments.views.paging import cut, sliced
from deployments.views.suite.finding import cases_on, runs_of_case, suite_page
from deployments.views.suite.trends import RECENT, Outcome, Trend, outcomes_of, trend_of, trends_of
from deployments.views.testing.choices import choices_of

SIZE = 50


@dataclass(frozen=True)
class Line:
    case: Case
    trend: Trend
    comparison: str


@require_safe
def cases(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side = _side(request, agent)
    every = cases_on(side)
    words, tag, severity = (asked.words(request.GET, name) for name in ("q", "tag", "severity"))
    found = [case for case in every if _fits(case, words.casefold(), tag, severity)]
    pages = cut(request, found, SIZE)
    trends = trends_of(agent, [case.path for case in pages.rows], side.digest)
    context = {
        "side": side,
        "is_draft": side.draft is not None or "ref" not in request.GET,
        "choices": choices_of(agent, side),
        "total": len(every),
        "pages": pages,
        "lines": [Line(case, trends[case.path], trends[case.path].comparison(agent)) for case in pages.rows],
        "words": words,
        "tag": tag,
        "severity": severity,
        "tags": sorted({each for case in every for each in case.tags}, key=str.casefold),
        "severities": get_args(CaseSeverity),
        "narrowed": bool(words or tag or severity),
    }
    return suite_page(request, "cases", agent, context, tab="cases", title="Test cases")


@require_safe
def case(request: Request, slug: str, path: str) -> HttpResponse:
    """Every run of a case, newest first."""
    agent = agent_or_404(request, slug)
    side = present(agent)
    held = next((each for each in cases_on(side) if each.path == path), None)
    pages = sliced(request, runs_of_case(agent, path), SIZE)
    if held is None and not pages.rows:
        raise Http404(f"{agent.name} has no test case “{path}”, and never ran one.")
    outcomes = outcomes_of(agent, pages.rows, [path])[path]
    if pages.number == 1 and not pages.older:
        trend = trend_of(outcomes, side.digest)
    else:
        trend = trend_of(outcomes_of(agent, runs_of_case(agent, path)[:RECENT], [path])[path], side.digest)
    context = {
        "path": path,
        "case": held,
        "name": held.name if held else path.rpartition("/")[2].removesuffix(".yaml"),
        "pages": pages,
        "rows": _rows(outcomes, pages.rows),
        "trend": trend,
        "comparison": trend.comparison(agent),
        "side": side,
    }
    return suite_page(request, "case", agent, context, tab="cases", title=f"Test case {context['name']}")


def _rows(outcomes: Iterable[Outcome], runs: Iterable[Run]) -> list[tuple[Run, Outcome | None]]:
    """Each run with what the case came to in it; None while it waits, or where it was called off."""
    found = {each.run.pk: each for each in outcomes}
    return [(run, found.get(run.pk)) for run in runs]


def _side(request: Request, agent: Agent) -> Side:
    ref = request.GET.get("ref", "")
    return side_or_404(agent, ref) if ref else present(agent)


def _fits(case: Case, words: str, tag: str, severity: str) -> bool:
    said = words in case.name.casefold() or words in case.scenario.casefold() or words in case.path.casefold()
    return said and (not tag or tag in case.tags) and (not severity or case.severity == severity)
