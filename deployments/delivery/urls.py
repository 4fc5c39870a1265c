"""Every address of delivery; a stream is read beside them, since no thread waits for it (`door.py`)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path

from deployments import converters  # noqa: F401  (registers <agent:…>, <environment:…> and <hash:…>)
from deployments.api.speaking import spoken
from deployments.delivery import views

AGENT = "agents/<agent:agent>/"


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


app_name = "delivery"
urlpatterns = [
    path(AGENT + "versions/<hash:version>.zip", spoken(views.archive), name="archive"),
    path(AGENT + "blobs/<hash:blob>", spoken(views.blob), name="blob"),
    path(AGENT + "<environment:environment>", spoken(views.state), name="state"),
    path(AGENT + "<environment:environment>/config", spoken(views.config), name="config"),
    path(AGENT + "<environment:environment>/stream", spoken(views.stream), name="stream"),
    path(AGENT + "<environment:environment>/acknowledgements", spoken(views.acknowledgements), name="acknowledgements"),
    path("numbers/<str:number>", spoken(views.number), name="number"),
    # So that no slash too few or too many is ever answered by a redirect, or by a page.
    re_path(r"^.*$", spoken(nothing), name="unknown"),
]
