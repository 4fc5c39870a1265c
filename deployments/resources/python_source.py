"""A Python file of an agent: description, parameters and delay are decorators of its main function, the rest is code.

The file is parsed, never executed.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterable, Mapping

from deployments.resources.python_parsing import HEADER, HEADERS, Function, main_function, main_function_in, parsed
from deployments.resources.resource import Value

DECORATED = ("description", "parameters", "delay")

DECORATORS = {"func_description": "description", "func_parameter": "parameters", "func_latency_control": "delay"}
TYPES = {"str": "String", "int": "Integer", "float": "Number", "bool": "Boolean"}
DELAY_WORDS = ("delay_before_responses_start", "silence_after_each_response", "delay_responses", "randomize")


_HALF = re.compile("[\ud800-\udfff]")


def split_python(
    text: str, name: str, wanted: Collection[str] = DECORATED, *, compiles: bool = False
) -> dict[str, Value]:
    """The fields of the Python file `<name>.py`. What the decorators cannot say in plain values stays in the code.

    `compiles`: the code is known to, which need not be found out again.
    """
    lines = [line for line in text.split("\n") if line.rstrip() not in HEADERS]
    source = "\n".join(lines)
    fields: dict[str, Value] = {}
    if "@func_" in source:
        function = main_function_in(source, name, compiles=compiles)
        if function is not None:
            taken, gone = decorations(function, wanted)
            fields = {field: taken[field] for field in DECORATED if field in taken}
            lines = _without(lines, gone)
    while lines and not lines[0].strip():
        del lines[0]
    return fields | {"code": "\n".join(lines)}


def join_python(name: str, fields: Mapping[str, Value]) -> str:
    """The file with these fields: `split_python` gives them back."""
    code = fields.get("code")
    lines = (code if isinstance(code, str) else "").split("\n")
    tree = parsed("\n".join(lines))
    function = main_function(tree, name) if tree else None
    if function is not None:
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1
        lines[first:first] = decorator_lines(fields)
    place = place_of_header(tree)
    # Anything but an import is set apart from the header, as formatters do.
    apart = ["", ""] if place == 0 and not lines[0].startswith(("import ", "from ")) else []
    lines[place:place] = [HEADER, *apart]
    return "\n".join(lines)


def decorations(function: Function, wanted: Collection[str]) -> tuple[dict[str, Value], list[ast.Call]]:
    taken: dict[str, Value] = {}
    parameters: list[Value] = []
    gone: list[ast.Call] = []
    annotations = _annotations(function)
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Name):
            continue
        field = DECORATORS.get(decorator.func.id)
        arguments = _arguments(decorator)
        if field is None or field not in wanted or field in taken or arguments is None:
            continue
        positional, named = arguments
        if field == "delay":
            delay = None if positional else _delay(named)
            if delay is None:
                continue
            taken[field] = delay
        elif named:
            continue
        elif field == "description":
            if len(positional) != 1 or not isinstance(positional[0], str):
                continue
            taken[field] = positional[0]
        else:
            if len(positional) != 2:
                continue
            name, description = positional
            if not isinstance(name, str) or not isinstance(description, str):
                continue
            parameters.append({"name": name, "description": description, "type": annotations.get(name, "")})
        gone.append(decorator)
    if parameters:
        taken["parameters"] = parameters
    return taken, gone


def _arguments(call: ast.Call) -> tuple[list[object], dict[str, object]] | None:
    try:
        positional = [ast.literal_eval(argument) for argument in call.args]
        named = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg is not None}
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if len(named) != len(call.keywords) or not all(map(_is_whole_text, positional)):
        return None
    return positional, named


def _is_whole_text(value: object) -> bool:
    """Not half a character: such a text could not even be shown."""
    return not isinstance(value, str) or _HALF.search(value) is None


def _delay(words: Mapping[str, object]) -> dict[str, Value] | None:
    delay: dict[str, Value] = {}
    if not set(words) <= set(DELAY_WORDS):
        return None
    for word in DELAY_WORDS:
        if word not in words:
            continue
        value = words[word]
        if word == "delay_responses":
            if not isinstance(value, list | tuple):
                return None
            messages: list[Value] = []
            for message in value:
                match message:
                    case (str(text), int() | float() as seconds) if _is_whole_text(text):
                        messages.append({"text": text, "seconds": seconds})
                    case _:
                        return None
            delay[word] = messages
        elif isinstance(value, bool | int | float):
            delay[word] = value
        else:
            return None
    return delay


def _annotations(function: Function) -> dict[str, str]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {argument.arg: type_word(argument.annotation) for argument in every}


def type_word(annotation: ast.expr | None) -> str:
    if annotation is None:
        return ""
    try:
        written = ast.unparse(annotation)
    except RecursionError:
        return ""
    return TYPES.get(written, written)


def _without(lines: list[str], decorators: Iterable[ast.Call]) -> list[str]:
    kept: dict[int, str | None] = {}
    for decorator in decorators:
        assert decorator.end_lineno is not None
        assert decorator.end_col_offset is not None
        for number in range(decorator.lineno, decorator.end_lineno + 1):
            kept[number] = None
        # A comment behind the decorator is somebody's words.
        rest = lines[decorator.end_lineno - 1].encode()[decorator.end_col_offset :].decode().strip()
        if rest:
            kept[decorator.end_lineno] = rest
    last = max(kept, default=0)
    above = (kept.get(number, line) for number, line in enumerate(lines[:last], start=1))
    return [*(line for line in above if line is not None), *lines[last:]]


def place_of_header(tree: ast.Module | None) -> int:
    """The index of the line it goes to: first, but after a docstring and imports from `__future__`."""
    place = 0
    for index, node in enumerate(tree.body if tree else ()):
        is_docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_docstring = is_docstring and isinstance(node.value.value, str)  # type: ignore[attr-defined]
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        place = node.end_lineno or place
    return place


def decorator_lines(fields: Mapping[str, Value]) -> list[str]:
    lines = []
    description, parameters, delay = fields.get("description"), fields.get("parameters"), fields.get("delay")
    if isinstance(description, str) and description:
        lines.append(f"@func_description({literal(description)})")
    rows = [row for row in parameters if isinstance(row, dict)] if isinstance(parameters, list) else []
    lines += [f"@func_parameter({literal(row.get('name'))}, {literal(row.get('description'))})" for row in rows]
    if isinstance(delay, dict):
        words = [f"{word}={delay_word(word, delay[word])}" for word in DELAY_WORDS if word in delay]
        lines += (
            ["@func_latency_control(", *(f"    {word}," for word in words), ")"]
            if words
            else ["@func_latency_control()"]
        )
    return lines


def delay_word(word: str, value: Value) -> str:
    if word != "delay_responses":
        return repr(value)
    rows = value if isinstance(value, list) else []
    pairs = [f"({literal(row.get('text'))}, {row.get('seconds')!r})" for row in rows if isinstance(row, dict)]
    return f"[{', '.join(pairs)}]"


def literal(value: Value) -> str:
    """A text as Python writes it between double quotes, its letters left as they are."""
    return json.dumps(value if isinstance(value, str) else "", ensure_ascii=False)
