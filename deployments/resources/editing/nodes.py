"""Where every value of a YAML file stands in its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

# Line breaks for the parser and not for YAML 1.2, each one character as its stand-in is; `read_yaml` does the same.
_STAND_INS = str.maketrans("\x85\u2028\u2029", "\ue0f0\ue0f1\ue0f2")
_BACK = str.maketrans("\ue0f0\ue0f1\ue0f2", "\x85\u2028\u2029")


@dataclass(slots=True)
class Node:
    shape: Literal["scalar", "map", "list", "alias"]
    start: int
    # Behind the last character that belongs to the value: line breaks that only follow it are not its own.
    end: int
    # Between braces or brackets.
    flow: bool = False
    # A text of several lines introduced by `|` or `>`.
    block_text: bool = False
    # Of a collection in block style: where its keys or dashes stand in their lines.
    column: int = 0
    # The text of a key, the anchor that an alias names.
    value: str = ""
    entries: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def names(self) -> list[str]:
        return [key.value for key, _ in self.entries]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a collection that holds a value."""

    parent: Node
    index: int

    @property
    def node(self) -> Node:
        return self.parent.entries[self.index][1] if self.parent.shape == "map" else self.parent.items[self.index]


def composed(text: str) -> Node | None:
    """The nodes of a text that `read_yaml` has read; nothing for an empty document."""
    parser = CParser(text.translate(_STAND_INS))
    following = parser.get_event
    following()
    if type(following()).__name__ != "DocumentStartEvent":
        return None
    return _Composer(text, following).node(following(), -1)


class _Composer:
    def __init__(self, text: str, following: Any) -> None:
        self._text = text
        self._next = following

    def node(self, event: Any, column: int) -> Node:
        start = event.start_mark.index
        if isinstance(event, AliasEvent):
            return Node("alias", start, event.end_mark.index, value=event.anchor)
        if isinstance(event, ScalarEvent):
            end = event.end_mark.index
            value = event.value.translate(_BACK)
            if event.style in ("|", ">"):
                return Node("scalar", start, _end_of_block(self._text, start, end), block_text=True, value=value)
            return Node("scalar", start, end, value=value)
        if isinstance(event, MappingStartEvent):
            return self._map(event)
        return self._list(event)

    def _map(self, event: Any) -> Node:
        node = Node("map", event.start_mark.index, event.end_mark.index, flow=bool(event.flow_style))
        following = self._next()
        while not isinstance(following, MappingEndEvent):
            if not node.entries:
                node.column = self._column_of_key(following.start_mark)
            key = self.node(following, node.column)
            node.entries.append((key, self.node(self._next(), node.column)))
            following = self._next()
        node.end = following.end_mark.index if node.flow else max(part.end for part in node.entries[-1])
        return node

    def _column_of_key(self, mark: Any) -> int:
        """Of the key, or of the question mark that stands before a long one."""
        before = self._text[mark.index - mark.column : mark.index].rstrip(" ")
        return len(before) - 1 if before.endswith("?") else int(mark.column)

    def _list(self, event: Any) -> Node:
        node = Node("list", event.start_mark.index, event.end_mark.index, flow=bool(event.flow_style))
        if not node.flow:
            dash = first_dash(self._text, node.start)
            node.column = dash - (self._text.rfind("\n", 0, dash) + 1)
        following = self._next()
        while not isinstance(following, SequenceEndEvent):
            node.items.append(self.node(following, node.column))
            following = self._next()
        node.end = following.end_mark.index if node.flow else node.items[-1].end
        return node


def first_dash(text: str, start: int) -> int:
    """The dash of the first entry, behind an anchor or a tag where there is one."""
    place = start
    while True:
        if text[place] == "-" and (place + 1 == len(text) or text[place + 1] in " \t\n"):
            return place
        if text[place] in "&!":
            while text[place] not in " \t\n":
                place += 1
        elif text[place] == "#":
            place = text.index("\n", place)
        else:
            place += 1


def margin_of_block(text: str, start: int, end: int) -> int:
    """How far the lines of a block text are indented; 0 when it has no line."""
    lines = text[start:end].split("\n")
    indented = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip(" ")]
    if not indented:
        return 0
    header = lines[0].split("#", 1)[0]
    return min(indented) if any(character.isdigit() for character in header) else indented[0]


def _end_of_block(text: str, start: int, end: int) -> int:
    lines = text[start:end].split("\n")
    margin = margin_of_block(text, start, end)
    if not lines[-1].strip(" ") and len(lines[-1]) <= margin:
        end -= len(lines.pop()) + 1
    if "+" not in lines[0].split("#", 1)[0]:
        while len(lines) > 1 and not lines[-1].strip(" ") and len(lines[-1]) <= margin:
            end -= len(lines.pop()) + 1
    return end
