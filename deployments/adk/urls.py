"""The addresses the `poly` command line asks under `/adk/v1/`, and a 404 of their own for everything else."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from ninja import NinjaAPI

from deployments.adk import accounts, branches, chat, deployments
from deployments.api.errors import ApiError, answer_to
from deployments.api.keys import Key
from deployments.api.letters import Rendered
from deployments.api.speaking import spoken, spoken_patterns

NAMESPACE = "adk"
PREFIX = "adk/v1/"
# The client prints it where it pulls, fetches or pushes.
UNKNOWN: Final = (
    "Slipway does not answer this. Of poly it answers deployments, chat, conversations, rtc, project, and test list and"
    " show. Content comes in by import, or by PUT /v1/agents/{agent}/draft; tests are run on the page Test runs, or by"
    " POST /v1/agents/{agent}/testing/test-runs/trigger."
)

api = NinjaAPI(
    title="Slipway for the poly command line",
    urls_namespace=NAMESPACE,
    auth=Key(),
    renderer=Rendered(),
    docs_url=None,
    openapi_url=None,
)
for module in (accounts, deployments, branches, chat):
    api.add_router("", module.routes)
api._exception_handlers.clear()
api.add_exception_handler(Exception, answer_to)


def described() -> dict[str, object]:
    return api.get_openapi_schema(path_prefix=PREFIX)


def unknown(request: HttpRequest) -> HttpResponse:
    raise ApiError(404, "NOT_FOUND", UNKNOWN)


urlpatterns = [*spoken_patterns(api), re_path(r"^.*$", spoken(unknown), name="unknown")]
app_name = NAMESPACE
