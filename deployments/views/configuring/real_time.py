"""Configure > Real-time config: values the agents of an environment read at once, and the schema these follow."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.comparison.structures import Difference, differences
from deployments.forms.real_time import SchemaForm, ValuesForm
from deployments.models import Agent, Environment, RealTimeConfig
from deployments.pipeline import ConfigMoved, Misfit, Refused
from deployments.views.configuring.real_time_changes import changes, earlier_or_none
from deployments.views.http import Request, actor, agent_or_404, environment_or_404, forbid, posted
from deployments.views.pages import page


@require_http_methods(["GET", "POST"])
def values(request: Request, slug: str, environment: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    here, by = environment_or_404(agent, environment), actor(request)
    config, refusal = pipeline.real_time_config(here), pipeline.refusal_to_change_values(agent, by=by)
    if request.method == "POST":
        forbid(refusal)
    earlier = earlier_or_none(here, request.GET.get("from"))
    form = ValuesForm(config, posted(request), shown=(earlier or config).values)
    moved: list[Difference] = []
    if form.is_valid():
        try:
            pipeline.save_values(here, form.values(), started_from=form.cleaned_data["started_from"], by=by)
        except Refused as refused:
            moved = _refused(form, refused, lambda current: differences(current.values, form.values()))
        else:
            messages.success(request, f"Saved. Agents in {here.label} read it from now on.")
            return redirect("real-time-config", agent.slug, here.slug)
    about = {"form": form, "refusal": refusal, "moved": moved, "earlier": earlier, "problems": _misfits(config)}
    return _page(request, "values", agent, here, config, about)


@require_http_methods(["GET", "POST"])
def schema(request: Request, slug: str, environment: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    here, by = environment_or_404(agent, environment), actor(request)
    config, refusal = pipeline.real_time_config(here), pipeline.refusal_to_change_schema(agent, by=by)
    if request.method == "POST":
        forbid(refusal)
    form, moved = SchemaForm(config, posted(request)), []
    if form.is_valid():
        said = form.cleaned_data
        try:
            saved = pipeline.save_schema(here, said["schema"], started_from=said["started_from"], by=by)
        except Refused as refused:
            moved = _refused(form, refused, lambda current: differences(current.schema, said["schema"]))
        else:
            misfit = _misfits(saved)
            said_so = "Values that stand there do not fit: correct what is marked." if misfit else "Values fit it."
            messages.success(request, f"The schema of {here.label} is saved. {said_so}")
            return redirect("real-time-config" if misfit else "real-time-schema", agent.slug, here.slug)
    return _page(request, "schema", agent, here, config, {"form": form, "refusal": refusal, "moved": moved})


def _page(
    request: Request, part: str, agent: Agent, here: Environment, config: RealTimeConfig, about: dict[str, Any]
) -> HttpResponse:
    form, refusal = about["form"], about["refusal"]
    if refusal:
        form.lock()
    context = {
        "agent": agent, "place": "real-time", "title": f"Real-time config of {here.label}", "here": here, "part": part,
        "config": config, "changes": changes(here),
    }  # fmt: skip
    return page(request, "deployments/real_time.html", context | about)


def _refused(form: ValuesForm | SchemaForm, refused: Refused, compared: Any) -> list[Difference]:
    """What was typed stays. Where somebody saved meanwhile: what stands there now beside what was typed."""
    forbid(refused.refusal)
    form.refuse(refused)
    if isinstance(refused, Misfit):
        form.point_out(refused.problems)
    if not isinstance(refused, ConfigMoved):
        return []
    # Another press of Save goes on from there.
    form.renew(started_from=refused.current.last_updated)
    return list(compared(refused.current))


def _misfits(config: RealTimeConfig) -> list[str]:
    return [str(problem) for problem in pipeline.problems_in(config)]
