"""A version opened read-only: everything it holds, one resource of it, and its files to take away."""

from __future__ import annotations

import io
import tempfile
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from deployments.models import Agent, content
from deployments.resources.archive import write_zip
from deployments.sides.contents import Contents
from deployments.sides.side import Side, side_or_404
from deployments.views.berths import Berth, berths
from deployments.views.browsing.shelves import listing, one
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page


@require_safe
def version(request: Request, slug: str, ref: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side = side_or_404(agent, ref)
    context = _bar(agent, side) | listing(request, side) | {"title": side.words or side.ref, "ref": side.pinned}
    return page(request, "deployments/version.html", context)


@require_safe
def version_resource(request: Request, slug: str, ref: str, path: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side = side_or_404(agent, ref)
    context = _bar(agent, side) | one(side, path) | {"ref": side.pinned}
    return page(request, "deployments/version_resource.html", context)


@require_safe
def archive(request: Request, slug: str, ref: str) -> FileResponse:
    """The whole version as a zip, the same bytes each time, spooled to disk so that no size is held in memory."""
    agent = agent_or_404(request, slug)
    side = side_or_404(agent, ref)
    if not side.digest:
        raise Http404(f"{side.words} holds no version yet.")
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_zip(Contents(side), spooled)
    spooled.seek(0)
    return _attached(FileResponse(spooled, as_attachment=True, filename=f"{agent.slug}-{side.pinned}.zip"))


@require_safe
def version_file(request: Request, slug: str, ref: str, path: str) -> FileResponse:
    """One file, byte for byte. Always a download: what an agent's author wrote is never a page of ours."""
    agent = agent_or_404(request, slug)
    side = side_or_404(agent, ref)
    blob = side.files.get(path)
    if blob is None:
        raise Http404(f"{side.words or side.ref} holds no such file.")
    name = path.rpartition("/")[2]
    response = FileResponse(io.BytesIO(content.load(agent, [blob])[blob]), as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    return _attached(response)


def _attached(response: FileResponse) -> FileResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _bar(agent: Agent, side: Side) -> dict[str, Any]:
    """What stands above a preview: which version this is, where it runs, and what people do from here."""
    standing = berths(agent)
    others = [berth for berth in reversed(standing) if berth.deployment and not _is(berth, side)]
    against = others[0].environment.slug if others else agent.ladder[-1].slug
    first = agent.ladder[0].slug
    return {
        "agent": agent,
        "place": "deployments",
        "berths": standing,
        "side": side,
        "runs_in": [berth.environment for berth in standing if _is(berth, side)],
        "compare": reverse("comparison", args=[agent.slug, against, side.pinned]),
        "export": reverse("version-archive", args=[agent.slug, side.pinned]),
        "leave": reverse("environment", args=[agent.slug, side.environment.slug if side.environment else first]),
    }


def _is(berth: Berth, side: Side) -> bool:
    return bool(berth.deployment and side.version and berth.deployment.version_id == side.version.pk)
