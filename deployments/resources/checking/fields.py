"""What the declaration of each field says of its value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from deployments.resources.checking.finding import Report, listed
from deployments.resources.kinds import KINDS, Field
from deployments.resources.resource import Resource, Value
from deployments.resources.spots import Spot, spots

# Kinds whose text is the file: nothing in them is required or of a wrong type.
_TEXTS = frozenset({"text", "prose", "choice", "ref"})
_JOINED = re.compile(r"(?<!\w)[A-Z]{1,3}\$([^\W\d]\w{0,200})")


def check(report: Report, resource: Resource) -> None:
    kind = KINDS[resource.kind]
    if kind.form in ("derived", "bytes"):
        return
    _unknown_keys(report, resource, resource.fields, kind.fields, "", kind.closed)
    # What decorates a function is only known when its code can be read.
    is_unreadable = kind.form == "python" and bool(resource.fields.get("code")) and report.tree(resource) is None
    for spot in spots(resource):
        if is_unreadable and spot.name != "code":
            continue
        if not _applies(spot, resource.fields):
            if not kind.older and not is_empty(spot.value):
                _out_of_place(report, resource, spot)
        elif is_empty(spot.value):
            _empty(report, resource, spot)
        elif _has_its_type(report, resource, spot):
            _bounds(report, resource, spot)
            _section_keys(report, resource, spot)
            _joined_variable(report, resource, spot)


def is_empty(value: Value) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def _applies(spot: Spot, fields: Mapping[str, Value]) -> bool:
    if spot.field.when is None:
        return True
    name, values = spot.field.when
    return (spot.beside[name] if name in spot.beside else fields.get(name)) in values


def _out_of_place(report: Report, resource: Resource, spot: Spot) -> None:
    assert spot.field.when is not None
    name, values = spot.field.when
    report.add(
        resource,
        "unknown_key",
        f'"{spot.label}" has no meaning unless "{name}" is {listed(values)}. Take it out or change "{name}".',
        at=spot.name,
        severity="error" if _parent_is_closed(resource, spot) else "warning",
    )


def _parent_is_closed(resource: Resource, spot: Spot) -> bool:
    parent = spot.name.rpartition(".")[0]
    field = KINDS[resource.kind].by_name.get(parent)
    return field is not None and field.closed


def _empty(report: Report, resource: Resource, spot: Spot) -> None:
    field = spot.field
    if field.name == "name" and "name_from_path" in KINDS[resource.kind].rules and "name" not in resource.fields:
        return
    if field.required:
        report.add(resource, "missing", f'"{spot.label}" is empty. Fill it in.', at=spot.name)
    elif field.fewest and spot.value is not None:
        report.add(resource, "missing", f'"{spot.label}" has no entry. Add one or take it out.', at=spot.name)


def _has_its_type(report: Report, resource: Resource, spot: Spot) -> bool:
    wanted = _wanted(spot.field, spot.value)
    if wanted is None:
        return True
    report.add(resource, "type", f'"{spot.label}" {wanted}', at=spot.name)
    return False


def _wanted(field: Field, value: Value) -> str | None:
    """What the value should have been, to finish a sentence; None when it is that."""
    match field.type:
        case "whole" | "number" if _is_endless(value):
            return "is a number without end. Write one of a few digits."
        case "text" | "prose" | "choice" | "ref" | "code" if not isinstance(value, str):
            if isinstance(value, bool | int | float):
                return f"is {_described(value)} and must be text. Put it in quotes."
            return f"is {_described(value)} and must be text. Write the text alone."
        case "flag" if not isinstance(value, bool):
            return f"is {_described(value)} and must be a flag. Write true or false, without quotes."
        case "whole" if not _is_number(value) or value != int(value):  # type: ignore[arg-type]
            return f"is {_described(value)} and must be a whole number. Write it without quotes."
        case "number" if not _is_number(value):
            return f"is {_described(value)} and must be a number. Write it without quotes."
        case "list":
            if not isinstance(value, list):
                return f"is {_described(value)} and must be a list. Begin each entry with a dash."
            if any(entry is None or isinstance(entry, list | dict) for entry in value):
                return "has an entry that is not text. Write each entry as text."
        case "table":
            if not isinstance(value, list):
                return f"is {_described(value)} and must be a list. Begin each entry with a dash."
            if any(not isinstance(entry, dict) for entry in value):
                return "has an entry without keys. Write each entry as keys with values."
        case "map" | "section" if not isinstance(value, dict) and not (field.or_flag and isinstance(value, bool)):
            return f"is {_described(value)} and must hold keys. Write keys with values."
    return None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_endless(value: Value) -> bool:
    """Infinite, or with more digits than any machine reckons with."""
    try:
        return isinstance(value, int | float) and not math.isfinite(value)
    except OverflowError:
        return True


def _described(value: Value) -> str:
    if isinstance(value, bool):
        return "a flag"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a map of keys"


def _joined_variable(report: Report, resource: Resource, spot: Spot) -> None:
    """A variable behind the letters of a currency is read out as it is written."""
    value = spot.value
    if spot.field.references is None or not isinstance(value, str) or (found := _JOINED.search(value)) is None:
        return
    written, name = found[0], found[1]
    apart = f"{written.removesuffix(f'${name}')} ${name}"
    said = f'"{spot.label}" says {written}, which stays as it is written: $ behind a letter names no variable.'
    line = value.count("\n", 0, found.start()) + 1
    report.add(resource, "joined_variable", f"{said} Write {apart}.", at=spot.name, line=line, severity="warning")


def _bounds(report: Report, resource: Resource, spot: Spot) -> None:
    field, value = spot.field, spot.value
    if field.limit is not None and isinstance(value, str | list | dict) and len(value) > field.limit:
        _over(report, resource, spot, len(value))
    if field.fewest and isinstance(value, list) and len(value) < field.fewest:
        wrong = f'"{spot.label}" has {len(value)} entries and needs {field.fewest}. Add some.'
        report.add(resource, "limit", wrong, at=spot.name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        _range(report, resource, spot, value)
    if isinstance(value, str):
        _words(report, resource, spot, value)
    if field.pattern is not None and isinstance(value, dict):
        for key in value:
            if not field.pattern.fullmatch(key):
                wrong = f'"{key}" of "{spot.label}" must be {field.pattern_words}. Correct it.'
                report.add(resource, "name", wrong, at=f"{spot.name}.{key}")
    if field.unique and isinstance(value, list):
        _once(report, resource, spot, value)


def _over(report: Report, resource: Resource, spot: Spot, length: int) -> None:
    field = spot.field
    assert field.limit is not None
    unit = "characters" if isinstance(spot.value, str) else "entries"
    is_sms = "long_sms" in KINDS[resource.kind].rules
    report.add(
        resource,
        "long_sms" if is_sms and field.limit_severity == "warning" else "limit",
        f'"{spot.label}" has {length:,} {unit}; {field.limit:,} are allowed. Take {length - field.limit:,} out.',
        at=spot.name,
        severity=field.limit_severity,
    )


def _range(report: Report, resource: Resource, spot: Spot, value: float) -> None:
    least, most = spot.field.least, spot.field.most
    if (least is None or value >= least) and (most is None or value <= most):
        return
    if least is not None and most is not None:
        wanted = f"from {least:g} to {most:g}"
    else:
        wanted = f"of at least {least:g}" if least is not None else f"of at most {most:g}"
    wrong = f'"{spot.label}" is {value:g}, out of range. Choose a number {wanted}.'
    report.add(resource, "limit", wrong, at=spot.name)


def _words(report: Report, resource: Resource, spot: Spot, value: str) -> None:
    field = spot.field
    # The types of a function's parameters are annotations, which the signature is checked for.
    if field.choices and value not in field.choices and KINDS[resource.kind].form != "python":
        report.add(
            resource,
            field.choice_warning or "choice",
            f'"{spot.label}" is "{_short(value)}", which is not known. Choose {listed(field.choices)}.',
            at=spot.name,
            severity="warning" if field.choice_warning else "error",
        )
    if field.pattern is not None and not field.pattern.fullmatch(value.strip()):
        is_name = field.name in ("name", "key", KINDS[resource.kind].identity)
        wrong = f'"{spot.label}" is "{_short(value)}" and must be {field.pattern_words}. Correct it.'
        report.add(resource, "name" if is_name else "type", wrong, at=spot.name)


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"


def _once(report: Report, resource: Resource, spot: Spot, value: list[Value]) -> None:
    key = spot.field.key
    entries = [entry.get(key) if key and isinstance(entry, dict) else entry for entry in value]
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        # Written out, 3 and "3" differ and lists can be compared too.
        written = repr(entry)
        if entry is not None and written in seen:
            wrong = f'"{spot.label}" has "{_short(str(entry))}" more than once. Keep one.'
            report.add(resource, "duplicate", wrong, at=f"{spot.name}.{number}")
        seen.add(written)


def _section_keys(report: Report, resource: Resource, spot: Spot) -> None:
    field, value = spot.field, spot.value
    if field.fields and isinstance(value, dict):
        _unknown_keys(report, resource, value, field.fields, f"{spot.name}.", field.closed)
    elif field.columns and isinstance(value, list):
        for number, row in enumerate(value, start=1):
            if isinstance(row, dict):
                _unknown_keys(report, resource, row, field.columns, f"{spot.name}.{number}.", field.closed)


def _unknown_keys(
    report: Report,
    resource: Resource,
    values: Mapping[str, Value],
    fields: tuple[Field, ...],
    prefix: str,
    closed: bool,
) -> None:
    known = {field.name for field in fields}
    refused = {"tags"} if "no_tags" in KINDS[resource.kind].rules and not prefix else set()
    for key in values:
        if key not in known and key not in refused:
            report.add(
                resource,
                "unknown_key",
                f'it has a key "{_short(key)}" that is not known here. Correct its spelling or take it out.',
                at=f"{prefix}{key}",
                severity="error" if closed else "warning",
            )
