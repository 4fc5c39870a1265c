"""From the resources of one file to its bytes, for what has no bytes yet: a new item, a new file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from deployments.resources.kinds import KINDS, Field, Kind, kinds_for
from deployments.resources.normal import is_omitted
from deployments.resources.python_parsing import function_name
from deployments.resources.python_source import join_python
from deployments.resources.resource import Resource, Value
from deployments.resources.yaml_writing import write_yaml


def write_file(resources: Sequence[Resource]) -> bytes:
    """Every resource of one file goes in; `read_file` gives them back. Without any there is nothing to write."""
    if not resources:
        return b""
    first = resources[0]
    kind = KINDS[first.kind]
    match kind.form:
        case "text":
            return _text(first).encode()
        case "python":
            return join_python(function_name(first.file or first.path), first.fields).encode()
        case "json":
            return json.dumps(dict(first.fields), ensure_ascii=False, indent=2, sort_keys=True).encode()
        case "yaml":
            return write_yaml(written_fields(kind.fields, first.fields)).encode()
        case "list" | "section" | "scalar" | "scalars" | "rest":
            return write_yaml(_shared(resources)).encode()
        case _:
            raise ValueError(f"{first.path} is written from its own bytes, not from its fields.")


def written_fields(fields: tuple[Field, ...], values: Mapping[str, Value]) -> dict[str, Value]:
    """In declared order, what says nothing left out, undeclared keys last."""
    written: dict[str, Value] = {}
    for field in fields:
        if field.name in values and not is_omitted(field, values[field.name]):
            written[field.name] = _written(field, values[field.name])
    declared = {field.name for field in fields}
    written.update((name, value) for name, value in values.items() if name not in declared)
    return written


def _text(resource: Resource) -> str:
    text = resource.fields.get("text")
    return text if isinstance(text, str) else ""


def _shared(resources: Sequence[Resource]) -> dict[str, Value]:
    top: dict[str, Value] = {}
    order = [kind.at for kind in kinds_for(resources[0].file or resources[0].path)]
    for resource in sorted(resources, key=lambda resource: _place(order, KINDS[resource.kind])):
        kind = KINDS[resource.kind]
        fields = written_fields(kind.fields, resource.fields)
        match kind.form:
            case "list":
                _appended(top, kind.at, fields)
            case "scalars":
                _appended(top, kind.at, fields.get("code"))
            case "scalar":
                top[kind.at] = fields.get("code")
            case "section":
                top[kind.at] = fields
            case _:
                top.update(fields)
    return top


def _place(order: list[str], kind: Kind) -> int:
    return order.index(kind.at) if kind.at in order else len(order)


def _appended(top: dict[str, Value], key: str, value: Value) -> None:
    entries = top.setdefault(key, [])
    assert isinstance(entries, list)
    entries.append(value)


def _written(field: Field, value: Value) -> Value:
    if isinstance(value, str):
        return value.strip() if field.trimmed else value
    if isinstance(value, dict):
        if field.fields:
            return written_fields(field.fields, value)
        if field.values is not None:
            inner = field.values
            return {key: _written(inner, entry) for key, entry in value.items()}
    if isinstance(value, list):
        columns = field.columns
        rows: list[Value] = [
            written_fields(columns, row) if columns and isinstance(row, dict) else row for row in value
        ]
        return sorted(rows, key=lambda row: _sorted_by(field, row)) if field.sorted else rows
    return value


def _sorted_by(field: Field, row: Value) -> str:
    value = row.get(field.key) if isinstance(row, dict) else row
    return str(value)
