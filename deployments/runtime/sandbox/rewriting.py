# ruff: noqa: N802 (a visitor's methods bear the names of the nodes)
"""From an agent's Python to what the sandboxed interpreter understands, line by line traceable.

The tree of a module is changed and written out again; the line of each statement is kept beside. A change that may
alter what the code means is noted with its line, so that publishing can say so.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from deployments.resources.python_parsing import quietly
from deployments.resources.python_source import DECORATORS
from deployments.runtime.sandbox import known
from deployments.runtime.sandbox.classes import Classes, Made
from deployments.runtime.sandbox.imports import Imports
from deployments.runtime.sandbox.modules import Module, Modules
from deployments.runtime.sandbox.writing import assigned, call, name, same_place, unbound

GIVEN = "_given"
# Methods of the values that the interpreter has of its own.
METHODS = frozenset(
    method
    for kind in (str, bytes, dict, list, set, tuple, re.Pattern, deque)
    for method in dir(kind)
    if not method.startswith("_") and callable(getattr(kind, method))
)


@dataclass(frozen=True, order=True)
class Note:
    """What runs otherwise in the sandbox than as written, or not at all. `line` counts from 1 in the file."""

    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Rewritten:
    """`lines[n]` is the line in the file of line n + 1 of `source`."""

    module: Module
    source: str
    lines: Sequence[int]


@dataclass
class Rewriting(Imports, Classes):
    """One module. `properties` are the names that some class of the version declares as a property."""

    module: Module
    modules: Modules
    properties: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)
    inside: Made | None = None
    doing_without: set[int] = field(default_factory=set)
    # The functions around the current node: of each, whether it yields, and the name of its first argument.
    _around: list[tuple[bool, str]] = field(default_factory=list)

    def note(self, node: ast.AST, message: str) -> None:
        self.notes.append(Note(self.module.path, getattr(node, "lineno", 1), message))

    # Functions

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(one) for one in node.decorator_list if not _of_the_platform(one)]
        node.returns = None
        for argument in _arguments(node.args):
            argument.annotation = None
        node.args = self.visit(node.args)
        yields = _yields(node)
        self._around.append((yields, node.args.args[0].arg if node.args.args else ""))
        body = self._visited(node.body)
        self._around.pop()
        if yields:
            self.note(node, f"{node.name} yields: it is run to its end and gives a list.")
            first = same_place(assigned(GIVEN, ast.List([], ast.Load())), node)
            last = same_place(ast.Return(name(GIVEN)), node)
            body = [first, *body, last]
        node.body = body or [same_place(ast.Pass(), node)]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.note(node, f"{node.name} is asynchronous: functions of an agent are not.")
        return self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._around.append((False, ""))
        self.generic_visit(node)
        self._around.pop()
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        if self._around and self._around[-1][0]:
            return same_place(ast.Return(name(GIVEN)), node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        match node.value:
            case ast.Yield(value=value):
                given = self.visit(value) if value else ast.Constant(None)
                return same_place(ast.Expr(call(ast.Attribute(name(GIVEN), "append", ast.Load()), given)), node)
            case ast.YieldFrom(value=value):
                return same_place(
                    ast.Expr(call(ast.Attribute(name(GIVEN), "extend", ast.Load()), self.visit(value))), node
                )
        self.generic_visit(node)
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.note(node, "A yield whose value is used gets nothing back.")
        return self.generic_visit(node)

    # Statements that are missing, and annotations that are never asked

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return same_place(ast.Pass(), node)
        return same_place(ast.Assign([self.visit(node.target)], self.visit(node.value)), node)

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        return [same_place(self._gone(target), node) for target in node.targets]

    def _gone(self, target: ast.expr) -> ast.stmt:
        match target:
            case ast.Subscript(value=value, slice=ast.Slice()):
                return ast.Assign([target], ast.List([], ast.Load()))
            case ast.Subscript(value=value, slice=key):
                return ast.Expr(call(ast.Attribute(self.visit(value), "pop", ast.Load()), self.visit(key)))
            case ast.Attribute(value=value, attr=attribute):
                return ast.Expr(call(name("_forget"), self.visit(value), ast.Constant(attribute)))
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                return ast.If(ast.Constant(True), [self._gone(one) for one in targets], [])
            case _:
                return ast.Assign([target], ast.Constant(None))

    # State: what is set there must be known, though the interpreter calls no `__setattr__`

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        node.targets = [_of_state(target) or target for target in node.targets]
        node.value = _handed_on(node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        target = _of_state(node.target)
        if target is None:
            return node
        assert isinstance(node.target, ast.Attribute)
        before = ast.Attribute(node.target.value, node.target.attr, ast.Load())
        return same_place(ast.Assign([target], ast.BinOp(before, node.op, node.value)), node)

    # Expressions

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            if node.attr in self.properties:
                return same_place(call(name("_got"), node.value, ast.Constant(node.attr)), node)
            if node.attr in ("__name__", "__qualname__"):
                return same_place(call(name("_name_of"), node.value), node)
            if isinstance(node.value, ast.Name) and self._is_type(node.value.id):
                if node.attr not in known.OF_TYPES[node.value.id]:
                    return same_place(unbound(node.attr), node)
                if node.value.id == "str":
                    return same_place(name("_maketrans"), node)
            if node.attr == "__dict__":
                return same_place(call(name("vars"), node.value), node)
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        self.generic_visit(node)
        # The interpreter makes a list of it, which `next` refuses.
        return same_place(call(name("iter"), ast.ListComp(node.elt, node.generators)), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        inherited = self.inherited_call(node)
        if inherited is not None:
            return inherited
        self.generic_visit(node)
        node.args = [_handed_on(one) for one in node.args]
        for keyword in node.keywords:
            keyword.value = _handed_on(keyword.value)
        match node.func:
            case ast.Name(id="object") if "object" not in self.module.binds:
                return same_place(call(name("_mark")), node)
            case ast.Attribute(value=value, attr=method) if method in known.STANDING_IN:
                stand_in = name(known.STANDING_IN[method])
                return same_place(ast.Call(stand_in, [value, *node.args], node.keywords), node)
            case ast.Name(id="timedelta") | ast.Attribute(attr="timedelta") if node.args or node.keywords:
                return same_place(ast.Call(name("_span"), [node.func, *node.args], node.keywords), node)
        return self.raised(node)

    def _is_type(self, identifier: str) -> bool:
        return identifier in known.OF_TYPES and identifier not in self.module.binds

    def first_argument(self) -> str:
        return self._around[-1][1] if self._around else ""

    def _visited(self, body: Iterable[ast.stmt]) -> list[ast.stmt]:
        visited: list[ast.stmt] = []
        for statement in body:
            one = self.visit(statement)
            if isinstance(one, list):
                visited += one
            elif one is not None:
                visited.append(one)
        return visited


def rewritten(module: Module, modules: Modules, properties: frozenset[str]) -> Rewritten:
    """A module as the sandbox runs it. Raises SyntaxError where the file does not parse."""
    with quietly():
        # The tree is changed in place, so it is parsed once more.
        tree = ast.parse(module.source)
    changed = Rewriting(module, modules, properties).visit(tree)
    assert isinstance(changed, ast.Module)
    ast.fix_missing_locations(changed)
    source = ast.unparse(changed)
    return Rewritten(module, source, _lines(changed, source))


def _lines(changed: ast.Module, source: str) -> list[int]:
    """For each line of the source written from a tree, the line its statement had."""
    lines = [0] * (source.count("\n") + 2)
    with quietly():
        written = ast.parse(source)
    # Writing a tree out may join constants within an expression; its statements stay what they are.
    for old, new in zip(_statements(changed), _statements(written), strict=True):
        lines[new.lineno - 1] = lines[new.lineno - 1] or old.lineno
    for index in range(1, len(lines)):
        lines[index] = lines[index] or lines[index - 1]
    return lines


def _statements(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def _of_the_platform(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in DECORATORS


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [one for one in (arguments.vararg, arguments.kwarg) if one]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _yields(function: ast.FunctionDef) -> bool:
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return False


def _handed_on(value: ast.expr) -> ast.expr:
    """A method of a value that is not called where it stands: the interpreter has none of its own values' then."""
    match value:
        case ast.Attribute(value=owner, attr=method) if method in METHODS:
            return same_place(call(name("_bound"), owner, ast.Constant(method), unbound(method)), value)
        case _:
            return value


def _of_state(target: ast.expr) -> ast.Subscript | None:
    """`conv.state["x"]` for `conv.state.x`."""
    match target:
        case ast.Attribute(value=ast.Attribute(attr="state") as state, attr=attribute):
            return same_place(ast.Subscript(state, ast.Constant(attribute), ast.Store()), target)
        case _:
            return None
