"""What stands around every page: navigation, the agents to switch to, what is live, the draft banner."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import Lower
from django.template.loader import get_template
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from deployments.keeping import Kept
from deployments.models import Agent, Draft, Role, Version, Workspace
from deployments.pipeline.outline import of_draft, of_version
from deployments.views.berths import Berth, berths_in_brief, held
from deployments.views.http import Request

ICONS = {
    "Functions": "function",
    "Variables": "variable",
    "Flows": "flow",
    "Knowledge": "topic",
    "Agent": "prompt",
    "SMS": "message",
    "Handoffs": "phone",
    "Variants": "agents",
    "Entities": "numbers",
    "Integrations": "swap",
    "Voice": "voice",
    "Chat": "conversations",
    "Speech recognition": "search",
    "Response control": "check",
    "Safety": "caution",
    "Translations": "send",
    "Tests": "test",
    "Documents": "menu",
}

# How many agents the menu in the top bar offers.
SWITCHABLE = 20
NAVIGATION = Kept[SafeString](most=500, weight=5_000_000)


def frame(request: Request, context: dict[str, Any]) -> dict[str, Any]:
    """Context for `base.html`. Nothing for somebody who has not signed in."""
    if not request.user.is_authenticated:
        return {}
    agent: Agent | None = context.get("agent")
    workspace: Workspace | None = agent.workspace if agent else context.get("workspace")
    if agent is None:
        return {"workspace": workspace, "navigation": _navigation_of_all(request, workspace, context)}
    standing = context.get("berths") or berths_in_brief(agent)
    draft = agent.draft_or_none
    groups = groups_of(agent, draft, standing)
    return {
        "workspace": workspace,
        "may_edit": request.role.holds(Role.EDITOR),
        # Of those that bear one name the menu says the id, too.
        "switchable": Agent.objects.visible_to(request.user)
        .filter(workspace=workspace)
        .order_by(Lower("name"), "pk")
        .values("pk", "slug", "name", namesakes=Window(Count("pk"), partition_by=Lower("name")))[:SWITCHABLE],
        "live": standing[-1] if standing else None,
        "watched": urlencode(held(_watched(standing, context))),
        "draft": draft,
        "sandbox_moved": moved_on(draft, standing),
        "navigation": _navigation(
            context, (agent.slug, agent.name, agent.ladder[0].slug, *groups), agent=agent, groups=groups
        ),
    }


def _watched(standing: list[Berth], context: dict[str, Any]) -> list[Berth]:
    """What an open page is told of when it moves: what is live, and the environments that a page is `about`."""
    about = context.get("about", ())
    return [berth for berth in standing if berth is standing[-1] or berth.environment in about]


def _navigation_of_all(request: Request, workspace: Workspace | None, context: dict[str, Any]) -> SafeString:
    """The sidebar of a page that belongs to no agent: every workspace of this person, who is told only of pages that
    their role reaches.
    """
    every = list(Workspace.objects.visible_to(request.user).annotate(held=F("memberships__role")))
    said = (workspace and workspace.pk, *((each.pk, each.slug, each.name, each.held) for each in every))  # type: ignore[attr-defined]
    return _navigation(context, said, workspace=workspace, frame_workspaces=every)


def _navigation(context: dict[str, Any], said: tuple[object, ...], **shown: Any) -> SafeString:
    """The sidebar; every page has one, and few things change it. `said`: all it shows beside the place."""
    place = {name: context.get(name, "") for name in ("place", "group")}

    def write() -> SafeString:
        return mark_safe(get_template("components/sidebar.html").render(place | shown))

    return NAVIGATION.get((*place.values(), said), write, len)


def moved_on(draft: Draft | None, standing: list[Berth]) -> Version | None:
    """What the first environment runs, when that is not what the draft began from."""
    if draft is None or not standing or standing[0].deployment is None:
        return None
    running = standing[0].deployment
    return running.version if running.version_id != draft.base_id else None


def groups_of(agent: Agent, draft: Draft | None, standing: list[Berth]) -> list[tuple[str, str, int]]:
    """The groups that hold something in the draft, or else in what the first environment runs: label, icon, count."""
    first = standing[0].deployment if standing else None
    if draft is not None:
        found = of_draft(draft)
    elif first is not None:
        found = of_version(first.version, agent)
    else:
        return []
    return [(group, ICONS.get(group, "settings"), count) for group, count in found.counted()]
