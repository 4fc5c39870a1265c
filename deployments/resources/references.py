"""Who refers to whom: references in text, fields that name other resources, and what code goes to or imports."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from deployments.resources.kinds import KINDS
from deployments.resources.kinds.prefixes import PREFIXES
from deployments.resources.names import clean
from deployments.resources.python_parsing import parsed
from deployments.resources.reading import flow_folder
from deployments.resources.resource import Resource
from deployments.resources.spots import Spot, spots

# `{{prefix:name}}`, `${name}` and `$name`. No brace within the name, so that a text full of openings without an end is
# still searched in one pass.
REFERENCE = re.compile(r"\{\{(\w{1,40}):([^{}]{1,300})\}\}|\$\{([^\W\d]\w{0,200})\}|(?<![\w$])\$([^\W\d]\w{0,200})")

# `$name` and the older `${name}` are known and not validated; they have no prefix of their own.
VARIABLE_SHORT = "$"
ATTRIBUTE_OLDER = "${"


@dataclass(frozen=True, slots=True)
class Reference:
    prefix: str
    name: str
    # Where it begins in the text, and in which line, from 1.
    start: int
    line: int

    def __str__(self) -> str:
        if self.prefix == VARIABLE_SHORT:
            return f"${self.name}"
        if self.prefix == ATTRIBUTE_OLDER:
            return f"${{{self.name}}}"
        return f"{{{{{self.prefix}:{self.name}}}}}"


def references_in(text: str) -> list[Reference]:
    """Every reference of a known form, in order. Anything else between braces is text."""
    if "{{" not in text and "$" not in text:
        return []
    found: list[Reference] = []
    line, counted = 1, 0
    for match in REFERENCE.finditer(text):
        prefix, name, older, short = match.groups()
        if prefix is not None and prefix not in PREFIXES:
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if prefix is not None:
            found.append(Reference(prefix, name.strip(), match.start(), line))
        elif older is not None:
            found.append(Reference(ATTRIBUTE_OLDER, older, match.start(), line))
        else:
            found.append(Reference(VARIABLE_SHORT, short, match.start(), line))
    return found


class Target(NamedTuple):
    """What a reference points to: a name among the resources of a kind, inside one flow's folder where that matters."""

    kind: str
    name: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    field: str
    line: int | None = None


Manner = Literal["reference", "loose", "field", "step", "flow", "import", "expected"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One resource naming another. Any of the targets will do; `manner` says how strictly."""

    by: Resource
    place: Place
    label: str
    manner: Manner
    # As it is written.
    written: str
    targets: tuple[Target, ...]
    prefix: str = ""


# By what a mention finds a resource: as it is called, and by its name as a path would have it.
Called: TypeAlias = tuple[tuple[Target, ...], tuple[Target, ...]]
# One of these, and whether it is as a path would have it.
Sought: TypeAlias = tuple[bool, Target]


def names_of(resource: Resource) -> Called:
    kind = resource.kind
    # Under its own scope, and under none for who looks through all flows.
    scopes = {flow_folder(resource.file or "") if kind != "flow" else "", ""}
    exact, cleaned = plain(resource.name), clean(resource.name, lower=True)
    folder = (Target("flow", resource.path.split("/")[1]),) if kind == "flow" else ()
    return (
        tuple(Target(kind, exact, scope) for scope in scopes),
        (*(Target(kind, cleaned, scope) for scope in scopes), *folder),
    )


class Directory:
    """The resources of an agent by what they are called."""

    def __init__(self, resources: Sequence[Resource], called: Iterable[Called] | None = None) -> None:
        """`called`: of each resource what `names_of` says, for who knows it already."""
        self.files = frozenset(resource.file for resource in resources if resource.file is not None)
        self._exact: dict[Target, Resource] = {}
        self._cleaned: dict[Target, Resource] = {}
        for resource, (exact, cleaned) in zip(resources, called or map(names_of, resources), strict=True):
            for target in exact:
                self._exact.setdefault(target, resource)
            for target in cleaned:
                self._cleaned.setdefault(target, resource)

    def find(self, mention: Mention) -> Resource | None:
        return next((found for each in sought(mention) if (found := self.first(each)) is not None), None)

    def first(self, name: Sought) -> Resource | None:
        is_cleaned, target = name
        return (self._cleaned if is_cleaned else self._exact).get(target)


def sought(mention: Mention) -> Iterator[Sought]:
    """What it may find a resource by, the best first."""
    for target in mention.targets:
        yield False, Target(target.kind, plain(target.name), target.scope)
        if mention.manner in ("step", "flow", "expected"):
            yield True, Target(target.kind, clean(target.name, lower=True), target.scope)


def plain(name: str) -> str:
    name = name.strip()
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def target_of(resource: Resource) -> Target:
    scope = "" if resource.kind == "flow" else flow_folder(resource.file or "")
    return Target(resource.kind, resource.name, scope)


def mentions(
    resources: Sequence[Resource], tree_of: Callable[[Resource], ast.Module | None] | None = None
) -> Iterator[Mention]:
    """Everything one resource says of another. `tree_of` spares a second parse to who has the syntax trees."""
    for resource in resources:
        if resource.problem is not None or resource.kind == "variable":
            continue
        for spot in spots(resource):
            if spot.value is not None:
                yield from _in_text(resource, spot)
                yield from _in_structure(resource, spot)
                yield from _in_expectation(resource, spot)
        if KINDS[resource.kind].form == "python":
            code = resource.fields.get("code")
            if isinstance(code, str) and ("goto_" in code or "import" in code):
                tree = tree_of(resource) if tree_of else parsed(code)
                if tree is not None:
                    yield from _in_code(resource, tree)


def _in_text(resource: Resource, spot: Spot) -> Iterator[Mention]:
    if spot.field.references is None or not isinstance(spot.value, str):
        return
    # What a line says twice is one mention: a text of nothing else could hold a hundred thousand.
    once: dict[tuple[str, str, int], Reference] = {}
    for each in references_in(spot.value):
        once.setdefault((each.prefix, each.name, each.line), each)
    for reference in once.values():
        kind = {VARIABLE_SHORT: "variable", ATTRIBUTE_OLDER: "variant_attribute"}.get(reference.prefix)
        manner: Manner = "loose" if kind else "reference"
        kind = kind or PREFIXES[reference.prefix]
        scope = flow_folder(resource.file or "") if reference.prefix == "ft" else ""
        place = Place(resource.path, spot.name, reference.line)
        target = Target(kind, reference.name, scope)
        yield Mention(resource, place, spot.label, manner, str(reference), (target,), reference.prefix)


def _in_structure(resource: Resource, spot: Spot) -> Iterator[Mention]:
    field, value = spot.field, spot.value
    if not field.to:
        return
    names: list[str] = []
    if isinstance(value, str):
        names = [value]
    elif isinstance(value, list | dict):
        names = [entry for entry in value if isinstance(entry, str)]
    # Steps are known within their flow alone; a test may name a function of any flow.
    inside = KINDS[resource.kind].inside or resource.kind == "flow"
    scope = flow_folder(resource.file or "") if inside else ""
    for name in names:
        if not name.strip():
            continue
        targets = tuple(Target(kind, name, scope if KINDS[kind].inside else "") for kind in field.to)
        yield Mention(resource, Place(resource.path, spot.name), spot.label, "field", name, targets)


_EXPECTED = {"flow": ("flow",), "step": ("flow_step", "function_step")}


def _in_expectation(resource: Resource, spot: Spot) -> Iterator[Mention]:
    """Where a test expects the conversation to be, in whatever flow."""
    if resource.kind != "test_case" or spot.field.name != "value" or not isinstance(spot.value, str):
        return
    check = spot.beside.get("check")
    kinds = _EXPECTED.get(check, ()) if isinstance(check, str) else ()
    if kinds and spot.value.strip():
        targets = tuple(Target(kind, spot.value) for kind in kinds)
        yield Mention(resource, Place(resource.path, spot.name), spot.label, "expected", spot.value, targets)


def _in_code(resource: Resource, tree: ast.Module) -> Iterator[Mention]:
    label = "Function definition"
    scope = flow_folder(resource.file or "")
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            place = Place(resource.path, "code", node.lineno)
            if not isinstance(name, str):
                continue
            if node.func.attr == "goto_step":
                steps = (Target("flow_step", name, scope), Target("function_step", name, scope))
                yield Mention(resource, place, label, "step", name, steps)
            elif node.func.attr == "goto_flow":
                yield Mention(resource, place, label, "flow", name, (Target("flow", name),))
        elif isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in guarded:
            for module in _modules(node):
                target = _imported(module)
                if target is not None:
                    place = Place(resource.path, "code", node.lineno)
                    yield Mention(resource, place, label, "import", module, target)


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level or node.module is None:
        return []
    parts = node.module.split(".")
    if parts == ["functions"] or (len(parts) == 3 and parts[0] == "flows" and parts[2] == "functions"):
        return [f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"]
    return [node.module]


_GLOBAL_KINDS = ("function", "start_function", "end_function")


def _imported(module: str) -> tuple[Target, ...] | None:
    """What a module of the agent is as a resource; None for a module of somebody else."""
    match module.split("."):
        case ["functions", name, *_]:
            return tuple(Target(kind, name) for kind in _GLOBAL_KINDS)
        case ["flows", folder, "functions", name, *_]:
            return (Target("flow_function", name, f"flows/{folder}"),)
        case _:
            return None
