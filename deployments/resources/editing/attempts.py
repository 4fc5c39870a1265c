"""A YAML file with other fields in it: tried at the exact places, read again, and only taken when all else stayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from deployments.resources.editing.differing import exactly
from deployments.resources.editing.nodes import Node, Slot, composed
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.source import Overlapping, Source
from deployments.resources.editing.texts import YamlText
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource, Value
from deployments.resources.yaml_reading import NotRead, read_yaml

# What to do to the text, given its root.
Step: TypeAlias = Callable[[YamlText, Node], None]


class NoPlace(Exception):
    """The file has no such place in its own text, for example because it stands behind an alias."""


def edited(path: str, content: bytes, steps: Sequence[Step], wanted: Sequence[Resource]) -> bytes:
    """The file after the first of the steps that makes it say exactly what is wanted."""
    expected = _said(wanted)
    source = Source(content)
    texts = [source.text]
    for text in texts:
        root = composed(text)
        for step in steps:
            for on_one_line in (False, True):
                result = _tried(source, text, root, step, on_one_line)
                if result is not None and _says(path, result, expected):
                    return result
        if text is source.text and "*" in text:
            texts += _without_aliases(text)
    raise EditRefused(f'"{path}" cannot be changed here without changing something else in it; edit the file\'s text.')


def checked(resource: Resource, fields: Mapping[str, Value], result: bytes) -> bytes:
    """The file, when it holds this one resource with exactly these fields."""
    path = resource.file or resource.path
    read = read_file(path, result)
    if read[0].problem is not None:
        raise EditRefused(f'"{path}" could not be read with this in it: {read[0].problem.message} Change it again.')
    if _said(read) != [(resource.kind, exactly(dict(fields)))]:
        raise EditRefused(f'"{path}" cannot be changed here without changing something else in it; edit its text.')
    return result


def _tried(source: Source, text: str, root: Node | None, step: Step, on_one_line: bool) -> bytes | None:
    if root is None:
        return None
    writer = YamlText(text, on_one_line=on_one_line)
    try:
        step(writer, root)
        if text is source.text:
            return source.spliced(writer.splices())
        return source.retold(writer.result())
    except (NoPlace, Overlapping, ValueError, IndexError):
        return None


def _says(path: str, content: bytes, expected: list[tuple[str, str]]) -> bool:
    return _said(read_file(path, content)) == expected


def _said(resources: Sequence[Resource]) -> list[tuple[str, str]]:
    if any(resource.problem is not None for resource in resources):
        return [("unreadable", "")]
    return [(resource.kind, exactly(dict(resource.fields))) for resource in resources]


def _without_aliases(text: str) -> list[str]:
    """The same text with the values written out wherever it named them again."""
    writer = YamlText(text, on_one_line=True)
    root = composed(text)
    assert root is not None
    try:
        _write_out(writer, root, read_yaml(text))
        result = writer.result()
        return [result] if exactly(read_yaml(result)) == exactly(read_yaml(text)) else []
    except (NotRead, Overlapping, KeyError):
        return []


def _write_out(writer: YamlText, node: Node, value: Value) -> None:
    if node.shape == "map" and isinstance(value, dict):
        for index, key in enumerate(node.names()):
            slot = Slot(node, index)
            if key == "<<":
                own = set(node.names())
                merged = {name: entry for name, entry in value.items() if name not in own}
                writer.replace_entry(node, index, merged)
            elif slot.node.shape == "alias":
                writer.replace(slot, value[key])
            else:
                _write_out(writer, slot.node, value[key])
    elif node.shape == "list" and isinstance(value, list):
        for index, entry in enumerate(value):
            slot = Slot(node, index)
            if slot.node.shape == "alias":
                writer.replace(slot, entry)
            else:
                _write_out(writer, slot.node, entry)
