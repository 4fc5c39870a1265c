"""The resources of the draft, or of what the first environment runs while there is no draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from deployments.comparison import Item
from deployments.models import Agent, Role
from deployments.pipeline import summary_of
from deployments.resources import KINDS, Resource
from deployments.sides.attribution import attribution
from deployments.sides.side import Side, present
from deployments.views.browsing.shelves import listing, one
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page


@require_safe
def resources(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side = present(agent)
    changes: dict[str, str] = {part.path: part.change for item in _changed(side) for part in item.parts}
    context = listing(request, side, changes)
    context |= {
        "agent": agent,
        "place": "resources",
        "title": context["group"] or "Resources",
        "side": side,
    }
    return page(request, "deployments/resources.html", context)


@require_safe
def resource(request: Request, slug: str, path: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side = present(agent)
    context = one(side, path)
    item = next((item for item in _changed(side) if any(part.path == path for part in item.parts)), None)
    context |= {
        "agent": agent,
        "place": "resources",
        "side": side,
        "change": item.change if item else None,
        "compare": _comparison_of(agent, side, item),
        **reshapes(context["resource"]),
        "editable": context["resource"].kind not in ("variable", "binary_file") and request.role.holds(Role.EDITOR),
        "last_change": _last_change(agent, side, context["resource"].file, path),
    }
    return page(request, "deployments/resource.html", context)


def reshapes(resource: Resource) -> dict[str, bool]:
    """Which dialogs make sense of it: what an agent has only once has one name and no second."""
    kind = KINDS[resource.kind]
    is_item = kind.form in ("list", "scalars")
    is_named = (is_item and bool(kind.identity)) or (
        not kind.is_shared and (not kind.paths or any("*" in path for path in kind.paths))
    )
    is_whole = resource.kind not in ("variable", "other_keys") and resource.problem is None
    return {
        "renamable": resource.kind == "variable" or (is_named and resource.problem is None),
        "duplicable": (is_named or is_item) and is_whole and resource.kind != "binary_file",
        "movable": is_item and kind.ordered,
        "deletable": resource.kind not in ("variable", "other_keys"),
    }


def _changed(side: Side) -> tuple[Item, ...]:
    """What the draft changes of the version it began from."""
    if side.draft is None or side.draft.base is None:
        return ()
    return summary_of(side.draft.tree).items


def _comparison_of(agent: Agent, side: Side, item: Item | None) -> str:
    if item is None or side.draft is None or side.draft.base is None:
        return ""
    address = reverse("comparison", args=[agent.slug, side.draft.base.short, "draft"])
    return f"{address}#{item.anchor}"


def _last_change(agent: Agent, side: Side, file: str | None, path: str) -> Any:
    return attribution(agent, Side("", agent), side).last_change(file, path) if file else None
