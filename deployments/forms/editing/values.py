"""From what was typed to the values of a resource. What was not touched is not set, so its bytes stay."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from deployments.forms.editing.typed import AS_JSON, ENTRY, KEY, NUMBERS, ON, WAS, Raw, number_of, raw_of, text_of
from deployments.resources import Field, Value

Errors = dict[str, str]


def changes(
    fields: Sequence[Field], raw: Mapping[str, Raw], present: Mapping[str, Value]
) -> tuple[dict[str, Value], Errors]:
    """The fields whose text is no longer what it was, with their values, and what is wrong with what was typed.

    Errors are by address, as `conditions.2.child_step`: a row counts from 1.
    """
    errors: Errors = {}
    wanted: dict[str, Value] = {}
    for field in fields:
        if field.name in raw and raw[field.name] != raw_of(field, present.get(field.name)):
            value = value_of(field, raw[field.name], present.get(field.name), field.name, errors)
            if value is None and field.name not in present:
                continue
            wanted[field.name] = value
    return wanted, errors


def value_of(field: Field, raw: Raw, was: Value, name: str, errors: Errors) -> Value:
    """None where nothing is said: a field that is left empty and was not there stays away."""
    if isinstance(raw, dict) and AS_JSON in raw:
        return _json(str(raw[AS_JSON]), name, errors)
    if raw == raw_of(field, was):
        return was
    if isinstance(raw, list):
        return _rows(field, raw, was, name, errors)
    if isinstance(raw, dict):
        return _section(field, raw, was, name, errors)
    if field.type == "json":
        return _json(raw, name, errors)
    if field.type == "flag":
        return raw == ON
    if field.type in NUMBERS:
        return _number(field, raw, name, errors)
    return None if raw == "" and was is None else raw


def _section(field: Field, raw: Mapping[str, Raw], was: Value, name: str, errors: Errors) -> Value:
    made = _map(field.fields, raw, was if isinstance(was, dict) else {}, name, errors)
    if made and was is None and field.omitted == "disabled" and not made.get("is_enabled"):
        errors[f"{name}.is_enabled"] = "While this is off, what stands below is not kept. Tick it, or empty the rest."
    return made or (None if was is None else {})


def _rows(field: Field, raw: list[Raw], was: Value, name: str, errors: Errors) -> Value:
    if not raw and was is None:
        return None
    if field.type == "list":
        return _list(raw, was if isinstance(was, list) else [])
    if field.type == "map":
        return _entries(field, raw, was if isinstance(was, dict) else {}, name, errors)
    rows = was if isinstance(was, list) else []
    made: list[Value] = []
    for number, row in enumerate(raw, start=1):
        assert isinstance(row, dict)
        place = number_of(str(row.get(WAS, "")))
        before = rows[place] if place is not None and place < len(rows) else {}
        made.append(_map(field.columns, row, before if isinstance(before, dict) else {}, f"{name}.{number}", errors))
    return made


def _list(raw: list[Raw], was: list[Value]) -> list[Value]:
    """An entry whose text is that of one that was there is that one: a browser spells its line ends otherwise."""
    known = {text_of(entry): entry for entry in reversed(was) if isinstance(entry, str)}
    made: list[Value] = []
    for place, entry in enumerate(map(str, raw)):
        here = was[place] if place < len(was) else None
        made.append(here if isinstance(here, str) and text_of(here) == entry else known.get(entry, entry))
    return made


def _entries(field: Field, raw: list[Raw], was: Mapping[str, Value], name: str, errors: Errors) -> dict[str, Value]:
    assert field.values is not None
    made: dict[str, Value] = {}
    known = {text_of(key): key for key in was}
    for number, entry in enumerate(raw, start=1):
        assert isinstance(entry, dict)
        said, place = str(entry[KEY]), f"{name}.{number}"
        key = known.get(said, said.strip())
        if not key and said not in known:
            errors[f"{place}.{KEY}"] = "Give this entry a name, or take it out."
        elif key in made:
            errors[f"{place}.{KEY}"] = f"“{key}” stands above already. Give this entry another name."
        else:
            value = value_of(field.values, entry[ENTRY], was.get(key), f"{place}.{ENTRY}", errors)
            made[key] = "" if value is None and field.values.type in ("text", "prose", "ref") else value
    return made


def _map(
    fields: Sequence[Field], raw: Mapping[str, Raw], was: Mapping[str, Value], name: str, errors: Errors
) -> dict[str, Value]:
    """What was typed over what was there; keys that no field speaks of stay."""
    made = dict(was)
    for field in fields:
        value = value_of(field, raw.get(field.name, ""), was.get(field.name), f"{name}.{field.name}", errors)
        if (value is not None and not (value is False and field.name not in was)) or field.name in made:
            made[field.name] = value
    return made


def _number(field: Field, raw: str, name: str, errors: Errors) -> Value:
    written = raw.strip()
    if not written:
        return None
    try:
        return int(written)
    except ValueError:
        pass
    try:
        number = float(written)
    except ValueError:
        number = float("nan")
    if field.type == "whole" or number != number or number in (float("inf"), float("-inf")):
        sort = "a whole number, such as 3" if field.type == "whole" else "a number, such as 1.5"
        errors[name] = f"This must be {sort}."
        return None
    return number


def _json(raw: str, name: str, errors: Errors) -> Value:
    if not raw.strip():
        return None
    try:
        value: Value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        errors[name] = f"This is not valid JSON{f' (line {line})' if line else ''}. Correct it."
        return None
    return value
