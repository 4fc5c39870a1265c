"""Lists to take away: lines that are sent as they are made, and cells no spreadsheet takes for a formula."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header


def cell(value: Any) -> str:
    """A cell no spreadsheet takes for a formula."""
    held = isinstance(value, dict | list)
    text = "" if value is None else json.dumps(value, ensure_ascii=False) if held else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


class Echo:
    """A file for the csv module that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def after(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def closed(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "[")
    yield first
    yield from lines
    yield "\n]\n"


def download(lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
