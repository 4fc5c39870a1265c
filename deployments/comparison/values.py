"""Values of fields: when two are equal, and how one reads as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from deployments.resources.resource import Value


def equal(left: Value, right: Value) -> bool:
    """As people mean it: 3 is 3.0, but neither "3" nor true."""
    # Python holds more things equal than people do, never fewer.
    return left == right and _alike(left, right)


def _alike(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return all(_alike(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return all(map(_alike, left, right))
    return True


def readable(value: Value) -> str:
    """The value as a person would write it down, nested ones indented."""
    if isinstance(value, dict | list):
        return "\n".join(_indented(value, ""))
    return _scalar(value)


def key_of(value: Value | Mapping[str, Value]) -> str:
    """The same text for the same value, another for another: to sort by and to look up by."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def exact(value: Value) -> str:
    """The value as JSON for people to read, which tells "3" from 3."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)


def readable_pair(left: Value, right: Value) -> tuple[str, str]:
    """Both as text. Where they differ but would read alike, both exactly."""
    before, after = readable(left), readable(right)
    if before == after and not equal(left, right):
        return exact(left), exact(right)
    return before, after


def _scalar(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "On" if value else "Off"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _indented(value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(f"{indent}{key}:", inner, indent)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(f"{indent}-", inner, indent)
    else:
        yield indent + _scalar(value)


def _named(head: str, value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield head
        yield from _indented(value, indent + "  ")
    else:
        first, *rest = _scalar(value if not isinstance(value, dict | list) else None).split("\n")
        yield f"{head} {first}".rstrip() if not first else f"{head} {first}"
        yield from (f"{indent}  {line}" for line in rest)
