"""Lists to take away: rows that are sent as they are made, and cells no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header


def as_csv(rows: Iterator[Mapping[str, Any]], columns: Sequence[str], name: str) -> StreamingHttpResponse:
    return _download(_lines(rows, columns), f"{name}.csv", "text/csv; charset=utf-8")


def as_json(rows: Iterator[Mapping[str, Any]], name: str) -> StreamingHttpResponse:
    return _download(_items(rows), f"{name}.json", "application/json")


# What begins a formula, also in the full width of East Asia, and white space that a spreadsheet takes away before it.
_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class _Echo:
    """A file for the csv module that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The mark tells a spreadsheet that letters beyond English are UTF-8; without it a name comes out garbled.
    yield "\ufeff" + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row.values()])


def cell(value: Any) -> str:
    """A cell no spreadsheet takes for a formula."""
    held = isinstance(value, dict | list)
    text = "" if value is None else json.dumps(value, ensure_ascii=False) if held else str(value)
    return f"'{text}" if text[:1] in _FORMULA else text


def _items(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    opening = "["
    for row in rows:
        yield f"{opening}\n{json.dumps(row, ensure_ascii=False)}"
        opening = ","
    yield "\n]\n" if opening == "," else "[\n]\n"


def _download(lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
