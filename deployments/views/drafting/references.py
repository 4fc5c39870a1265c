"""What the texts of the draft may name, for an editor that completes it."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from deployments import pipeline
from deployments.resources import KINDS, flow_folder
from deployments.resources.kinds.prefixes import PREFIXES
from deployments.sides.contents import resources_of
from deployments.sides.side import present
from deployments.views.http import Request, actor, agent_or_404, forbid


@require_safe
def references(request: Request, slug: str, path: str) -> HttpResponse:
    """`{"references": [{"prefix", "name", "label"}]}` for what is at `path`; a flow names its own functions alone."""
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    prefixes = {kind: prefix for prefix, kind in PREFIXES.items()}
    flow = flow_folder(path)
    found = [
        {"prefix": prefixes[each.kind], "name": each.name, "label": KINDS[each.kind].label}
        for each in resources_of(present(agent))
        if each.kind in prefixes and (not KINDS[each.kind].inside or (flow and flow_folder(each.file or "") == flow))
    ]
    return JsonResponse({"references": found}, headers={"Cache-Control": "private, no-store"})
