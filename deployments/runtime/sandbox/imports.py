"""Imports of an agent's file, rewritten: its own files are looked up in the sandbox, others supplied or refused."""

from __future__ import annotations

import ast

from deployments.runtime.sandbox import known
from deployments.runtime.sandbox.modules import Module, Modules, absolute, names_bound
from deployments.runtime.sandbox.writing import assigned, call, last_name, name, same_place, strings

_OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


class Imports(ast.NodeTransformer):
    """The part of `Rewriting` that visits imports."""

    module: Module
    modules: Modules
    # Imports that are done without, by identity.
    doing_without: set[int]

    def note(self, node: ast.AST, message: str) -> None:
        raise NotImplementedError

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        made = [statement for alias in node.names for statement in self._imported(node, alias)]
        return [same_place(statement, node) for statement in made]

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._done_without(node)

    def visit_Try(self, node: ast.Try) -> ast.AST:
        return self._done_without(node)

    def _done_without(self, node: ast.If | ast.Try) -> ast.AST:
        self.doing_without |= done_without(node)
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        base = absolute(self.module, node)
        made: list[ast.stmt] = []
        for alias in node.names:
            made += self._taken(node, base, alias)
        return [same_place(statement, node) for statement in made]

    def _imported(self, node: ast.Import, alias: ast.alias) -> list[ast.stmt]:
        whole, bound = alias.name, alias.asname or alias.name.split(".")[0]
        direct = alias.asname is not None or "." not in whole
        if self.modules.is_own(whole):
            self.must_exist(node, whole)
            return [assigned(bound, call(name("_module" if direct else "_tree"), ast.Constant(whole)))]
        if whole in known.NATIVE:
            return [ast.Import([alias])]
        if whole in known.PATCHED:
            native = f"_native_{whole}"
            patched = call(name("_patched"), ast.Constant(whole), name(native), strings(self._used_of(bound)))
            return [ast.Import([ast.alias(whole, native)]), assigned(bound, patched)]
        if whole in known.CALLED_IN_VAIN:
            self._in_vain(node, whole)
            return [assigned(bound, call(name("_vain"), ast.Constant(whole), strings(self._used_of(bound))))]
        if whole in known.SUPPLIED:
            return [assigned(bound, call(name("_supplied" if direct else "_tree"), ast.Constant(whole)))]
        return [self._refused(node, whole)]

    def _taken(self, node: ast.ImportFrom, base: str, alias: ast.alias) -> list[ast.stmt]:
        bound = alias.asname or alias.name
        if base in known.HEADERS:
            return [assigned(bound, name(alias.name))] if alias.asname else []
        if self.modules.is_own(base):
            return self._taken_of_own(node, base, alias, bound)
        if base in known.CALLED_IN_VAIN or f"{base}.{alias.name}" in known.CALLED_IN_VAIN:
            self._in_vain(node, base)
            return [assigned(bound, call(name("_vain_name"), ast.Constant(base), ast.Constant(alias.name)))]
        if alias.name == "*":
            return [] if base in known.SUPPLIED else [self._refused(node, f"* of {base}")]
        if f"{base}.{alias.name}" in known.SUPPLIED:
            return [assigned(bound, call(name("_supplied"), ast.Constant(f"{base}.{alias.name}")))]
        if base in known.SUPPLIED or alias.name in known.PATCHED.get(base, ()):
            return [assigned(bound, call(name("_supplied"), ast.Constant(base), ast.Constant(alias.name)))]
        if base in known.NATIVE or base in known.PATCHED:
            return [ast.ImportFrom(base, [alias], 0)]
        return [self._refused(node, base)]

    def _taken_of_own(self, node: ast.ImportFrom, base: str, alias: ast.alias, bound: str) -> list[ast.stmt]:
        if alias.name == "*":
            self.must_exist(node, base)
            other = self.modules.get(base)
            names = names_bound(other.tree) if other and other.tree else []
            return [assigned(one, call(name("_own"), ast.Constant(base), ast.Constant(one))) for one in names]
        if self.modules.get(f"{base}.{alias.name}") is None:
            self.must_exist(node, base if self.modules.get(base) else f"{base}.{alias.name}")
        return [assigned(bound, call(name("_own"), ast.Constant(base), ast.Constant(alias.name)))]

    def must_exist(self, node: ast.AST, module: str) -> None:
        if self.modules.get(module) is None and not self.modules.is_package(module):
            self.note(node, f"There is no module {module} in this agent.")

    def _in_vain(self, node: ast.AST, module: str) -> None:
        self.note(node, f"Calls through {module} are refused: use conv.api.")

    def _refused(self, node: ast.AST, module: str) -> ast.stmt:
        message = f"{module} cannot be imported in a function of an agent."
        if id(node) not in self.doing_without:
            self.refused(node, module, message)
        return ast.Raise(call(name("ImportError"), ast.Constant(message)), None)

    def refused(self, node: ast.AST, module: str, message: str) -> None:
        self.note(node, message)

    def _used_of(self, bound: str) -> list[str]:
        """The attributes that this file reads of a module it has bound to a name."""
        assert self.module.tree is not None
        return sorted(
            {
                node.attr
                for node in ast.walk(self.module.tree)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == bound
            }
        )


def done_without(node: ast.AST) -> set[int]:
    """The imports below a statement that says itself what is without them: by identity."""
    match node:
        case ast.If(test=test) if last_name(test) == "TYPE_CHECKING":
            pass
        case ast.Try(handlers=handlers) if any(_catches_imports(handler) for handler in handlers):
            pass
        case _:
            return set()
    return {id(one) for part in node.body for one in ast.walk(part) if isinstance(one, ast.Import | ast.ImportFrom)}


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or last_name(kind) in _OF_IMPORTS for kind in kinds)
