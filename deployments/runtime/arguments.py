"""Arguments as a model chose them, made into what the function's annotations ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import JsonValue

from deployments.runtime.playbook.parts import Function
from deployments.runtime.scene import Parameter, ParameterType

_WORDS: Mapping[ParameterType, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
}
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Unfit(Exception):
    """Arguments that the function cannot be called with, in words for the model."""


def fitted(function: Function, given: Mapping[str, JsonValue]) -> tuple[dict[str, JsonValue], list[str]]:
    """The arguments to call it with, and the names that it does not take. Raises Unfit."""
    arguments: dict[str, JsonValue] = {}
    named = {parameter.name: parameter for parameter in function.parameters}
    unknown = [name for name in given if name not in named]
    for name, parameter in named.items():
        value = given.get(name)
        if value is None:
            if parameter.required:
                raise Unfit(f"{function.name} needs {name}: {parameter.description or _WORDS[parameter.type]}.")
            if name not in given:
                continue
        arguments[name] = _fit(parameter, value) if value is not None else None
    if function.takes_more:
        arguments |= {name: given[name] for name in unknown}
        unknown = []
    return arguments, unknown


def _fit(parameter: Parameter, value: JsonValue) -> JsonValue:
    match parameter.type, value:
        case "string", str():
            return value
        case "string", bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case "string", _:
            return str(value)
        case "boolean", bool():
            return value
        case "boolean", int() | float() | str() if str(value).strip().lower() in _FLAGS:
            return _FLAGS[str(value).strip().lower()]
        case "integer" | "number", bool():
            pass
        case "integer", int() | float() | str() if (number := _number(value)) is not None and number == int(number):
            return int(number)
        case "number", int() | float() | str() if (number := _number(value)) is not None:
            return number
        case "array", list():
            return value
        case "object", dict():
            return value
        case "array", _:
            return [value]
    raise Unfit(f"{parameter.name} must be {_WORDS[parameter.type]}, and is {json.dumps(value, ensure_ascii=False)}.")


def _number(value: float | str) -> float | None:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    # Neither infinite nor so large that it is no longer what was said.
    return number if abs(number) < 1e15 else None
