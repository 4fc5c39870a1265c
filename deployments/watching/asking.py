"""Who asks, where somebody has looked already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import empty


def is_known(request: HttpRequest) -> bool:
    """Whether `request.user` can be read without a question to the database."""
    user: Any = getattr(request, "user", None)
    return user is not None and user.__dict__.get("_wrapped", user) is not empty
