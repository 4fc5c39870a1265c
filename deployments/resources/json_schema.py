"""Values that follow a schema: JSON Schema draft 7, bounded in size, depth and work, and alone: nothing is fetched.

A schema is written by a person of the workspace and run in our processes. So references stay inside the schema, every
step is counted, and patterns run with a limit of time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Final

import regex
from jsonschema import Draft7Validator, SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT7

from deployments.resources.expressions import is_costly

MOST_CHARACTERS: Final = 100_000
DEEPEST: Final = 40
MOST_STEPS: Final = 50_000
MOST_PROBLEMS: Final = 50
LONGEST_PATTERN: Final = 500
# Seconds that all patterns of one check may take together.
PATTERNS_TOGETHER: Final = 0.5
LONGEST_MESSAGE = 300

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
Errors = Iterator[ValidationError]


class UnusableError(ValueError):
    """Text that is no JSON object, or a larger one than is kept."""


class _TooMuchError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place: a JSON Pointer, empty for the whole."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


def object_of(text: str) -> dict[str, Any]:
    """The JSON object this text says; raises `UnusableError` with a sentence."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_twins)
    except UnusableError:
        raise
    except json.JSONDecodeError as error:
        sentence = f"This is no JSON: line {error.lineno}, column {error.colno}: {error.msg.lower()}."
        raise UnusableError(sentence) from None
    except (ValueError, RecursionError):
        raise UnusableError("This JSON is nested too deeply, or holds a number that is too long.") from None
    if not isinstance(found, dict):
        raise UnusableError("Write a JSON object: names and values between { and }.")
    if sentence := unusable(found):
        raise UnusableError(sentence)
    return found


def unusable(value: object) -> str:
    """Why this is not kept, whatever it says: too large, too deep, or holding what no database can. Empty when fine."""
    if _deeper_than(value, DEEPEST):
        return f"It is nested more than {DEEPEST} levels deep."
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return "It holds something JSON cannot say: NaN, Infinity, or half a character."
    if _NUL.search(text):
        return "It holds a NUL character. Take it out."
    if len(text) > MOST_CHARACTERS:
        return f"It has {len(text):,} characters; {MOST_CHARACTERS:,} are allowed."
    return ""


def problems_of_schema(schema: dict[str, Any]) -> list[Problem]:
    """Why these cannot be a schema of ours."""
    if sentence := unusable(schema):
        return [Problem("", sentence)]
    found = [problem for place, keyword, value in _keywords(schema) if (problem := _refused(place, keyword, value))]
    if found:
        return found[:MOST_PROBLEMS]
    try:
        Draft7Validator.check_schema(schema)
    except SchemaError as error:
        return [_problem(error)]
    except RecursionError:
        return [Problem("", "It is nested too deeply.")]
    return _unresolved(schema)


def problems_of_values(values: dict[str, Any], schema: dict[str, Any]) -> list[Problem]:
    """Where the values do not follow the schema, in the order of their places."""
    if sentence := unusable(values):
        return [Problem("", sentence)]
    found: list[Problem] = []
    try:
        for error in _validator(schema).iter_errors(values):
            found.append(_problem(error))
            if len(found) == MOST_PROBLEMS:
                break
    except (_TooMuchError, RecursionError):
        found.append(Problem("", "Checking these values against the schema takes too long. Write a simpler schema."))
    except (TimeoutError, regex.error):
        found.append(Problem("", "A pattern of the schema takes too long on these values. Write a simpler pattern."))
    except Unresolvable:
        found.append(Problem("", "The schema refers to a part of itself that it does not have."))
    except OverflowError:
        found.append(Problem("", "A number is too large to be checked."))
    return sorted(found, key=lambda problem: problem.path)


class _Work:
    """What one check has left."""

    def __init__(self) -> None:
        self.steps = MOST_STEPS
        self.patterns = PATTERNS_TOGETHER

    def step(self, cost: int = 1) -> None:
        self.steps -= cost
        if self.steps < 0:
            raise _TooMuchError

    def matches(self, pattern: str, text: str) -> bool:
        began = monotonic()
        try:
            return regex.search(pattern, text, timeout=max(self.patterns, 0.001)) is not None
        finally:
            self.patterns -= monotonic() - began


def _validator(schema: dict[str, Any]) -> Any:
    """The library's, with checks that count. Never told of `$schema`: it would go on with its own, which do not."""
    work = _Work()
    checks = {
        **Draft7Validator.VALIDATORS,
        "pattern": partial(_pattern, work),
        "patternProperties": partial(_pattern_properties, work),
        "additionalProperties": partial(_additional_properties, work),
        "uniqueItems": _unique_items,
    }
    bounded = extend(Draft7Validator, {name: partial(_counting, work, check) for name, check in checks.items()})  # type: ignore[no-untyped-call]
    return bounded({name: value for name, value in schema.items() if name != "$schema"}, registry=Registry())


def _counting(work: _Work, check: Any, validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    work.step(1 + (len(value) if isinstance(value, list | dict) else 0))
    return check(validator, value, instance, schema) or iter(())


def _pattern(work: _Work, validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, str) and not work.matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match the pattern {pattern}")


def _pattern_properties(work: _Work, validator: Any, patterns: Any, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, dict):
        for pattern, subschema in patterns.items():
            for name, value in instance.items():
                work.step()
                if work.matches(pattern, name):
                    yield from validator.descend(value, subschema, path=name, schema_path=pattern)


def _additional_properties(work: _Work, validator: Any, allowed: Any, instance: Any, schema: Any) -> Errors:
    if not isinstance(instance, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, value in instance.items():
        work.step()
        if name in known or any(work.matches(pattern, name) for pattern in patterns):
            continue
        if allowed is False:
            yield ValidationError(f"“{name}” is not in the schema")
        else:
            yield from validator.descend(value, allowed, path=name)


def _unique_items(validator: Any, wanted: bool, instance: Any, schema: Any) -> Errors:
    if wanted and isinstance(instance, list) and len({_sameness(item) for item in instance}) < len(instance):
        yield ValidationError("an item stands there twice")


def _sameness(item: object) -> str:
    """A text that is the same for what JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(item, dict):
        return json.dumps(sorted((name, _sameness(value)) for name, value in item.items()))
    if isinstance(item, list):
        return json.dumps([_sameness(value) for value in item])
    if isinstance(item, float) and item.is_integer():
        item = int(item)
    return json.dumps(item)


def _problem(error: ValidationError | SchemaError) -> Problem:
    message = error.message if len(error.message) <= LONGEST_MESSAGE else f"{error.message[:LONGEST_MESSAGE]}…"
    path = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.absolute_path)
    return Problem(path, f"{message}.")


def _keywords(schema: object, place: str = "") -> Iterator[tuple[str, str, object]]:
    """Every name and value anywhere in it, with its place. Names a person chose are looked at too; they do no harm."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            yield place, name, value
            yield from _keywords(value, f"{place}/{name}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from _keywords(value, f"{place}/{number}")


def _refused(place: str, keyword: str, value: object) -> Problem | None:
    if keyword == "$ref" and isinstance(value, str) and not value.startswith("#"):
        return Problem(f"{place}/$ref", "A reference stays inside the schema: write it as #/definitions/…")
    if keyword == "$schema" and isinstance(value, str) and (place or "draft-07" not in value):
        return Problem(f"{place}/$schema", "Schemas are JSON Schema draft 7: http://json-schema.org/draft-07/schema#")
    if keyword in {"$id", "id"} and isinstance(value, str) and place:
        return Problem(f"{place}/{keyword}", "Only the whole schema has an id.")
    patterns = [value] if keyword == "pattern" else []
    if keyword == "patternProperties" and isinstance(value, dict):
        patterns = list(value)
    for pattern in patterns:
        if isinstance(pattern, str) and (sentence := _refused_pattern(pattern)):
            return Problem(f"{place}/{keyword}", sentence)
    return None


def _refused_pattern(pattern: str) -> str:
    if len(pattern) > LONGEST_PATTERN:
        return f"A pattern has up to {LONGEST_PATTERN} characters."
    try:
        if not is_costly(pattern):
            regex.compile(pattern)
            return ""
    except (regex.error, RecursionError, OverflowError):
        pass
    return f"The pattern {pattern} is no regular expression, or repeats too much within repeats."


def _unresolved(schema: dict[str, Any]) -> list[Problem]:
    """References to parts the schema does not have."""
    resolver = Registry().resolver_with_root(DRAFT7.create_resource(schema))
    found = []
    for place, keyword, value in _keywords(schema):
        if keyword == "$ref" and isinstance(value, str):
            try:
                resolver.lookup(value)
            except Exception:  # whatever the library cannot find or read, a person wrote it wrong
                found.append(Problem(f"{place}/$ref", f"There is no {value} in this schema."))
    return found[:MOST_PROBLEMS]


def _deeper_than(value: object, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not layer:
            return False
    return True


def _refuse_constant(name: str) -> None:
    raise UnusableError(f"{name} is no number in JSON.")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise UnusableError(f"“{twin}” stands there twice.")
    return found
