"""How the pages of the test suite find what their address names, and what stands around each of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from deployments.models import Agent, CaseRun, CaseSet, Role, Run, Version
from deployments.pipeline import cases_of
from deployments.sides.side import Side
from deployments.suite.case import Case
from deployments.views.http import Request
from deployments.views.pages import page

TABS = (("runs", "Test runs"), ("cases", "Test cases"), ("sets", "Test Sets"))


def run_or_404(agent: Agent, pk: UUID) -> Run:
    found = get_object_or_404(Run.objects.with_details().filter(agent=agent), pk=pk)
    known(agent, [found])
    return found


def set_or_404(agent: Agent, pk: int) -> CaseSet:
    found = get_object_or_404(CaseSet, agent=agent, pk=pk)
    found.agent = agent
    return found


def sets_of(agent: Agent) -> list[CaseSet]:
    return list(CaseSet.objects.filter(agent=agent).order_by("name"))


def comparison_of(agent: Agent, left: Version | None, right: Version | None) -> str:
    """The address of what differs in the text of two contents, where None is the draft; nothing once that is gone."""
    refs = [version.short if version else "draft" for version in (left, right)]
    if "draft" in refs and agent.draft_or_none is None:
        return ""
    return reverse("comparison", args=[agent.slug, *refs])


def known(agent: Agent, runs: Collection[Run]) -> None:
    """Each run with the agent that is known already, so that nothing asks for it again."""
    steps = {step.pk: step for step in agent.ladder}
    for run in runs:
        run.agent = agent
        if run.version:
            run.version.agent = agent
        if run.environment_id in steps:
            run.environment = steps[run.environment_id]


def runs_of_case(agent: Agent, path: str) -> QuerySet[Run]:
    """Runs in which this case was, newest first."""
    held = Exists(CaseRun.objects.filter(run=OuterRef("pk"), agent=agent, path=path))
    return Run.objects.filter(held, agent=agent).with_details().newest_first()


def cases_on(side: Side) -> list[Case]:
    """The test cases of what a side holds, by name."""
    holder = side.version or side.draft
    return cases_of(side.agent, holder.manifest) if holder else []


def suite_page(
    request: Request, template: str, agent: Agent, context: dict[str, Any], *, tab: str, title: str
) -> HttpResponse:
    around = {
        "agent": agent,
        "tabs": TABS,
        "tab": tab,
        "may_test": request.role.holds(Role.EDITOR),
        # What answers and judges; without one some of it is not judged.
        "model": settings.MODEL,
        "place": "tests",
        "title": title,
    }
    return page(request, f"deployments/suite/{template}.html", around | context)
