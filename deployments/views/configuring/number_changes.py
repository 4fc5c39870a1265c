"""Adding a number, moving it to another environment, deleting it, what people know it as: a dialog each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.numbers import NumberDeletionForm, NumberForm, NumberLabelForm, NumberMoveForm
from deployments.models import Agent, Deployment, Environment, Number
from deployments.pipeline import Refused
from deployments.views.berths import Berth
from deployments.views.configuring.numbers import address_of
from deployments.views.confirmations import confirm
from deployments.views.http import Request, actor, agent_or_404, environment_or_404, forbid, posted
from deployments.views.pages import dialog


@require_http_methods(["GET", "POST"])
def addition(request: Request, slug: str, environment: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    here, by = environment_or_404(agent, environment), actor(request)
    form = NumberForm(posted(request), initial={"country": _usual_country(agent)})
    if form.is_valid():
        said = form.cleaned_data
        try:
            number = pipeline.add_number(here, text=said["number"], country=said["country"], label=said["label"], by=by)
        except Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
        else:
            return _done(request, agent, number)
    forbid(pipeline.refusal_to_change_numbers(agent, by=by))
    context = {"agent": agent, "place": "numbers", "title": f"Add a number to {here.label}", "form": form}
    return dialog(request, "deployments/number.html", context | {"berth": _berth(here)})


@require_http_methods(["GET", "POST"])
def move(request: Request, slug: str, digits: int, to: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    number, target = _number_or_404(agent, digits), environment_or_404(agent, to)
    by, reached = actor(request), _berth(target)
    moves: list[pipeline.Moved] = []
    seen = {"leaving": number.environment.slug, "reaching": _key(reached.deployment)}
    form = NumberMoveForm(posted(request), initial=seen)
    if form.is_valid():
        said = form.cleaned_data
        leaving, reaching = _step(agent, said["leaving"]), said["reaching"]
        try:
            number = pipeline.move_number(number, to=target, leaving=leaving, reaching=reaching, by=by)
        except Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            moves = [refused] if isinstance(refused, pipeline.Moved) else []
            number, reached = _number_or_404(agent, digits), _berth(target)
            form.renew(leaving=number.environment.slug, reaching=_key(reached.deployment))
        else:
            return _done(request, agent, number)
    forbid(pipeline.refusal_to_change_numbers(agent, by=by))
    context = {"agent": agent, "place": "numbers", "title": f"Move number to {target.label}", "form": form}
    context |= {"number": number, "leaves": _berth(number.environment), "reaches": reached, "moves": moves}
    return dialog(request, "deployments/number_move.html", context)


@require_http_methods(["GET", "POST"])
def labelling(request: Request, slug: str, digits: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    number, by = _number_or_404(agent, digits), actor(request)
    seen = {"label": number.label, "instead_of": number.label}
    form = NumberLabelForm(posted(request), initial=seen)
    if form.is_valid():
        said = form.cleaned_data
        try:
            changed = pipeline.label_number(number, said["label"], instead_of=said["instead_of"], by=by)
        except Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            number = _number_or_404(agent, digits)
            form.renew(instead_of=number.label)
        else:
            return _done(request, agent, changed) if changed.label != number.label else redirect(address_of(number))
    forbid(pipeline.refusal_to_change_numbers(agent, by=by))
    context = {"agent": agent, "place": "numbers", "title": "Change the label", "form": form, "number": number}
    return dialog(request, "deployments/number_label.html", context | {"berth": _berth(number.environment)})


@require_http_methods(["GET", "POST"])
def deletion(request: Request, slug: str, digits: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    number, by = _number_or_404(agent, digits), actor(request)
    seen = {"leaving": number.environment.slug}
    form = NumberDeletionForm(posted(request), initial=seen)
    if form.is_valid():
        try:
            pipeline.delete_number(number, leaving=_step(agent, form.cleaned_data["leaving"]), by=by)
        except Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            number = _number_or_404(agent, digits)
            form.renew(leaving=number.environment.slug)
        else:
            return _done(request, agent, number)
    forbid(pipeline.refusal_to_change_numbers(agent, by=by))
    context = {"agent": agent, "place": "numbers", "title": "Delete number", "form": form, "number": number}
    return dialog(request, "deployments/number_deletion.html", context | {"berth": _berth(number.environment)})


def _done(request: Request, agent: Agent, number: Number) -> HttpResponse:
    """Back to the page, with the line of history and, where there is one, the way back."""
    lines = agent.events.filter(details__number=number.e164).with_details().order_by("-pk")
    line = lines[0]
    back = _berth(line.source).deployment if line.source else None
    confirm(request, "number", {"agent": agent, "line": line, "number": number, "back": back})
    return redirect(address_of(number))


def _number_or_404(agent: Agent, digits: int) -> Number:
    number = get_object_or_404(Number.objects.filter(agent=agent).select_related("environment"), e164=f"+{digits}")
    number.agent = number.environment.agent = agent
    return number


def _step(agent: Agent, slug: str) -> Environment | None:
    return next((step for step in agent.every_environment if step.slug == slug), None)


def _berth(environment: Environment) -> Berth:
    held = Deployment.objects.in_environment(environment).active().with_details().first()
    return Berth(environment, held)


def _key(deployment: Deployment | None) -> UUID | None:
    return deployment.pk if deployment else None


def _usual_country(agent: Agent) -> str:
    """That of the number added last: most of an agent's numbers are of one country."""
    newest = Number.objects.filter(agent=agent).order_by("-pk").first()
    return newest.country_code if newest else ""
