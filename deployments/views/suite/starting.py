"""The dialog that starts a run: against what, which cases, how often."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.suite import CHOSEN, EVERY, RunForm, paths_in
from deployments.models import Agent, CaseSet, Run
from deployments.pipeline import Chosen
from deployments.sides.side import Side
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog
from deployments.views.suite.finding import sets_of
from deployments.views.testing.choices import choices_of, held_with, side_asked

NOTHING_THERE = "Nothing stands there to be tested. Publish or promote a version to it first, or choose another."


@require_http_methods(["GET", "POST"])
def start(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_test(agent, by=actor(request)))
    sent = posted(request)
    asked = request.GET if sent is None else sent
    side = side_asked(agent, asked.get("against", ""))
    sets = sets_of(agent)
    paths = paths_in(asked)
    form = RunForm(sets, paths, sent, initial=_initial(request, side, sets, paths))
    if form.is_valid():
        begun = _begun(request, agent, side, form)
        if begun is not None:
            return redirect("run", agent.slug, begun.pk)
    choices = choices_of(agent, side)
    context = {"agent": agent, "form": form, "choices": choices, "chosen": side.ref if side else ""}
    return dialog(request, "deployments/suite/start.html", context | {"place": "tests", "title": "Run tests"})


def _begun(request: Request, agent: Agent, side: Side | None, form: RunForm) -> Run | None:
    """The run; None where it was refused, and the form says why."""
    content = held_with(side)
    if content is None:
        form.add_error("against", NOTHING_THERE)
        return None
    said = form.cleaned_data
    case_set, paths = form.asked
    chosen = Chosen(case_set=case_set, paths=paths, repeats=said["repeats"] or 1)
    try:
        return pipeline.start_run(agent, content, chosen, name=said["name"], by=actor(request))
    except pipeline.Refused as refused:
        form.refuse(refused)
        return None


def _initial(request: Request, side: Side | None, sets: list[CaseSet], paths: list[str]) -> dict[str, Any]:
    asked = request.GET.get("set", "")
    held = asked if any(str(each.pk) == asked for each in sets) else EVERY
    return {"against": side.ref if side else "", "what": CHOSEN if paths else held, "repeats": 1, "case": paths}
