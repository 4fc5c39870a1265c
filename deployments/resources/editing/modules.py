"""Code that goes to a step or flow, or imports a function, once those have other names."""

from __future__ import annotations

import ast
from collections.abc import Collection

from deployments.resources.editing.python_text import PythonText
from deployments.resources.editing.source import Splice
from deployments.resources.python_source import literal


def goto_changes(
    file: PythonText, tree: ast.Module, written: Collection[str], name: str, ways: Collection[str]
) -> list[Splice]:
    splices = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        first = node.args[0]
        if node.func.attr in ways and isinstance(first, ast.Constant) and first.value in written:
            splices.append(_quoted(file, first, name))
    return splices


def _quoted(file: PythonText, node: ast.Constant, name: str) -> Splice:
    """In the quotes that are there, when they will do."""
    start, end = file.span(node)
    if file.text[start + 1 : end - 1] == node.value and not set(name) & {"'", '"', "\\", "\n"}:
        return Splice(start + 1, end - 1, name)
    return Splice(start, end, literal(name))


def module_changes(file: PythonText, tree: ast.Module, old: str, new: str, *, is_function: bool) -> list[Splice]:
    """`functions.find_cabin` under another name, or all below `flows.board_ship`. A module that is one function shares
    its name with it, so that name changes too wherever it was imported.
    """
    return _Module(file, old, new, is_function).changes(tree)


def own_name_changes(file: PythonText, tree: ast.Module, name: str) -> list[Splice]:
    """The main function under another name, also where it calls itself."""
    splices = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == file.name:
            splices.append(Splice(*file.span(node), name))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == file.name and node in tree.body:
            start = file.place(node.lineno, node.col_offset)
            start = file.text.index(file.name, file.text.index("def", start) + 3)
            splices.append(Splice(start, start + len(file.name), name))
    return splices


class _Module:
    def __init__(self, file: PythonText, old: str, new: str, is_function: bool) -> None:
        self._file = file
        self._old, self._new = old, new
        self._parent, _, self._old_last = old.rpartition(".")
        self._new_last = new.rpartition(".")[2]
        self._is_function = is_function
        self._splices: set[Splice] = set()
        # How code calls the function, and how it calls the module.
        self._is_local_function = False
        self._is_local_module = False

    def changes(self, tree: ast.Module) -> list[Splice]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                self._from(node, node.module)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if self._is_below(alias.name):
                        start = self._file.place(alias.lineno, alias.col_offset)
                        self._splice(start, start + len(self._old), self._new)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == self._old_last:
                if self._is_local_function or self._is_local_module:
                    self._splice(*self._file.span(node), self._new_last)
            elif isinstance(node, ast.Attribute):
                self._attribute(node)
        return [*self._splices]

    def _from(self, node: ast.ImportFrom, module: str) -> None:
        if self._is_below(module):
            start = self._file.place(node.lineno, node.col_offset) + len("from")
            start = self._file.text.index(module, start)
            self._splice(start, start + len(self._old), self._new)
        if module == self._parent or (module == self._old and self._is_function):
            for alias in node.names:
                if alias.name == self._old_last:
                    start = self._file.place(alias.lineno, alias.col_offset)
                    self._splice(start, start + len(self._old_last), self._new_last)
                    if alias.asname is None:
                        self._is_local_module |= module == self._parent
                        self._is_local_function |= module == self._old

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr != self._old_last:
            return
        path = _dotted(node)
        of_module = path == self._old
        of_function = self._is_function and path == f"{self._old}.{self._old_last}"
        of_local = self._is_function and self._is_local_module and path == f"{self._old_last}.{self._old_last}"
        if of_module or of_function or of_local:
            end = self._file.span(node)[1]
            self._splice(end - len(node.attr), end, self._new_last)

    def _is_below(self, module: str) -> bool:
        return module == self._old or module.startswith(self._old + ".")

    def _splice(self, start: int, end: int, text: str) -> None:
        self._splices.add(Splice(start, end, text))


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""
