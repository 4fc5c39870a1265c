"""API keys of a workspace: one's own, and for admins everybody's; found by name, owner or ending."""

from __future__ import annotations

from django.db.models import F, Q
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments import pipeline
from deployments.models import Role
from deployments.views import asked
from deployments.views.http import Request, actor, workspace_or_404
from deployments.views.pages import page
from deployments.views.paging import sliced

SIZE = 50
NEWEST = "newest"
ORDERS = {
    NEWEST: ("Newest first", F("pk").desc()),
    "name": ("By name", F("name").asc()),
    "used": ("Last used first", F("last_used_at").desc(nulls_last=True)),
    "ending": ("Next to run out", F("expires_at").asc()),
}


@require_safe
def keys(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    everybodys = request.user.role_in(workspace) == Role.ADMIN
    words = asked.words(request.GET)
    order = request.GET.get("order", NEWEST)
    order = order if order in ORDERS else NEWEST
    found = workspace.api_keys.visible_to(request.user).select_related("owner").prefetch_related("agents")
    found = found.order_by(ORDERS[order][1], "-pk")
    if words:
        ending = words.rpartition("…")[2]
        named = Q(name__icontains=words) | Q(owner__name__icontains=words) | Q(owner__email__icontains=words)
        found = found.filter(named | Q(last_four=ending))
    context = {
        "workspace": workspace,
        "pages": sliced(request, found, SIZE),
        "words": words,
        "order": order,
        "orders": [(key, label) for key, (label, _) in ORDERS.items()],
        "everybodys": everybodys,
        "now": timezone.now(),
        "refusal": pipeline.refusal_to_make_api_key(workspace, by=actor(request)),
        "place": "keys",
        "title": "API keys",
    }
    return page(request, "deployments/keys.html", context)
