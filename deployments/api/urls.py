"""The Agents API put together: its routes, its description, its docs, and a 404 of its own for everything else."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.parser import Parser

from deployments.api import (
    agents,
    chat,
    comparisons,
    connectors,
    conversations,
    deployments,
    docs,
    drafts,
    numbers,
    real_time,
    testing,
    versions,
)
from deployments.api.errors import SCHEMA, ApiError, answer_to
from deployments.api.keys import Key
from deployments.api.letters import Rendered
from deployments.api.speaking import spoken, spoken_patterns

NAMESPACE = "v1"
PREFIX = "v1/"


class StrictParser(Parser):
    """JSON that means one thing, and whose texts are texts: half a character no database can keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(request.body, object_pairs_hook=each_once)
        if b"\\u" in request.body:
            json.dumps(body, ensure_ascii=False).encode()
        return body


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in one reading however many names it has. Raises `ApiError` where it says one twice."""
    found: dict[str, Any] = {}
    for name, said in pairs:
        if name in found:
            raise ApiError(400, SCHEMA, f"The body says “{name[:60]}” twice. Say it once.")
        found[name] = said
    return found


api = NinjaAPI(
    title="Slipway Agents API",
    version="1.0.11",
    description="Publish, promote, roll back and compare the versions of agents. The header x-api-key holds a key.",
    urls_namespace=NAMESPACE,
    auth=Key(),
    parser=StrictParser(),
    renderer=Rendered(),
    docs_url=None,
    openapi_url=None,
)
for module in (
    deployments, versions, drafts, comparisons, connectors, numbers, agents, real_time, conversations, chat, testing
):  # fmt: skip
    api.add_router("", module.routes)
# One answer to all: ninja's own handlers speak otherwise, and show tracebacks where DEBUG is on.
api._exception_handlers.clear()
api.add_exception_handler(Exception, answer_to)


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    return api.create_response(request, described(), status=200)


@require_safe
def readable(request: HttpRequest) -> HttpResponse:
    return docs.page(request, described())


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


@cache
def described() -> dict[str, object]:
    """The same for everybody as long as the process lives, and slow to make."""
    return api.get_openapi_schema(path_prefix=PREFIX)


unknown = spoken(nothing)
# Catches what nothing else does, so that no slash too few or too many is ever answered by a redirect.
urlpatterns = [
    path("openapi.json", spoken(description), name="openapi"),
    path("docs", spoken(readable), name="docs"),
    *spoken_patterns(api),
    re_path(r"^.*$", unknown, name="unknown"),
]
app_name = NAMESPACE
