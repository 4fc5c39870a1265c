"""Rolling back: the dialog that shows what an environment would return to, and the act. Undo posts here too."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import PlacingForm
from deployments.models import Deployment
from deployments.views.comparing.acting import initial, moves_since, reviewed_in, seen_in, typed_in, watched
from deployments.views.confirmations import confirm_placed, undo_of
from deployments.views.http import Request, actor, agent_or_404, environment_or_404, forbid, posted
from deployments.views.pages import dialog
from deployments.views.releasing.exchanges import exchange, shown


@require_http_methods(["GET", "POST"])
def rollback(request: Request, slug: str, environment: str, deployment: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    here = environment_or_404(agent, environment)
    back = get_object_or_404(Deployment.objects.in_environment(here).with_details(), pk=deployment)
    back.environment, back.agent = here, agent
    by, reviewed = actor(request), reviewed_in(request, agent)
    moves = moves_since(reviewed or seen_in(request), here)
    coming = exchange(here, back.version)
    was = moves[0].expected if moves else None
    typed = {name: _anew(said, was, coming.leaving) for name, said in typed_in(request).items()}
    form = PlacingForm(
        posted(request),
        initial={"message": _proposed(coming.leaving)} | initial(reviewed, coming.replacing) | typed,
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            placed = pipeline.roll_back(
                to=back, replacing=said["replacing"], reviewed=reviewed, message=said["message"], by=by
            )
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            moves = moves_since(reviewed, here) or ([refused] if isinstance(refused, pipeline.Moved) else [])
            coming = exchange(here, back.version)
            if reviewed is None:
                was = refused.expected if isinstance(refused, pipeline.Moved) else None
                form.renew(replacing=coming.replacing, message=_anew(said["message"], was, coming.leaving))
        else:
            confirm_placed(request, Deployment.Verb.ROLLED_BACK, placed, agent)
            return redirect("environment", agent.slug, here.slug)
    refusal = pipeline.refusal_to_roll_back(here, to=back, by=by)
    forbid(refusal)
    words = {
        "title": f"Rollback {here.label.lower()} version",
        "form": form,
        "moves": moves,
        "is_over": bool(reviewed and moves),
        "seen": watched(reviewed, here, coming.replacing),
        "refusal": refusal,
        "back": back,
    }
    return dialog(request, "deployments/rollback.html", shown(coming, **words))


def _proposed(leaving: Deployment | None) -> str:
    return f"Rollback from {leaving.version.short}" if leaving else ""


def _anew(message: str, was: Deployment | None, leaving: Deployment | None) -> str:
    """What was proposed to be said of one placement is not said of another; what a person typed stays."""
    ours = was is not None and message in {_proposed(was), undo_of(was)}
    return _proposed(leaving) if ours else message
