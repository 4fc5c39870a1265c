"""What a running agent reads: what is active, its files, and where a call to a number leads."""

from __future__ import annotations

import json
import tempfile
from typing import Final, TypeVar

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from deployments.api.errors import NO_VERSION, SCHEMA, ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import caller, counted
from deployments.api.shapes import iso
from deployments.delivery.answering import FOR_EVER, REVALIDATED, matches, state_of
from deployments.delivery.numbers import call_to
from deployments.delivery.passes import PERMISSION, pass_of
from deployments.delivery.places import NO_ENVIRONMENT, place_for
from deployments.pipeline import acknowledge
from deployments.resources.archive import write_zip
from deployments.sides.contents import Contents
from deployments.sides.side import Side

NO_BLOB: Final = "BLOB_NOT_FOUND"
Kind = TypeVar("Kind", bound=HttpResponseBase)


@require_safe
def state(request: HttpRequest, agent: str, environment: str) -> HttpResponse:
    place = place_for(counted(request, pass_of), agent, environment)
    answer = state_of(place, request.headers.get("If-None-Match", ""))
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    return _kept(response, answer.etag, REVALIDATED)


@require_safe
def config(request: HttpRequest, agent: str, environment: str) -> HttpResponse:
    held = place_for(counted(request, pass_of), agent, environment).config
    return _revalidated(request, held.body, held.etag)


@require_safe
def stream(request: HttpRequest, agent: str, environment: str) -> HttpResponse:
    """Whether a stream would open, for HEAD: what it says is read at the door."""
    place_for(counted(request, pass_of), agent, environment)
    return HttpResponse(content_type="text/event-stream", headers={"Cache-Control": "no-store"})


@require_safe
def archive(request: HttpRequest, agent: str, version: str) -> HttpResponseBase:
    """Byte for byte what was imported, under a name that never means anything else."""
    found = agent_for(counted(request, caller), agent, PERMISSION)
    held = found.versions.filter(hash=version).first()
    if held is None:
        raise ApiError(404, NO_VERSION, f"{found.name} has no version {version}.")
    etag = f'"{version}"'
    if matches(request.headers.get("If-None-Match", ""), etag):
        return _kept(HttpResponse(status=304), etag, FOR_EVER)
    held.agent = found
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_zip(Contents(Side(version, found, version=held)), spooled)
    spooled.seek(0)
    response = FileResponse(spooled, as_attachment=True, filename=f"{found.slug}-{held.short}.zip")
    response["Content-Type"] = "application/zip"
    return _kept(response, etag, FOR_EVER)


@require_safe
def blob(request: HttpRequest, agent: str, blob: str) -> HttpResponse:
    """The bytes of one file, found through its agent only."""
    found = agent_for(counted(request, caller), agent, PERMISSION)
    etag = f'"{blob}"'
    known = matches(request.headers.get("If-None-Match", ""), etag)
    held = found.blobs.filter(hash=blob).values_list("hash" if known else "content", flat=True).first()
    if held is None:
        raise ApiError(404, NO_BLOB, f"{found.name} has no blob {blob}.")
    response = HttpResponse(status=304) if known else HttpResponse(bytes(held), content_type="application/octet-stream")
    if not known:
        response["Content-Disposition"] = "attachment"
    return _kept(response, etag, FOR_EVER)


@require_safe
def number(request: HttpRequest, number: str) -> HttpResponse:
    call = call_to(counted(request, pass_of), number)
    return _revalidated(request, json.dumps(call.said, ensure_ascii=False).encode(), call.etag)


@require_POST
def acknowledgements(request: HttpRequest, agent: str, environment: str) -> HttpResponse:
    """This runtime now serves that version; said again every minute."""
    found = agent_for(counted(request, caller), agent, PERMISSION)
    here = found.environments.on_ladder().filter(slug=environment).first()
    if here is None:
        raise ApiError(404, NO_ENVIRONMENT, f"{found.name} has no environment “{environment}” on its ladder.")
    runtime, hash_of_version = _said(request)
    version = found.versions.without_manifest().filter(hash=hash_of_version).first()
    if version is None:
        raise ApiError(404, NO_VERSION, f"{found.name} has no version {hash_of_version[:40]}.")
    since = acknowledge(here, version, runtime=runtime)
    return JsonResponse({"runtime": runtime, "version": version.hash, "environment": here.slug, "since": iso(since)})


def _said(request: HttpRequest) -> tuple[str, str]:
    try:
        said = json.loads(request.body)
        runtime, version = said["runtime"], said["version"]
        if b"\0" in (runtime + version).encode():
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        sentence = 'Send {"runtime": "a name of yours", "version": "a whole hash"} as JSON.'
        raise ApiError(400, SCHEMA, sentence) from None
    return runtime, version


def _revalidated(request: HttpRequest, body: bytes, etag: str) -> HttpResponse:
    if matches(request.headers.get("If-None-Match", ""), etag):
        return _kept(HttpResponse(status=304), etag, REVALIDATED)
    return _kept(HttpResponse(body, content_type="application/json"), etag, REVALIDATED)


def _kept(response: Kind, etag: str, how: str) -> Kind:
    response["ETag"] = etag
    response["Cache-Control"] = how
    return response
