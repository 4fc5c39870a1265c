"""The product's addresses, and `/empty/`: behind the same middleware and the same sign-in, and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls


def empty(request: HttpRequest) -> HttpResponse:
    # Whoever reads the page is known, as on every page that asks for signing in.
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("empty/", empty), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
