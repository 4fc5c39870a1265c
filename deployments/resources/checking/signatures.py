"""A function of an agent: does it compile, and is its main function what the runtime will call?"""

from __future__ import annotations

import ast

from deployments.resources.checking.finding import Report, listed
from deployments.resources.kinds import KINDS
from deployments.resources.python_parsing import main_function, quietly
from deployments.resources.resource import Resource

_TYPES_OF_LEADING = {"conv": "Conversation", "flow": "Flow"}
_PLAIN = ("str", "int", "float", "bool")


def compiles(report: Report, resource: Resource) -> None:
    code = resource.fields.get("code")
    if not isinstance(code, str):
        return
    tree = report.tree(resource)
    line: int | None = None
    reason = ""
    with quietly():
        try:
            # The tree when there is one: what is left to go wrong is a `return` or `break` out of place and the like.
            compile(tree or code, resource.path, "exec", dont_inherit=True)
        except SyntaxError as error:
            line, reason = error.lineno, error.msg or "it is not Python"
        except (RecursionError, MemoryError):
            reason = "it is nested too deep"
        except (ValueError, OverflowError) as error:
            reason = str(error)
    if reason:
        where = f" in line {line}" if line else ""
        message = f"the code does not compile{where} ({reason}). Correct it."
        report.add(resource, "syntax", message, at="code", line=line)


def signature(report: Report, resource: Resource) -> None:
    tree = report.tree(resource)
    if tree is None or not resource.fields.get("code"):
        return
    leading = KINDS[resource.kind].parameters
    wanted = f"def {resource.name}({', '.join(f'{name}: {_TYPES_OF_LEADING[name]}' for name in leading)})"
    function = main_function(tree, resource.name)
    if function is None:
        report.add(resource, "signature", f'it has no function of its own name. Begin it with "{wanted}".', at="code")
        return
    arguments = [*function.args.posonlyargs, *function.args.args]
    line = function.lineno
    if not _begins_well(arguments, leading):
        message = f'its first parameters are not the ones it is called with. Begin it with "{wanted}".'
        report.add(resource, "signature", message, at="code", line=line)
        return
    rest = [*arguments[len(leading) :], *function.args.kwonlyargs]
    if "no_parameters" in KINDS[resource.kind].rules:
        if rest:
            message = f'it has a parameter "{rest[0].arg}" that nothing passes. Begin it with "{wanted}".'
            report.add(resource, "signature", message, at="code", line=line)
        return
    for argument in rest:
        if _annotation(argument) not in _PLAIN:
            message = f'parameter "{argument.arg}" has no plain type. Annotate it as {listed(_PLAIN)}.'
            report.add(resource, "signature", message, at="code", line=argument.lineno)
    _agree(report, resource, [argument.arg for argument in rest], line)


def _begins_well(arguments: list[ast.arg], leading: tuple[str, ...]) -> bool:
    if len(arguments) < len(leading):
        return False
    return all(
        argument.arg == name and _annotation(argument) == _TYPES_OF_LEADING[name]
        for argument, name in zip(arguments, leading, strict=False)
    )


def _annotation(argument: ast.arg) -> str:
    """The name that annotates it, also as text or with its module before it; nothing for all that is no name."""
    match argument.annotation:
        case ast.Constant(value=str(text)):
            return text.strip().rpartition(".")[2]
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _agree(report: Report, resource: Resource, in_signature: list[str], line: int) -> None:
    rows = resource.fields.get("parameters")
    described = [str(row.get("name")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    known, taken = set(described), set(in_signature)
    for name in in_signature:
        if name not in known:
            message = f'parameter "{name}" is not described. Add @func_parameter("{name}", "…").'
            report.add(resource, "signature", message, at="parameters", line=line)
    for name in described:
        if name not in taken:
            message = f'"{name}" is described but is no parameter. Add it to the signature or take it out.'
            report.add(resource, "signature", message, at="parameters", line=line)
