"""The signature of a function kept in step with its table of parameters."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable

from deployments.resources.editing.python_text import Function, PythonText
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.source import Splice, applied
from deployments.resources.python_parsing import parsed
from deployments.resources.python_source import TYPES

_WRITTEN = {word: written for written, word in TYPES.items()}


def renamed_parameter(file: PythonText, old: str, new: str) -> str:
    """Under its new name also where the function uses it."""
    _refuse_bad_name(new)
    function = _function(file)
    if old not in _names(function) or new in _names(function):
        return file.text
    spans = [file.place(argument.lineno, argument.col_offset) for argument in _every(function) if argument.arg == old]
    for statement in function.body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id == old]
        spans += [file.span(name)[0] for name in names]
    return applied(file.text, [Splice(place, place + len(old), new) for place in set(spans)])


def typed_parameter(file: PythonText, name: str, word: str) -> str:
    for argument in _every(_function(file)):
        if argument.arg == name:
            start = file.place(argument.lineno, argument.col_offset) + len(name)
            end = file.span(argument.annotation)[1] if argument.annotation else start
            return applied(file.text, [Splice(start, end, _annotation(word))])
    return file.text


def added_parameter(file: PythonText, name: str, word: str) -> str:
    _refuse_bad_name(name)
    function = _function(file)
    if name in _names(function):
        return file.text
    written = f"{name}{_annotation(word)}"
    positional = [*function.args.posonlyargs, *function.args.args]
    # Before the ones with a default: none may follow them without one.
    plain = positional[: len(positional) - len(function.args.defaults)]
    if plain:
        place = file.span(plain[-1])[1]
        return applied(file.text, [Splice(place, place, f", {written}")])
    opening = file.text.index("(", file.text.index(function.name, file.place(function.lineno, function.col_offset)))
    more = ", " if _every(function) or function.args.vararg or function.args.kwarg else ""
    return applied(file.text, [Splice(opening + 1, opening + 1, written + more)])


def removed_parameter(file: PythonText, name: str) -> str:
    function = _function(file)
    every = _every(function)
    index = next((index for index, argument in enumerate(every) if argument.arg == name), None)
    if index is None:
        return file.text
    start, end = file.span(every[index])
    if index + 1 < len(every):
        return applied(file.text, [Splice(start, file.span(every[index + 1])[0], "")])
    default = _default(function, every[index])
    end = file.span(default)[1] if default is not None else end
    if index:
        before = _default(function, every[index - 1])
        start = file.span(before or every[index - 1])[1]
    return applied(file.text, [Splice(start, end, "")])


def in_turn(file: PythonText, *steps: Callable[[PythonText], str]) -> PythonText:
    """Each step sees what the one before has made of the file."""
    for step in steps:
        text = step(file)
        if text != file.text:
            file = PythonText(text, file.name, file.wanted)
    return file


def _function(file: PythonText) -> Function:
    if file.function is None:
        raise EditRefused(f'The code has no function "{file.name}" that can be read; correct the code first.')
    return file.function


def _every(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _names(function: Function) -> set[str]:
    return {argument.arg for argument in _every(function)}


def _default(function: Function, argument: ast.arg) -> ast.expr | None:
    positional = [*function.args.posonlyargs, *function.args.args]
    defaults: list[ast.expr | None] = [*function.args.defaults]
    pairs = [*zip(reversed(positional), reversed(defaults), strict=False)]
    pairs += zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return next((default for other, default in pairs if other is argument), None)


def _annotation(word: str) -> str:
    if not word:
        return ""
    written = _WRITTEN.get(word, word)
    if parsed(f"x: {written}") is None or "\n" in written or "#" in written:
        raise EditRefused(f'"{word}" is no type of a parameter; choose String, Integer, Number or Boolean.')
    return f": {written}"


def _refuse_bad_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise EditRefused(
            f'"{name}" cannot be the name of a parameter; use letters, digits and _, and no word of Python.'
        )
