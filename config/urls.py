from django.urls import include, path

from deployments.api import urls as api
from deployments.views import errors

urlpatterns = [
    path("v1", api.unknown),
    path("v1/", include("deployments.api.urls")),
    path("adk/v1", api.unknown),
    path("adk/v1/", include("deployments.adk.urls")),
    path("delivery/v1/", include("deployments.delivery.urls")),
    path("", include("deployments.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
