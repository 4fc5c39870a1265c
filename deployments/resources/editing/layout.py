"""Where lines, entries and their comments begin and end in a YAML text."""

from __future__ import annotations

from deployments.resources.editing.nodes import Node, Slot, first_dash


class Layout:
    def __init__(self, text: str) -> None:
        self.text = text
        self._dashes: dict[int, list[int]] = {}

    def item_region(self, node: Node, index: int) -> tuple[int, int]:
        """The lines of an entry in block style: its comments above, and those below that stand deeper than its dash."""
        dash = self.dashes(node)[index]
        start = self.line_start(dash)
        above = node.items[index - 1].end if index else 0
        while start > above:
            previous = self.line_start(start - 1)
            if previous < above or not self.text[previous:start].lstrip(" ").startswith("#"):
                break
            if self.margin(previous) > node.column and index:
                break
            start = previous
        end = self.line_end(node.items[index].end)
        while end < len(self.text):
            following = self.line_end(end + 1)
            line = self.text[end + 1 : following]
            if not line.lstrip(" ").startswith("#") or self.margin(end + 1) <= node.column:
                break
            end = following
        return start, min(end + 1, len(self.text))

    def dashes(self, node: Node) -> list[int]:
        if id(node) in self._dashes:
            return self._dashes[id(node)]
        places = self._dashes[id(node)] = [first_dash(self.text, node.start)]
        mark = "\n" + " " * node.column + "-"
        for item in node.items[:-1]:
            places.append(self.text.index(mark, max(item.end, places[-1] + 1)) + len(mark) - 1)
        return places

    def mark_end(self, slot: Slot) -> int:
        """Just behind the colon or the dash that introduces the value."""
        if slot.parent.shape == "list":
            return self.dashes(slot.parent)[slot.index] + 1
        key = slot.parent.entries[slot.index][0]
        return self.text.index(":", key.end) + 1

    def spans(self, node: Node) -> list[tuple[int, int]]:
        return [(key.start, max(key.end, value.end)) for key, value in node.entries]

    def opening(self, node: Node, index: int) -> int:
        """Where an entry in block style begins: at its key, or at the question mark before a long one."""
        place = node.entries[index][0].start
        start = self.line_start(place)
        before = self.text[start:place].rstrip(" ")
        return start + len(before) - 1 if before.endswith("?") else place

    def end_of_entry(self, node: Node, index: int) -> int:
        return max(part.end for part in node.entries[index])

    def is_block(self, node: Node) -> bool:
        return node.shape in ("map", "list") and not node.flow

    def starts_its_line(self, node: Node) -> bool:
        dash = self.dashes(node)[0]
        return not self.text[self.line_start(dash) : dash].strip(" ")

    def line_start(self, place: int) -> int:
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end

    def margin(self, place: int) -> int:
        end = self.line_end(place)
        line = self.text[place:end]
        return len(line) - len(line.lstrip(" "))

    def with_comment(self, place: int) -> tuple[int, str]:
        """The end of the line and its comment, when nothing else stands between."""
        end = self.line_end(place)
        rest = self.text[place:end].strip()
        return (end, rest) if rest.startswith("#") else (place, "")
