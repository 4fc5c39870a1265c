"""From a comparison to the act it was made for: the pair that was reviewed goes along, and is what is placed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from deployments.models import Agent, Deployment, Environment, Version
from deployments.pipeline import (
    Moved,
    Refusal,
    Reviewed,
    Standing,
    gates_for,
    is_hotfix,
    refusal_to_promote,
    refusal_to_roll_back,
)
from deployments.views.berths import Berth, active_in
from deployments.views.comparing.cards import Pair
from deployments.views.http import Request, actor, looks_again

# What `right` says when the right side was a version and not an environment.
VERSION = "version"


@dataclass(frozen=True)
class Act:
    """What this comparison is for: placing its right side where its left side stands, or else one step further."""

    verb: str
    to: Environment
    address: str
    refusal: Refusal | None


def act_of(request: Request, pair: Pair, berths: list[Berth]) -> Act | None:
    """Into the left side's environment, carrying exactly this pair; else, or when that skips a step, one step on."""
    version = pair.right.version
    if version is None:
        return None
    active = active_in(berths)
    stood = version.deployments.values_list("environment_id", flat=True).order_by().distinct()
    standing = Standing(request.role, active, {version.pk: set(stood)}, gates_for(pair.agent, [version.pk]))
    here = pair.left.environment
    if here is None or standing.runs(here, version):
        return _onward(request, pair.agent, version, standing)
    asked = _reviewed(pair, active)
    back = _stood_before(here, version, active.get(here.pk))
    if back is not None:
        refusal = refusal_to_roll_back(here, to=back, by=actor(request), standing=standing)
        address = reverse("rollback", args=[pair.agent.slug, here.slug, back.pk])
        return Act("rollback", here, f"{address}?{asked}", refusal)
    if here.is_first:
        return None
    if is_hotfix(version, here, standing):
        return _onward(request, pair.agent, version, standing)
    return _promotion(request, pair.agent, version, here, standing, f"?{asked}")


def _onward(request: Request, agent: Agent, version: Version, standing: Standing) -> Act | None:
    """To the step after the furthest one that runs it; nothing when there is none."""
    reached = [step for step in agent.ladder if standing.runs(step, version)]
    start = reached[-1] if reached else agent.ladder[0]
    return _promotion(request, agent, version, start.following[0], standing) if start.following else None


def _promotion(
    request: Request, agent: Agent, version: Version, to: Environment, standing: Standing, asked: str = ""
) -> Act:
    refusal = refusal_to_promote(version, to=to, by=actor(request), standing=standing)
    return Act("promote", to, reverse("promotion", args=[agent.slug, version.short, to.slug]) + asked, refusal)


def _reviewed(pair: Pair, active: dict[int, Deployment]) -> str:
    left = active.get(pair.left.environment.pk) if pair.left.environment else None
    right = active.get(pair.right.environment.pk) if pair.right.environment else None
    return urlencode({"replacing": left.pk if left else "", "right": right.pk if right else VERSION})


def _stood_before(here: Environment, version: Version, held: Deployment | None) -> Deployment | None:
    """The newest placement of this version that has ended here, when what stands here is a newer version."""
    if held is None or held.version.number < version.number:
        return None
    ended = Deployment.objects.in_environment(here).filter(version=version, ended_at__isnull=False)
    return ended.with_details().newest_first().first()


def reviewed_in(request: Request, agent: Agent) -> Reviewed | None:
    """The pair that the request says was compared; None when it comes from elsewhere."""
    said = request.POST if request.method == "POST" else request.GET
    which = said.get("right", "")
    if not which:
        return None
    try:
        replacing = UUID(said["replacing"]) if said.get("replacing") else None
        if which == VERSION:
            return Reviewed(replacing)
        entering = Deployment.objects.filter(agent=agent, pk=UUID(which)).select_related("environment").first()
    except ValueError:
        entering = None
    if entering is None:
        raise Http404("Nothing that was reviewed has this name.")
    entering.environment.agent = agent
    return Reviewed(replacing, entering)


def moves_since(reviewed: Reviewed | None, environment: Environment) -> list[Moved]:
    """Which sides of what was reviewed have moved, so that a dialog says so before anything is pressed."""
    return reviewed.moves(environment, timezone.now()) if reviewed else []


def seen_in(request: Request) -> Reviewed | None:
    """What a dialog that is looked at again was opened with; None where nobody does."""
    if not looks_again(request):
        return None
    try:
        return Reviewed(UUID(request.POST["replacing"]) if request.POST.get("replacing") else None)
    except ValueError:
        raise Http404("Nothing that was seen has this name.") from None


def typed_in(request: Request) -> dict[str, str]:
    """What was typed into a dialog that is looked at again; what was agreed to does not stay (`SeenForm.renew`)."""
    fields = ("message", "past_gate")
    return {name: request.POST[name] for name in fields if name in request.POST} if looks_again(request) else {}


def initial(reviewed: Reviewed | None, replacing: UUID | None) -> dict[str, object]:
    """The hidden fields of a dialog: what was reviewed, or else what stands there now."""
    if reviewed is None:
        return {"replacing": replacing}
    entering = reviewed.entering
    return {"replacing": reviewed.replacing, "right": str(entering.pk) if entering else VERSION}


def watched(reviewed: Reviewed | None, environment: Environment, replacing: UUID | None) -> str:
    """{environment: what it held when a dialog was opened}, as an address carries it: it is told when that moves."""
    seen = {environment.slug: (reviewed.replacing if reviewed else replacing) or ""}
    if reviewed and reviewed.entering:
        seen[reviewed.entering.environment.slug] = reviewed.entering.pk
    return urlencode(seen)
