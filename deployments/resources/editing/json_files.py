"""A JSON file with other values in it, indented as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from deployments.resources.editing import rendering
from deployments.resources.editing.attempts import NoPlace, checked
from deployments.resources.editing.differing import Shape, change_map, exactly
from deployments.resources.editing.nodes import Node
from deployments.resources.editing.settling import settled
from deployments.resources.editing.source import Source, Splice
from deployments.resources.editing.texts import YamlText
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource, Value

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"[^ \t\n\r,\]}]+")


def change_json(content: bytes, resource: Resource, fields: Mapping[str, Value]) -> bytes:
    kind = KINDS[resource.kind]
    new = settled(kind, resource.fields, fields)
    if exactly(new) == exactly(dict(resource.fields)):
        return content
    source = Source(content)
    if not source.text.strip():
        written = json.dumps(new, ensure_ascii=False, indent=2)
        result = source.spliced([Splice(0, len(source.text), written)])
    else:
        root = _Scanner(source.text).value(0)
        writer = _JsonText(source.text)
        if root.entries and change_map(writer, root, resource.fields, new, Shape(kind.fields)):
            result = source.spliced(writer.splices())
        else:
            written = json.dumps(new, ensure_ascii=False, indent=2)
            result = source.spliced([Splice(root.start, root.end, written)])
    return checked(resource, new, result)


class _JsonText(YamlText):
    def _inline(self, value: Value, parent: Node) -> str:
        first = parent.entries[0][0] if parent.entries else parent.items[0] if parent.items else None
        opening = self.text[parent.start + 1 : first.start] if first else ""
        if "\n" not in opening:
            return rendering.as_json(value, "", None)
        margin = opening.rpartition("\n")[2]
        outer = self.text[self.line_start(parent.start) : parent.start]
        outer = outer[: len(outer) - len(outer.lstrip())]
        unit = margin[len(outer) :] if margin.startswith(outer) and margin != outer else "  "
        return rendering.as_json(value, margin, unit)

    def _flow_key(self, key: str) -> str:
        return json.dumps(key, ensure_ascii=False)


class _Scanner:
    """Where each value of a text stands that `read_json` has read."""

    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, place: int) -> Node:
        place = self._behind_space(place)
        match self._text[place]:
            case "{":
                return self._object(place)
            case "[":
                return self._array(place)
            case '"':
                return self._string(place)
        plain = _PLAIN.match(self._text, place)
        if plain is None:
            raise NoPlace
        return Node("scalar", place, plain.end())

    def _object(self, start: int) -> Node:
        node = Node("map", start, start, flow=True)
        place = self._behind_space(start + 1)
        while self._text[place] != "}":
            key = self._string(self._behind_space(place))
            value = self.value(self._behind_space(key.end) + 1)
            node.entries.append((key, value))
            place = self._behind_comma(value.end)
        node.end = place + 1
        return node

    def _array(self, start: int) -> Node:
        node = Node("list", start, start, flow=True)
        place = self._behind_space(start + 1)
        while self._text[place] != "]":
            item = self.value(place)
            node.items.append(item)
            place = self._behind_comma(item.end)
        node.end = place + 1
        return node

    def _string(self, start: int) -> Node:
        value, end = _DECODER.raw_decode(self._text, start)
        return Node("scalar", start, end, value=value)

    def _behind_comma(self, place: int) -> int:
        place = self._behind_space(place)
        return self._behind_space(place + 1) if self._text[place] == "," else place

    def _behind_space(self, place: int) -> int:
        match = _SPACE.match(self._text, place)
        return match.end() if match else place
