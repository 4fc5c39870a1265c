"""Short words for making nodes of a syntax tree, and for reading them."""

from __future__ import annotations

import ast
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)


def name(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Load())


def call(function: ast.expr, *arguments: ast.expr) -> ast.Call:
    return ast.Call(function, list(arguments), [])


def assigned(identifier: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(identifier, ast.Store())], value)


def unbound(method: str) -> ast.Lambda:
    """A method of whatever it is called with: `lambda text, *more: text.strip(*more)` for `str.strip`."""
    taken = ast.arguments([], [ast.arg("_text")], ast.arg("_more"), [], [], ast.arg("_named"), [])
    asked = ast.Attribute(name("_text"), method, ast.Load())
    more = ast.Starred(name("_more"), ast.Load())
    body = ast.Call(asked, [more], [ast.keyword(None, name("_named"))])
    return ast.Lambda(taken, body)


def strings(texts: list[str] | tuple[str, ...]) -> ast.List:
    return ast.List([ast.Constant(text) for text in texts], ast.Load())


def same_place(made: Node, node: ast.AST) -> Node:
    """The made node and all in it that has no place yet, where the other stands."""
    return ast.fix_missing_locations(ast.copy_location(made, node))


def last_name(expression: ast.expr) -> str:
    """`Enum` for `enum.Enum`, `Generic` for `Generic[T]`."""
    match expression:
        case ast.Name(id=identifier):
            return identifier
        case ast.Attribute(attr=attribute):
            return attribute
        case ast.Subscript(value=value):
            return last_name(value)
        case _:
            return ""
