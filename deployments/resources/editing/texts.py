"""Changes of one YAML text, each at the exact place of a value, collected and then applied together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from deployments.resources.editing import rendering
from deployments.resources.editing.layout import Layout
from deployments.resources.editing.nodes import Node, Slot, margin_of_block
from deployments.resources.editing.source import Splice, applied
from deployments.resources.resource import Value
from deployments.resources.yaml_writing import key_text


class YamlText(Layout):
    """`on_one_line`: every value is written on one line; less pretty, and understood wherever it stands."""

    def __init__(self, text: str, *, on_one_line: bool = False) -> None:
        super().__init__(text)
        self._splices: list[Splice] = []
        self._on_one_line = on_one_line

    def splices(self) -> list[Splice]:
        """A line that follows one taken out follows the line before that instead."""
        gone = [splice for splice in self._splices if not splice.text]
        result = []
        for splice in self._splices:
            place = splice.start
            if splice.text.startswith("\n") and splice.start == splice.end:
                for other in sorted(gone, key=lambda other: -other.start):
                    if other.start < place < other.end:
                        place = other.start - 1
            result.append(Splice(place, place + splice.end - splice.start, splice.text))
        return result

    def result(self) -> str:
        return applied(self.text, self.splices())

    def replace(self, slot: Slot, value: Value) -> None:
        node, parent = slot.node, slot.parent
        if parent.flow or self._on_one_line:
            self._replace_with(slot, self._inline(value, parent))
        elif rendering.is_collection(value):
            self._replace_with_lines(slot, value)
        else:
            self._replace_with_scalar(slot, node, value)

    def replace_entry(self, node: Node, index: int, values: dict[str, Value]) -> None:
        """In place of one entry, these."""
        apart = ", " if node.flow else "\n" + " " * node.column
        texts = [f"{self._flow_key(key)}: {self._inline(value, node)}" for key, value in values.items()]
        start, end = self.spans(node)[index]
        self._splice(start, end, apart.join(texts) or "<<: {}")

    def replace_keys(self, node: Node, values: Mapping[str, Value]) -> bool:
        """Every entry of a map in block style, while comments between them stay; False for another style."""
        if node.flow:
            return False
        lines = "\n".join(self._key_lines(key, value, node.column) for key, value in values.items())
        opening = self.opening(node, 0)
        self._splice(opening, self.line_end(self.end_of_entry(node, 0)), lines[node.column :])
        for index in range(1, len(node.entries)):
            start, end = self.line_start(node.entries[index][0].start), self.line_end(self.end_of_entry(node, index))
            self._splice(start, min(end + 1, len(self.text)), "")
        return True

    def replace_all(self, root: Node, lines: str) -> None:
        """The whole document, the comments around it apart."""
        starts = self.line_start(root.start) == root.start
        end = self.line_end(root.end)
        if self.text[root.end : end].strip()[:1] not in ("", "#"):
            end = root.end
        self._splice(root.start, end, lines if starts else f"\n{lines}")

    def move_item(self, node: Node, index: int, to: int) -> None:
        """An entry in block style as it stands, comments and all, to another place of its list."""
        start, end = self.item_region(node, index)
        before, behind = self.item_region(node, to)
        place = behind if to > index else before
        piece = self.text[start:end]
        piece = piece if piece.endswith("\n") else piece + "\n"
        if place == len(self.text) and not self.text.endswith("\n"):
            piece = "\n" + piece.removesuffix("\n")
        self._splice(start, end, "")
        self._splice(place, place, piece)

    def rename_key(self, node: Node, index: int, name: str) -> None:
        key = node.entries[index][0]
        self._splice(key.start, key.end, self._flow_key(name) if node.flow else key_text(name))

    def add_keys(self, node: Node, after: int | None, values: dict[str, Value], kept: Collection[int]) -> None:
        """Behind the entry `after`, or before the first one that is kept."""
        if node.flow:
            written = [f"{self._flow_key(key)}: {self._inline(value, node)}" for key, value in values.items()]
            spans = self.spans(node)
            self._add_between_commas(node, spans, after, written, kept)
            return
        texts = [self._key_lines(key, value, node.column) for key, value in values.items()]
        if after is not None:
            place = self.line_end(self.end_of_entry(node, after))
            self._splice(place, place, "".join(f"\n{text}" for text in texts))
        else:
            place = self.opening(node, min(kept))
            margin = " " * node.column
            self._splice(place, place, "".join(f"{text[node.column :]}\n{margin}" for text in texts))

    def add_items(self, node: Node, after: int | None, values: Sequence[Value], kept: Collection[int]) -> None:
        if node.flow:
            spans = [(item.start, item.end) for item in node.items]
            self._add_between_commas(node, spans, after, [self._inline(value, node) for value in values], kept)
            return
        texts = [self._item_lines(value, node.column) for value in values]
        if after is not None:
            _, place = self.item_region(node, after)
            if place and self.text[place - 1] == "\n":
                place -= 1
            self._splice(place, place, "".join(f"\n{text}" for text in texts))
        elif self.starts_its_line(node):
            place, _ = self.item_region(node, min(kept))
            self._splice(place, place, "".join(f"{text}\n" for text in texts))
        else:
            place = self.dashes(node)[min(kept)]
            margin = " " * node.column
            self._splice(place, place, "".join(f"{text[node.column :]}\n{margin}" for text in texts))

    def remove_keys(self, node: Node, gone: Collection[int]) -> None:
        """Some of the keys, not all; comments above them stay."""
        if node.flow:
            self._remove_between_commas(self.spans(node), gone)
            return
        first_kept = min(index for index in range(len(node.entries)) if index not in gone)
        opening = self.opening(node, 0)
        if first_kept and self.text[self.line_start(opening) : opening].strip(" "):
            # Behind a dash: what follows moves up to it, unless comments stand between.
            end = self.line_end(self.end_of_entry(node, first_kept - 1))
            following = self.opening(node, first_kept)
            self._splice(opening, end if self.text[end:following].strip() else following, "")
            gone = [index for index in gone if index > first_kept]
        for index in gone:
            start, end = self.line_start(node.entries[index][0].start), self.line_end(self.end_of_entry(node, index))
            self._splice(start, min(end + 1, len(self.text)), "")

    def remove_items(self, node: Node, gone: Collection[int]) -> None:
        """Some of the entries, not all, each with its comments."""
        if node.flow:
            self._remove_between_commas([(item.start, item.end) for item in node.items], gone)
            return
        for index in gone:
            start, end = self.item_region(node, index)
            if index == 0 and not self.starts_its_line(node):
                start = self.dashes(node)[0]
                end = self.dashes(node)[min(i for i in range(len(node.items)) if i not in gone)]
            self._splice(start, end, "")

    def _replace_with(self, slot: Slot, text: str) -> None:
        node, parent = slot.node, slot.parent
        if node.start < node.end and (parent.flow or node.flow or node.shape != "list") and not self.is_block(node):
            self._splice(node.start, node.end, text)
        elif parent.flow:
            mark = self.text.find(":", parent.entries[slot.index][0].end, node.end + 1) if parent.entries else -1
            place = mark + 1 if mark >= 0 else node.end
            self._splice(place, place, f" {text}" if mark >= 0 else f": {text}")
        else:
            self._splice(self.mark_end(slot), max(node.end, self.mark_end(slot)), f" {text}")

    def _replace_with_lines(self, slot: Slot, value: Value) -> None:
        node, parent = slot.node, slot.parent
        mark = self.mark_end(slot)
        end, comment = self.with_comment(max(node.end, mark)) if not self.is_block(node) else (node.end, "")
        deeper = parent.column + 2
        if parent.shape == "list":
            lines = rendering.block(value, deeper)
            text = f" {chr(10).join(lines)[deeper:]}"
        else:
            lines = rendering.block(value, deeper if isinstance(value, dict) else parent.column)
            text = "\n" + "\n".join(lines)
        if comment:
            text = f"  {comment}\n" + "\n".join(lines)
        self._splice(mark, end, text)

    def _replace_with_scalar(self, slot: Slot, node: Node, value: Value) -> None:
        parent = slot.parent
        begins = node.start < node.end and not self.is_block(node)
        place = node.start if begins else self.mark_end(slot)
        space = "" if begins else " "
        column = place - self.line_start(place) + len(space)
        margin = parent.column + 2
        if node.block_text:
            margin = max(margin_of_block(self.text, node.start, node.end), parent.column + 1)
        written = rendering.scalar(value, column, margin, parent.column)
        end = max(node.end, place)
        comment = ""
        if node.block_text:
            header = self.text[node.start : self.line_end(node.start)]
            comment = header[header.index(" #") + 1 :] if " #" in header else ""
        elif written.startswith("|"):
            end, comment = self.with_comment(end)
        if comment:
            first, newline, rest = written.partition("\n")
            written = f"{first}  {comment}{newline}{rest}" if first.startswith("|") else f"{written}  {comment}"
        self._splice(place, end, space + written)

    def _key_lines(self, key: str, value: Value, column: int) -> str:
        if self._on_one_line:
            return f"{' ' * column}{key_text(key)}: {rendering.flow(value)}"
        return rendering.under_a_key(key, value, column)

    def _item_lines(self, value: Value, column: int) -> str:
        if self._on_one_line:
            return f"{' ' * column}- {rendering.flow(value)}"
        return rendering.behind_a_dash(value, column)

    def _add_between_commas(
        self,
        node: Node,
        spans: Sequence[tuple[int, int]],
        after: int | None,
        texts: Sequence[str],
        kept: Collection[int],
    ) -> None:
        # Apart as the entries already are, each in a line of its own or all in one.
        gap = self.text[node.start + 1 : spans[0][0]]
        gap = "," + gap if "\n" in gap and not gap.strip() else ", "
        if after is not None:
            place = spans[after][1]
            self._splice(place, place, "".join(gap + text for text in texts))
        else:
            place = spans[min(kept)][0]
            self._splice(place, place, "".join(text + gap for text in texts))

    def _remove_between_commas(self, spans: Sequence[tuple[int, int]], gone: Collection[int]) -> None:
        kept = [index for index in range(len(spans)) if index not in gone]
        if kept[0]:
            self._splice(spans[0][0], spans[kept[0]][0], "")
        for index, following in zip(kept, [*kept[1:], len(spans)], strict=True):
            if following - index > 1:
                self._splice(spans[index][1], spans[following - 1][1], "")

    def _inline(self, value: Value, parent: Node) -> str:
        return rendering.flow(value)

    def _flow_key(self, key: str) -> str:
        return rendering.flow_key(key)

    def _splice(self, start: int, end: int, text: str) -> None:
        self._splices.append(Splice(start, end, text))
