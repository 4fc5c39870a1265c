"""Versions: listed, read, and taken away as a zip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Annotated

from django.http import FileResponse, HttpResponse
from ninja import Query

from deployments.api.errors import NO_VERSION, ApiError
from deployments.api.finding import agent_for, side_of
from deployments.api.keys import Request
from deployments.api.routing import answers, next_page, router
from deployments.api.shapes import Content, Versions, VersionShape
from deployments.models import Agent, Deployment, Version, content
from deployments.resources.archive import write_zip
from deployments.sides.contents import Contents

routes = router("Versions")
ZIP = {"responses": {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}}


@routes.get("/agents/{agent_id}/versions", response=answers(200, Versions), summary="List versions")
def versions(
    request: Request,
    response: HttpResponse,
    agent_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A version's number.")] = None,
) -> Versions:
    """Newest first. A `Link` header leads on to the next."""
    agent = agent_for(request.auth, agent_id, "content:read")
    rows = agent.versions.without_manifest().select_related("parent").defer("parent__manifest").newest_first()
    if before:
        rows = rows.filter(number__lt=before)
    found = list(rows[: limit + 1])
    if len(found) > limit:
        found.pop()
        response["Link"] = next_page(request, before=found[-1].number)
    return Versions(versions=shapes_of(agent, found))


@routes.get(
    "/agents/{agent_id}/versions/{ref}.zip",
    response=answers(200, None),
    summary="A version's files as a zip",
    openapi_extra=ZIP,
)
def archive(request: Request, agent_id: str, ref: str) -> FileResponse:
    """Byte for byte what was imported; the same zip each time. Spooled to disk, so that no size is held in memory."""
    agent = agent_for(request.auth, agent_id, "content:read")
    side = side_of(agent, ref)
    if not side.digest:
        raise ApiError(404, NO_VERSION, f"{side.words} holds no version yet.")
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_zip(Contents(side), spooled)
    spooled.seek(0)
    response = FileResponse(spooled, as_attachment=True, filename=f"{agent.slug}-{side.pinned}.zip")
    response["Content-Type"] = "application/zip"
    return response


@routes.get("/agents/{agent_id}/versions/{ref}", response=answers(200, Content), summary="A version and its files")
def version(request: Request, agent_id: str, ref: str) -> Content:
    """`ref`: an environment, `draft`, or at least nine characters of a hash."""
    agent = agent_for(request.auth, agent_id, "content:read")
    side = side_of(agent, ref)
    holder = side.version or side.draft
    return Content(
        ref=ref,
        version=shapes_of(agent, [side.version])[0] if side.version else None,
        manifest=dict(sorted(content.hashes_of(agent, holder.manifest).items())) if holder else {},
    )


def shapes_of(agent: Agent, found: Iterable[Version]) -> list[VersionShape]:
    where: dict[int, list[str]] = {}
    rows = Deployment.objects.active().filter(agent=agent).order_by("environment__position")
    for version_id, slug in rows.values_list("version_id", "environment__slug"):
        where.setdefault(version_id, []).append(slug)
    return [
        VersionShape(
            version=version.hash,
            number=version.number,
            parent=version.parent.hash if version.parent else None,
            by=version.author_email,
            at=version.published_at,
            message=version.description,
            environments=where.get(version.pk, []),
        )
        for version in found
    ]
