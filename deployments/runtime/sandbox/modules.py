"""The Python files of a version as modules, and which of them a function needs."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from deployments.resources.python_parsing import HEADERS, parsed
from deployments.runtime.sandbox import known


@dataclass(frozen=True)
class Module:
    """`functions.find_cabin` for `functions/find_cabin.py`. `tree` is None where the file does not parse."""

    name: str
    path: str
    source: str
    tree: ast.Module | None

    @property
    def package(self) -> str:
        return self.name.rpartition(".")[0]

    @cached_property
    def binds(self) -> frozenset[str]:
        """Every name that is given a meaning of the file's own anywhere in it, imports apart."""
        return (
            frozenset(name for node in ast.walk(self.tree) if (name := _bound_by(node))) if self.tree else frozenset()
        )


class Modules:
    """Every Python file of a version, by the name it is imported as."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """`files` is text by path; headers are taken out of it, lines stay where they are."""
        self._modules = {name_of(path): module_of(path, text) for path, text in files.items() if path.endswith(".py")}
        self._imported: dict[str, list[str]] = {}
        self._packages = frozenset(
            ".".join(parts[:length])
            for parts in (name.split(".") for name in self._modules)
            for length in range(1, len(parts))
        )

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def get(self, name: str) -> Module | None:
        return self._modules.get(name)

    def is_own(self, name: str) -> bool:
        """Whether the agent itself would have to hold a module of this name."""
        return name.split(".")[0] in {"functions", "flows"} or name in self._modules or name in self._packages

    def is_package(self, name: str) -> bool:
        return name in self._packages

    def class_named(self, name: str, near: Module) -> ast.ClassDef | None:
        """The class of that name in a module, else in any: a name is rarely used twice for a class."""
        for module in [near, *self]:
            for statement in module.tree.body if module.tree else ():
                if isinstance(statement, ast.ClassDef) and statement.name == name:
                    return statement
        return None

    def needed_by(self, *names: str) -> tuple[list[Module], list[str]]:
        """Modules and all they import, directly or not, in a stable order; and the own modules that do not exist."""
        found: dict[str, Module] = {}
        missing: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            current = waiting.pop()
            if current in found:
                continue
            module = self._modules.get(current)
            if module is None:
                if current not in self._packages:
                    missing[current] = None
                continue
            found[current] = module
            waiting += self.imported_by(module)
        return list(found.values()), list(missing)

    def _called(self, module: Module, function: str) -> tuple[str, ...]:
        """What `conv.functions.name` or `flow.functions.name` may mean: the flow's own function or a global one."""
        flow = module.name.split(".")[:2]
        return (f"functions.{function}", ".".join([*flow, "functions", function]))

    def imported_by(self, module: Module) -> list[str]:
        """The own modules that a module imports, wherever in it, or calls as `conv.functions.name`."""
        if module.name not in self._imported:
            self._imported[module.name] = self._imported_by(module)
        return self._imported[module.name]

    def _imported_by(self, module: Module) -> list[str]:
        if module.tree is None:
            return []
        names: list[str] = []
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names if self.is_own(alias.name)]
            elif _is_called_function(node):
                names += [name for name in self._called(module, node.attr) if name in self._modules]
            elif isinstance(node, ast.ImportFrom):
                base = absolute(module, node)
                if base in known.HEADERS or not self.is_own(base):
                    continue
                inner = [f"{base}.{alias.name}" for alias in node.names if f"{base}.{alias.name}" in self._modules]
                names += inner if inner and base not in self._modules else [base, *inner]
        return names


def _is_called_function(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """`conv.functions.name` or `flow.functions.name`."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Attribute):
        return False
    return node.value.attr == "functions"


def name_of(path: str) -> str:
    """The module that a path is: a folder's `__init__.py` is the folder."""
    return posixpath.splitext(path)[0].removesuffix("/__init__").replace("/", ".")


def absolute(module: Module, node: ast.ImportFrom) -> str:
    """The module that an import names, relative ones told from the package of the file they stand in."""
    if not node.level:
        return node.module or ""
    above = module.package.split(".")
    above = above[: len(above) - (node.level - 1)] if node.level > 1 else above
    return ".".join([*above, *([node.module] if node.module else [])])


def names_bound(tree: ast.Module) -> list[str]:
    """What a star import takes from a module: the public names its top level binds."""
    names: dict[str, None] = {}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names[statement.name] = None
            case ast.Import() | ast.ImportFrom():
                names.update({(alias.asname or alias.name.split(".")[0]): None for alias in statement.names})
            case _:
                names.update({node.id: None for node in ast.walk(statement) if _stored(node)})
    return [name for name in names if not name.startswith("_") and name != "*"]


def _bound_by(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return name
    return None


def _stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def module_of(path: str, text: str) -> Module:
    lines = ["" if line.rstrip() in HEADERS else line for line in text.split("\n")]
    source = "\n".join(lines)
    return Module(name_of(path), path, source, parsed(source))
