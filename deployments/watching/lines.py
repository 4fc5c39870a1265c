"""The log: lines for people, or one JSON object each for programs."""

from __future__ import annotations

from logging import Filter, LogRecord
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

from deployments.watching.away import why_away
from deployments.watching.correlation import correlation_id
from deployments.watching.routes import route_of


class Tidied(Filter):
    """What Django says of a request it says with its whole address: the pattern and the request's name say as much. And
    while the database is away, or a request is refused for its shape, where in the code that was met says nothing.
    """

    def filter(self, record: LogRecord) -> bool:
        request: Any = record.__dict__.pop("request", None)
        if isinstance(request, HttpRequest):
            name = correlation_id(request)
            record.msg, record.args = f"{request.method} {route_of(request)} failed, request {name}", ()
            record.__dict__["request_id"] = name
        error = record.exc_info[1] if record.exc_info else None
        if why_away(error, safe=True) or isinstance(error, SuspiciousOperation):
            record.msg, record.args = f"{record.getMessage()}: {' '.join(str(error).split())}", ()
            record.exc_info = record.exc_text = None
        return True


class AsJson(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            timestamp="at",
        )


def configuration(*, as_json: bool) -> dict[str, Any]:
    """For Django's LOGGING. As JSON there is a line for each request, too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"addresses": {"()": Tidied}},
        "formatters": {
            "lines": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
            "json": {"()": AsJson},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if as_json else "lines",
                "filters": ["addresses"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "axes": {"level": "ERROR"},
            "django.request": {"level": "ERROR"},
            "slipway": {"level": "INFO" if as_json else "WARNING"},
        },
    }
