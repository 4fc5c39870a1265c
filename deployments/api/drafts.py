"""An agent's folder in: an archive as the body becomes the draft, and may be published in the same call."""

from __future__ import annotations

import tempfile
from typing import IO, Annotated, Final, Literal

from django.http import HttpRequest
from ninja import Query

from deployments import pipeline
from deployments.api.errors import ApiError
from deployments.api.finding import agent_for, must_release
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.api.shapes import ImportedShape
from deployments.models import Event
from deployments.resources.archive import Reading, read_tar, read_zip
from deployments.resources.archive.limits import IMPORT_BYTES, TOO_LARGE

routes = router("Versions")
REFUSED: Final = "DRAFT_IMPORT_REFUSED"
PIECE = 64 * 1024
_BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY = {
    "requestBody": {
        "required": True,
        "content": dict.fromkeys(("application/zip", "application/x-tar", "application/gzip"), _BINARY),
    }
}


@routes.put(
    "/agents/{agent_id}/draft",
    response=answers(200, ImportedShape, 409),
    summary="Import into the draft, and publish",
    openapi_extra=BODY,
)
def draft(
    request: Request,
    agent_id: str,
    mode: Annotated[
        Literal["replace", "add"], Query(description="Make these files the draft, or add them to it.")
    ] = "replace",
    publish: Annotated[str | None, Query(description="Publish to Sandbox, described so.")] = None,
) -> ImportedShape:
    """The body is a zip or tar of an agent's folder. Both acts or neither; unchanged content publishes nothing."""
    agent = agent_for(request.auth, agent_id, "content:write")
    if publish is not None:
        must_release(request.auth, agent, Event.Kind.PUBLISHED)
    if refusal := pipeline.refusal_to_import(agent, by=request.auth.actor):
        raise pipeline.Refused(refusal)  # before all of the body is read
    reading = _reading(request)
    placed = None
    if publish is None:
        imported = pipeline.import_files(
            agent, reading.files, mode=mode, ignored=reading.ignored, by=request.auth.actor
        )
    else:
        imported, placed = pipeline.import_and_publish(
            agent,
            reading.files,
            mode=mode,
            ignored=reading.ignored,
            description=publish,
            by=request.auth.actor,
        )
    return ImportedShape(
        agent=agent.slug,
        draft_changes=imported.changes,
        version=placed.version.hash if placed else None,
        deployment=placed.pk if placed else None,
    )


def _reading(request: HttpRequest) -> Reading:
    with tempfile.TemporaryFile() as spooled:
        _spool(request, spooled)
        start = spooled.read(4)
        spooled.seek(0)
        return read_zip(spooled) if start[:2] == b"PK" else read_tar(spooled)


def _spool(request: HttpRequest, into: IO[bytes]) -> None:
    """The body, to disk and no further than the bound, whatever it announces of itself."""
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    size = 0
    while size <= IMPORT_BYTES and announced <= IMPORT_BYTES and (piece := request.read(PIECE)):
        size += len(piece)
        into.write(piece)
    if max(size, announced) > IMPORT_BYTES:
        raise ApiError(400, REFUSED, f"The body is {TOO_LARGE}")
    if not size:
        raise ApiError(400, REFUSED, "The body is empty. Send a zip or tar of the agent's folder.")
    if size < announced:
        raise ApiError(400, REFUSED, "The body ended before its announced length. Send it once more.")
    into.seek(0)
