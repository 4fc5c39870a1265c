"""Whether two values of JSON are the same to a person."""

from __future__ import annotations

from pydantic import JsonValue

from deployments.resources.normal import same


def alike(left: JsonValue, right: JsonValue) -> bool:
    """3 is 3.0, but neither "3" nor true."""
    return same(_whole(left), _whole(right))


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value
