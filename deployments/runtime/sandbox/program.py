"""The Python of a version, made ready for the sandbox once: every module rewritten when it is first needed."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock

from deployments.resources.python_parsing import quietly
from deployments.runtime.sandbox.classes import properties_of
from deployments.runtime.sandbox.modules import Module, Modules, name_of
from deployments.runtime.sandbox.rewriting import Rewritten, rewritten


class Unloadable(Exception):
    """A file that cannot run: it does not parse, or what it is called by is not in it."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.line = line


@dataclass(frozen=True)
class Feed:
    """The sources that one function needs, each below the lines of those before: a line of one is of no other."""

    sources: Mapping[str, str]
    _starts: Sequence[tuple[int, Rewritten]]

    def place(self, line: int) -> tuple[str, int] | None:
        """The file and the line in it for a line of a traceback from the sandbox."""
        for start, one in reversed(self._starts):
            if line > start:
                within = min(line - start, len(one.lines)) - 1
                return one.module.path, one.lines[within]
        return None


class Program:
    def __init__(self, files: Mapping[str, str]) -> None:
        """`files` is the text of every Python file by its path in the agent."""
        self.modules = Modules(files)
        self._rewritten: dict[str, Rewritten] = {}
        self._feeds: dict[tuple[str, frozenset[str]], Feed] = {}
        # Threads share a program; what one makes ready is ready for all.
        self._lock = RLock()

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """Every attribute that is read anywhere, sorted: what a conversation's state may be asked for."""
        return tuple(
            sorted(
                {
                    node.attr
                    for module in self.modules
                    if module.tree is not None
                    for node in ast.walk(module.tree)
                    if isinstance(node, ast.Attribute) and not node.attr.startswith("__")
                }
            )
        )

    def feed(self, path: str, beside: frozenset[str] = frozenset()) -> Feed:
        """What has to be sent to run the file at that path, with the modules named beside it. Raises Unloadable."""
        with self._lock:
            if (path, beside) not in self._feeds:
                self._feeds[path, beside] = self._feed(path, beside)
            return self._feeds[path, beside]

    def missing(self, path: str) -> list[str]:
        """The agent's own modules that the file at that path needs, directly or not, and that do not exist."""
        return self.modules.needed_by(name_of(path))[1]

    def _feed(self, path: str, beside: frozenset[str]) -> Feed:
        needed, _ = self.modules.needed_by(name_of(path), *sorted(beside))
        if not needed:
            raise Unloadable(path, 1, f"There is no file {path}.")
        sources: dict[str, str] = {}
        starts: list[tuple[int, Rewritten]] = []
        start = 0
        for module in needed:
            one = self._one(module)
            starts.append((start, one))
            sources[module.name] = "\n" * start + one.source
            start += len(one.lines) + 1
        return Feed(sources, starts)

    @cached_property
    def _properties(self) -> frozenset[str]:
        return properties_of(self.modules)

    def _one(self, module: Module) -> Rewritten:
        if module.name not in self._rewritten:
            if module.tree is None:
                raise Unloadable(module.path, *fault_of(module.source))
            self._rewritten[module.name] = rewritten(module, self.modules, self._properties)
        return self._rewritten[module.name]


def fault_of(source: str) -> tuple[int, str]:
    """The line and the reason why a source is no Python."""
    with quietly():
        try:
            ast.parse(source)
        except SyntaxError as error:
            return error.lineno or 1, f"The file is no Python: {error.msg}."
        except (ValueError, RecursionError, MemoryError):
            return 1, "The file is no Python."
    return 1, "The file is nested too deep."
