"""A Python file as its card shows it, with the way from every line of the card back to the file."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

from deployments.resources.python_parsing import HEADERS, main_function, parsed
from deployments.resources.python_source import DECORATORS, decorations
from deployments.resources.resource import Value

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Line:
    """What of the file is one line of the card."""

    start: int
    end: int
    # It begins behind a decorator: a comment.
    behind: bool = False


@dataclass(slots=True)
class PythonText:
    text: str
    name: str
    # The fields that decorators may hold in this kind of file.
    wanted: Collection[str]
    # Without the headers; the syntax tree counts these lines.
    lines: list[Line] = field(default_factory=list)
    card: list[Line] = field(default_factory=list)
    function: Function | None = None
    said: dict[str, Value] = field(default_factory=dict)
    decorators: list[ast.Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = 0
        for line in self.text.split("\n"):
            if line.rstrip() not in HEADERS:
                self.lines.append(Line(start, start + len(line)))
            start += len(line) + 1
        source = self.code_of(self.lines)
        tree = parsed(source)
        self.function = main_function(tree, self.name) if tree else None
        if self.function is not None and "@func_" in source:
            self.said, self.decorators = decorations(self.function, self.wanted)
        self.card = self._shown()

    def code_of(self, lines: list[Line]) -> str:
        return "\n".join(self.text[line.start : line.end] for line in lines)

    def place(self, line: int, column: int) -> int:
        """Where in the file the syntax tree's line and column (in bytes) are."""
        span = self.lines[line - 1]
        text = self.text[span.start : span.end]
        return span.start + (column if text.isascii() else len(text.encode()[:column].decode(errors="ignore")))

    def span(self, node: ast.expr | ast.stmt | ast.arg | ast.alias | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.place(node.lineno, node.col_offset), self.place(node.end_lineno, node.end_col_offset)

    def of_field(self, name: str) -> list[ast.Call]:
        return [
            call for call in self.decorators if isinstance(call.func, ast.Name) and DECORATORS[call.func.id] == name
        ]

    def seam(self) -> int | None:
        """Where the main function begins, its decorators included."""
        if self.function is None:
            return None
        first = min([self.function.lineno, *(decorator.lineno for decorator in self.function.decorator_list)])
        return self.lines[first - 1].start

    def _shown(self) -> list[Line]:
        hidden: dict[int, Line | None] = {}
        for call in self.decorators:
            assert call.end_lineno is not None
            hidden.update(dict.fromkeys(range(call.lineno, call.end_lineno + 1)))
            end = self.span(call)[1]
            line = self.lines[call.end_lineno - 1]
            rest = self.text[end : line.end]
            if rest.strip():
                start = end + len(rest) - len(rest.lstrip())
                hidden[call.end_lineno] = Line(start, end + len(rest.rstrip()), behind=True)
        shown = []
        for number, line in enumerate(self.lines, start=1):
            left = hidden.get(number, line)
            if left is not None:
                shown.append(left)
        blank = 0
        while blank < len(shown) and not self.text[shown[blank].start : shown[blank].end].strip():
            blank += 1
        return shown[blank:]
