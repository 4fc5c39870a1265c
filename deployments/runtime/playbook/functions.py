"""Functions as their files declare them: read from the syntax tree, never run."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from deployments.resources.python_parsing import function_name, main_function
from deployments.resources.python_source import DECORATED, decorations
from deployments.resources.resource import Value
from deployments.runtime.playbook.fields import number
from deployments.runtime.playbook.parts import Delay, Function
from deployments.runtime.sandbox.modules import Module
from deployments.runtime.sandbox.program import fault_of
from deployments.runtime.scene import Parameter, ParameterType

_TYPES: Mapping[str, ParameterType] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "List": "array",
    "Sequence": "array",
    "tuple": "array",
    "set": "array",
    "dict": "object",
    "Dict": "object",
    "Mapping": "object",
    "date": "string",
    "datetime": "string",
}


def function_in(module: Module) -> Function:
    """The function a file is named after, or why there is none."""
    name = function_name(module.path)
    if module.tree is None:
        line, fault = fault_of(module.source)
        return Function(path=module.path, name=name, module=module.name, fault=fault, line=line)
    found = main_function(module.tree, name)
    if found is None:
        return Function(
            path=module.path, name=name, module=module.name, fault=f"It defines no function {name}.", line=1
        )
    fields, _ = decorations(found, DECORATED)
    arguments = [*found.args.posonlyargs, *found.args.args]
    with_flow = len(arguments) > 1 and arguments[1].arg == "flow"
    description = fields.get("description")
    return Function(
        path=module.path,
        name=name,
        module=module.name,
        description=description.strip() if isinstance(description, str) else "",
        parameters=_parameters(found.args, 2 if with_flow else 1, _told(fields.get("parameters"))),
        delay=_delay(fields.get("delay")),
        with_flow=with_flow,
        takes_more=found.args.kwarg is not None,
        line=found.lineno,
    )


def _parameters(arguments: ast.arguments, given: int, told: Mapping[str, str]) -> tuple[Parameter, ...]:
    plain = [*arguments.posonlyargs, *arguments.args]
    without_default = len(plain) - len(arguments.defaults)
    named = [
        *((argument, number < without_default) for number, argument in enumerate(plain) if number >= given),
        *(
            (argument, default is None)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ),
    ]
    return tuple(
        Parameter(
            name=argument.arg,
            type=_type(argument.annotation),
            description=told.get(argument.arg, ""),
            required=required and not _may_be_none(argument.annotation),
        )
        for argument, required in named
    )


def _type(annotation: ast.expr | None) -> ParameterType:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _TYPES.get(name, "string")
        case ast.Constant(value=str(name)):
            return _TYPES.get(name, "string")
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return _type(inner)
        case ast.Subscript(value=outer):
            return _type(outer)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _type(right if _is_none(left) else left)
    return "string"


def _may_be_none(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Subscript(value=ast.Name(id="Optional")):
            return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_none(left) or _is_none(right) or _may_be_none(left)
    return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _told(rows: Value) -> dict[str, str]:
    return {
        str(row["name"]): str(row.get("description") or "")
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and row.get("name")
    }


def _delay(fields: Value) -> Delay | None:
    """Each message is due when the one before it has been said and the silence after it is over."""
    if not isinstance(fields, dict):
        return None
    due = number(fields.get("delay_before_responses_start")) or 0.0
    pause = number(fields.get("silence_after_each_response")) or 0.0
    messages: list[tuple[float, str]] = []
    rows = fields.get("delay_responses")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and isinstance(text := row.get("text"), str) and text:
            messages.append((due, text))
            due += (number(row.get("seconds")) or 0.0) + pause
    return Delay(messages=tuple(messages), randomize=fields.get("randomize") is True) if messages else None
