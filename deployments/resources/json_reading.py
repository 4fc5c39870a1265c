"""JSON read into plain values, within the same bounds as YAML."""

from __future__ import annotations

import json

from deployments.resources.resource import Value
from deployments.resources.yaml_reading import DEEPEST, NotRead, refuse_nul

_TOO_DEEP = f"It is nested more than {DEEPEST} levels deep."


def read_json(text: str) -> dict[str, Value]:
    """The one object in the text; an empty file holds none."""
    if not text.strip():
        return {}
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise NotRead(f"It is not valid JSON ({error.msg[:1].lower()}{error.msg[1:]}).", error.lineno) from error
    except RecursionError as error:
        raise NotRead(_TOO_DEEP) from error
    except NotRead:
        raise
    except ValueError as error:
        raise NotRead("It holds a number with too many digits.") from error
    if not isinstance(value, dict):
        raise NotRead("It must hold one JSON object.", 1)
    _check(value, 0)
    refuse_nul(value)
    return value


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for name, value in pairs:
        if name in result:
            raise NotRead(f'It has the key "{name}" twice in one place.')
        result[name] = value
    return result


def _no_constant(word: str) -> Value:
    raise NotRead(f"It holds {word}, which is no number in JSON.")


def _check(value: Value, depth: int) -> None:
    if depth > DEEPEST:
        raise NotRead(_TOO_DEEP)
    if isinstance(value, str):
        _refuse_half_characters(value)
    elif isinstance(value, list):
        for entry in value:
            _check(entry, depth + 1)
    elif isinstance(value, dict):
        for key, entry in value.items():
            _refuse_half_characters(key)
            _check(entry, depth + 1)


def _refuse_half_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotRead("It holds half a character (a lone surrogate).") from error
