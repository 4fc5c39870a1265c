"""The two sides of a comparison as people choose them: what stands on each, and what could stand there instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from deployments.models import Agent, Environment, Version
from deployments.sides.side import Side
from deployments.views.berths import Berth
from deployments.views.http import Request

LEFT, RIGHT = "left", "right"
# What of an address goes along when a side changes.
KEPT = ("change", "group", "text", "layout", "wrap", "space", "from")


@dataclass(frozen=True)
class Choice:
    """One thing that may stand on a side, and where choosing it leads."""

    address: str
    label: str
    version: Version | None = None
    environment: Environment | None = None
    is_draft: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class Plate:
    """A side as the head of the page shows it."""

    which: str
    side: Side
    choices: tuple[Choice, ...]
    asked: tuple[tuple[str, str], ...]
    # The environments that run its version.
    places: tuple[str, ...]

    @property
    def at(self) -> datetime | None:
        if self.side.version:
            return self.side.version.published_at
        return self.side.draft.changed_at if self.side.draft else None


def plates(agent: Agent, left: Side, right: Side, berths: list[Berth], keep: dict[str, str]) -> tuple[Plate, Plate]:
    """Both sides with their choices: the draft and the environments. Any other version is searched for."""
    sides = {LEFT: left, RIGHT: right}

    def plate(which: str) -> Plate:
        asked = {**keep, "side": which, LEFT: left.ref, RIGHT: right.ref}
        choices = tuple(_choices(agent, which, sides, berths, keep))
        return Plate(which, sides[which], choices, tuple(asked.items()), _places(sides[which].version, berths))

    return plate(LEFT), plate(RIGHT)


def _places(version: Version | None, berths: list[Berth]) -> tuple[str, ...]:
    held = [(each.environment.label, each.deployment.version_id) for each in berths if each.deployment]
    return tuple(label for label, there in held if version and there == version.pk)


def _choices(
    agent: Agent, which: str, sides: dict[str, Side], berths: list[Berth], keep: dict[str, str]
) -> Iterable[Choice]:
    current = sides[which].ref
    query = f"?{urlencode(keep)}"

    def to(ref: str) -> str:
        return address(agent, which, ref, sides[LEFT].ref, sides[RIGHT].ref) + query

    if agent.draft_or_none:
        yield Choice(to("draft"), "Draft", is_draft=True, is_current=current == "draft")
    for berth in berths:
        step = berth.environment
        version = berth.deployment.version if berth.deployment else None
        yield Choice(to(step.slug), step.label, version, step, is_current=current == step.slug)


def found_choices(request: Request, agent: Agent, which: str, versions: Iterable[Version]) -> list[Choice]:
    """Versions that were searched for, each with the comparison that choosing it opens."""
    other = LEFT if which == RIGHT else RIGHT
    refs = {other: request.GET.get(other) or agent.ladder[-1].slug}
    kept = {key: request.GET[key] for key in KEPT if request.GET.get(key)}
    choices = []
    for version in versions:
        refs[which] = version.short
        try:
            to = reverse("comparison", args=[agent.slug, refs[LEFT], refs[RIGHT]])
        except NoReverseMatch:
            raise Http404("Choose from a comparison: its address says what stands on the other side.") from None
        choices.append(Choice(f"{to}?{urlencode(kept)}" if kept else to, version.description, version))
    return choices


def address(agent: Agent, which: str, ref: str, left: str, right: str) -> str:
    """The comparison with one side exchanged."""
    refs = (ref, right) if which == LEFT else (left, ref)
    return reverse("comparison", args=[agent.slug, *refs])


def shown_then(request: Request, agent: Agent, left: Side, right: Side) -> str:
    """Where the versions stand that a link was made from, when a side holds others by now; else nothing.

    `at` says which versions those are: an address that names environments means what they hold when it is opened.
    """
    asked = request.GET.copy()
    at = asked.pop("at", [""])[-1]
    then, dots, there = at.partition("...")
    if not dots or (then, there) == (left.pinned, right.pinned):
        return ""
    try:
        return reverse("comparison", args=[agent.slug, then, there]) + (f"?{asked.urlencode()}" if asked else "")
    except NoReverseMatch:
        return ""


def exit_address(request: Request, agent: Agent, right: Side) -> str:
    """Back to where the comparison was opened; a link that was shared leads to where its right side stands."""
    came_from = request.headers.get("Referer", "")
    for asked in (request.GET.get("from", ""), came_from):
        if not url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
            continue
        parts = urlsplit(asked)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        # Alone, a path may name another site: //elsewhere.
        is_ours = url_has_allowed_host_and_scheme(address, None)
        if is_ours and not parts.path.startswith(reverse("compare", args=[agent.slug])):
            return address
    if right.draft:
        return reverse("draft", args=[agent.slug])
    step = right.environment or agent.ladder[0]
    return reverse("environment", args=[agent.slug, step.slug])
