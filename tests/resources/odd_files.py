"""The files of an agent as somebody wrote them by hand: commented, oddly indented, with other line ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployments.resources import KINDS, Resource, Value, kinds_for, write_file
from deployments.resources.yaml_writing import double_quoted, key_text, simple


@dataclass(frozen=True)
class OddLine:
    text: str
    # The place of the resource in the file and the field it belongs to; nothing for a line that no field owns.
    owner: tuple[int, str] | None = None


def odd_file(resources: Sequence[Resource], path: str, line_end: str = "\r\n") -> tuple[bytes, list[OddLine]]:
    kind = kinds_for(path)[0]
    match kind.form:
        case "text" | "python":
            lines = [OddLine(line) for line in write_file(resources).decode().split("\n")]
        case "json":
            text = json.dumps(dict(resources[0].fields), indent=3, ensure_ascii=False)
            lines = [OddLine(line) for line in text.split("\n")]
        case _:
            lines = [OddLine("# By hand."), *_odd_yaml(resources, path), OddLine("# The end.")]
    return line_end.join(line.text for line in lines).encode(), lines


def _odd_yaml(resources: Sequence[Resource], path: str) -> Iterator[OddLine]:
    if not resources:
        yield OddLine("{}")
        return
    if KINDS[resources[0].kind].form == "yaml":
        yield from _fields(0, resources[0].fields, 0) if resources[0].fields else [OddLine("{}")]
        return
    for kind in kinds_for(path):
        mine = [(number, resource) for number, resource in enumerate(resources) if resource.kind == kind.key]
        if not mine:
            continue
        number, resource = mine[0]
        if kind.form == "scalar":
            yield OddLine(f"{kind.at}:   {_scalar(resource.fields['code'])}  # the first", (number, "code"))
            continue
        yield OddLine(f"{kind.at}:   # all of them")
        if kind.form == "section":
            yield from _fields(number, resource.fields, 3)
        for number, resource in mine if kind.form != "section" else ():
            yield OddLine(f"   # {kind.key} {number}")
            if kind.form == "scalars":
                yield OddLine(f"   -   {_scalar(resource.fields['code'])}   # code", (number, "code"))
            elif resource.fields:
                yield OddLine("   -   # item")
                yield from _fields(number, resource.fields, 7)
            else:
                yield OddLine("   -   {}")
            yield OddLine("")
    for number, resource in enumerate(resources):
        if resource.kind == "other_keys":
            yield from _fields(number, resource.fields, 0)


def _fields(number: int, fields: Mapping[str, Value], margin: int) -> Iterator[OddLine]:
    for name, value in fields.items():
        yield OddLine(f"{' ' * margin}# about it")
        for line in _entry(name, value, margin):
            yield OddLine(line, (number, name))


def _entry(key: str, value: Value, margin: int) -> Iterator[str]:
    written = key_text(key)
    opening = f"{' ' * margin}{written}:"
    if len(written) > 90:
        yield f"{' ' * margin}? {written}"
        opening = f"{' ' * margin}:"
    if isinstance(value, dict | list) and value:
        yield f"{opening}   # inside"
        yield from _inside(value, margin + 3)
    else:
        yield f"{opening}   {_scalar(value)}   # {len(written)}"


def _inside(value: Any, margin: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _entry(key, entry, margin)
        return
    for entry in value:
        if isinstance(entry, dict | list) and entry:
            yield f"{' ' * margin}-  # one"
            yield from _inside(entry, margin + 4)
        else:
            yield f"{' ' * margin}-  {_scalar(entry)}  # one"


def _scalar(value: Value) -> str:
    return double_quoted(value) if isinstance(value, str) else simple(value)


def stands_in(lines: Sequence[str], result: Sequence[str]) -> bool:
    """Whether all these lines are still there, in their order."""
    following = iter(result)
    return all(any(line == other for other in following) for line in lines)
