"""Promoting a version: the dialog that shows what it would replace, and the act."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import PromotionForm
from deployments.models import Agent, Deployment, Environment, Version
from deployments.sides.side import side_or_404
from deployments.views.comparing.acting import initial, moves_since, reviewed_in, seen_in, typed_in, watched
from deployments.views.confirmations import confirm_placed
from deployments.views.http import Request, actor, agent_or_404, environment_or_404, forbid, posted
from deployments.views.pages import dialog
from deployments.views.releasing.exchanges import exchange, shown


@require_http_methods(["GET", "POST"])
def promotion(request: Request, slug: str, ref: str, to: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    version, target = _version(agent, ref), environment_or_404(agent, to)
    if ref != version.short:
        # What an environment's name stands for may move while the dialog is open; a hash may not.
        return redirect("promotion", agent.slug, version.short, target.slug)
    by, reviewed = actor(request), reviewed_in(request, agent)
    moves = moves_since(reviewed or seen_in(request), target)
    coming = exchange(target, version)
    standing = pipeline.Standing.of(agent, [version], by=by)
    form = PromotionForm(
        posted(request),
        initial={"message": version.description} | initial(reviewed, coming.replacing) | typed_in(request),
        to_callers=target.is_last,
        closed=pipeline.refusal_of_gate(standing.gate(version, target)) is not None,
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            placed = pipeline.promote(
                version,
                to=target,
                replacing=said["replacing"],
                reviewed=reviewed,
                message=said["message"],
                past_gate=said.get("past_gate", ""),
                by=by,
            )
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            moves = moves_since(reviewed, target) or ([refused] if isinstance(refused, pipeline.Moved) else [])
            coming = exchange(target, version)
            if reviewed is None:
                form.renew(replacing=coming.replacing)
        else:
            confirm_placed(request, Deployment.Verb.PROMOTED, placed, agent)
            return redirect("environment", agent.slug, target.slug)
        # Whoever was waited for may have changed what is active, or how tests went.
        standing = pipeline.Standing.of(agent, [version], by=by)
    gate = standing.gate(version, target)
    refusal = pipeline.refusal_to_promote(version, to=target, by=by, standing=standing)
    forbid(refusal)
    words = {
        "title": _title(target),
        "form": form,
        "moves": moves,
        "is_over": bool(reviewed and moves),
        "seen": watched(reviewed, target, coming.replacing),
        "refusal": refusal,
        "gate": gate,
        "gate_wants_run": gate is not None and (gate.run is None or gate.is_outdated),
        "is_hotfix": pipeline.is_hotfix(version, target, standing),
        "skipped": [step for step in agent.ladder[1:] if step.position < target.position][-1:],
        "stands_in": [held for held in standing.active.values() if held.version_id == version.pk],
    }
    return dialog(request, "deployments/promotion.html", shown(coming, **words))


def _version(agent: Agent, ref: str) -> Version:
    side = side_or_404(agent, ref)
    if side.version is None:
        raise Http404("Only a published version can be promoted.")
    return side.version


def _title(to: Environment) -> str:
    return f"Promote version {'live' if to.slug == 'live' else f'to {to.label.lower()}'}"
