"""The addresses the `poly` command line asks under `/adk/v1/`, and a 404 of their own for everything else."""

from __future__ import annotations

from django.urls import re_path
from ninja import NinjaAPI

from deployments.adk import accounts, branches, chat, deployments
from deployments.api.errors import answer_to
from deployments.api.keys import Key
from deployments.api.speaking import spoken_patterns
from deployments.api.urls import unknown

NAMESPACE = "adk"
PREFIX = "adk/v1/"

api = NinjaAPI(
    title="Slipway for the poly command line", urls_namespace=NAMESPACE, auth=Key(), docs_url=None, openapi_url=None
)
for module in (accounts, deployments, branches, chat):
    api.add_router("", module.routes)
api._exception_handlers.clear()
api.add_exception_handler(Exception, answer_to)


def described() -> dict[str, object]:
    return api.get_openapi_schema(path_prefix=PREFIX)


urlpatterns = [*spoken_patterns(api), re_path(r"^.*$", unknown, name="unknown")]
app_name = NAMESPACE
