"""The addresses the `poly` command line asks under `/adk/v1/`, and a 404 of their own for everything else."""

from __future__ import annotations

from django.urls import URLPattern, re_path
from ninja import NinjaAPI

from deployments.adk import accounts, branches, deployments
from deployments.api.errors import answer_to
from deployments.api.keys import Key
from deployments.api.speaking import spoken
from deployments.api.urls import unknown

NAMESPACE = "adk"
PREFIX = "adk/v1/"

api = NinjaAPI(
    title="Slipway for the poly command line", urls_namespace=NAMESPACE, auth=Key(), docs_url=None, openapi_url=None
)
for module in (accounts, deployments, branches):
    api.add_router("", module.routes)
api._exception_handlers.clear()
api.add_exception_handler(Exception, answer_to)


def described() -> dict[str, object]:
    return api.get_openapi_schema(path_prefix=PREFIX)


def _patterns() -> list[URLPattern]:
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = spoken(pattern.callback)
    return patterns


urlpatterns = [*_patterns(), re_path(r"^.*$", unknown, name="unknown")]
app_name = NAMESPACE
