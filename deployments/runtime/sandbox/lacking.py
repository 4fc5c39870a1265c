"""What Python has and the sandbox has not, wherever a file asks for it, with what to write instead."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deployments.runtime.sandbox.having import LACKED
from deployments.runtime.sandbox.imports import done_without
from deployments.runtime.sandbox.modules import Module

# Built-in functions and exceptions.
BUILTINS = frozenset(
    (
        "BaseExceptionGroup", "BlockingIOError", "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError",
        "ConnectionAbortedError", "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError",
        "EncodingWarning", "ExceptionGroup", "FloatingPointError", "FutureWarning", "GeneratorExit", "ImportWarning",
        "IndentationError", "InterruptedError", "PendingDeprecationWarning", "ProcessLookupError", "ReferenceError",
        "ResourceWarning", "RuntimeWarning", "StopAsyncIteration", "SyntaxWarning", "SystemError", "TabError",
        "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "Warning", "aiter", "anext", "ascii", "breakpoint",
        "bytearray", "compile", "copyright", "credits", "delattr", "dir", "exit", "globals", "help", "input", "license",
        "memoryview", "quit",
    )
)  # fmt: skip
# Methods that no value of the sandbox has, though values of Python have them, and what else is never there.
METHODS = frozenset(
    (
        "add_note", "bit_count", "bit_length", "cache_clear", "cache_info", "ctime", "difference_update", "expand",
        "format_map", "from_bytes", "fromisocalendar", "fromordinal", "fromutc", "indices", "intersection_update",
        "move_to_end", "scanner", "symmetric_difference_update", "timetuple", "to_bytes", "toordinal",
        "utcfromtimestamp", "utctimetuple", "with_traceback",
    )
)  # fmt: skip
ATTRIBUTES = frozenset(
    (
        "endpos", "groupindex", "lastgroup", "lastindex", "regs", "__annotations__", "__bases__", "__cause__",
        "__context__", "__doc__", "__module__", "__mro__", "__next__", "__traceback__", "__wrapped__",
    )
)  # fmt: skip
KEYWORDS = {
    "json.loads": frozenset({"cls", "object_hook", "object_pairs_hook", "strict"}),
    "json.dumps": frozenset({"cls"}),
}
# Of modules of which any name may be imported, since only annotations use most of them: those that are asked something.
ASKED = frozenset({"get_args", "get_origin", "get_type_hints", "Flag", "IntFlag"})
# A run takes no longer, so neither does a pause in it.
LONGEST_PAUSE = 10

_INSTEAD = {
    "re.VERBOSE": "Write the pattern without spaces and comments.",
    "string.Template": "Use an f-string, or replace().",
    "string.Formatter": "Use format().",
    "json.JSONEncoder": "Give json.dumps(default=...) a function.",
    "json.dumps(cls=)": "Give json.dumps(default=...) a function.",
    "functools.cmp_to_key": "Give sorted() a key.",
    "random.SystemRandom": "Use the functions of random.",
    "urllib.parse.urlparse": "Take the address apart with re.",
    "urllib.parse.urlsplit": "Take the address apart with re.",
    "urllib.parse.parse_qs": "Take the address apart with re.",
    "urllib.parse.urljoin": "Put the address together as text.",
    "collections.ChainMap": "Merge the dictionaries: {**defaults, **own}.",
    "format_map": "Use format(**values).",
    "timetuple": "Use the date's own fields, or strftime().",
    "utctimetuple": "Use the date's own fields, or strftime().",
    "toordinal": "Subtract two dates.",
    "utcfromtimestamp": "Use fromtimestamp(seconds, timezone.utc).",
    "difference_update": "Use -=.",
    "intersection_update": "Use &=.",
    "symmetric_difference_update": "Use ^=.",
    "lastgroup": "Use groupdict().",
    "expand": "Use group().",
    "bytearray": "Use bytes.",
    "input": "A caller is asked by the agent's words.",
}
_INSTEAD["re.X"] = _INSTEAD["re.VERBOSE"]
_UNCHANGING = frozenset({"UTC", "GMT", "Etc/UTC", "Etc/GMT"})


# Words without one of which a file asks for nothing that is not there.
_TELLING = BUILTINS | METHODS | ATTRIBUTES | ASKED | {"open", "sleep", "HTTPStatus", "ZoneInfo"}
_TELLING = _TELLING.union(*KEYWORDS.values())
_MODULES = [(whole.rpartition(".")[2], lacked) for whole, lacked in LACKED.items()]


@dataclass(frozen=True)
class Lack:
    """`method`: whatever class of the agent has one of this name may be meant."""

    node: ast.AST
    message: str
    method: str | None = None


def may_lack(words: frozenset[str]) -> bool:
    """Whether a file of these words has to be looked at: far cheaper than looking."""
    return not words.isdisjoint(_TELLING) or any(
        name in words and not words.isdisjoint(lacked) for name, lacked in _MODULES
    )


def lacking_in(module: Module) -> Iterator[Lack]:
    assert module.tree is not None
    nodes = list(_evaluated(module.tree))
    names = _Names(module, nodes)
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    without = set[int]().union(*(done_without(node) for node in nodes if isinstance(node, ast.If | ast.Try)))
    for node in nodes:
        match node:
            case ast.ImportFrom(module=str(base), level=0) if id(node) not in without:
                for alias in node.names:
                    if alias.name in LACKED.get(base, ASKED):
                        yield Lack(node, _said(f"{base}.{alias.name}"))
            case ast.Attribute(value=value, attr=attribute, ctx=ast.Load()):
                owner = names.meaning(value)
                if attribute in LACKED.get(owner, ()):
                    yield Lack(node, _said(f"{owner}.{attribute}"))
                elif owner.startswith("http.HTTPStatus."):
                    yield Lack(node, f"{ast.unparse(value)} is the number itself here: it has no {attribute}.")
                elif attribute in module.binds or owner.startswith(("conv.api.", "conv.functions", "flow.functions")):
                    pass
                elif attribute in ATTRIBUTES or (attribute in METHODS and id(node) in called):
                    yield Lack(node, _said(attribute), attribute)
            case ast.Name(id=identifier, ctx=ast.Load()):
                if identifier in BUILTINS and identifier not in module.binds and identifier not in names.imported:
                    yield Lack(node, _said(identifier))
            case ast.Call(func=function):
                yield from _called(node, names.meaning(function))
    yield from _changing_zones(nodes, names)


def _evaluated(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node but those of annotations, which nobody ever asks."""
    waiting: deque[ast.AST] = deque([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        said = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        waiting += (one for one in ast.iter_child_nodes(node) if one not in said)


class _Names:
    """What the names of a file stand for, as far as its imports say it."""

    def __init__(self, module: Module, nodes: Sequence[ast.AST]) -> None:
        self.imported: dict[str, str] = {}
        self._binds = module.binds - {"conv", "flow"}
        twice: set[str] = set()
        for bound, meaning in _imports(nodes):
            if self.imported.setdefault(bound, meaning) != meaning:
                twice.add(bound)
        self.imported.update(dict.fromkeys(twice, ""))

    def meaning(self, expression: ast.expr) -> str:
        """`datetime.datetime` for `datetime`, or nothing where that is not known."""
        match expression:
            case ast.Name(id=identifier):
                if identifier in self._binds:
                    return ""
                return self.imported.get(identifier, identifier if identifier in ("conv", "flow", "open") else "")
            case ast.Attribute(value=value, attr=attribute):
                owner = self.meaning(value)
                return f"{owner}.{attribute}" if owner else ""
        return ""


def _imports(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        match node:
            case ast.Import():
                for alias in node.names:
                    first = alias.name.split(".")[0]
                    yield alias.asname or first, alias.name if alias.asname else first
            case ast.ImportFrom(module=str(base), level=0):
                for alias in node.names:
                    yield alias.asname or alias.name, f"{base}.{alias.name}"
            case ast.ImportFrom():
                for alias in node.names:
                    yield alias.asname or alias.name, ""


def _called(node: ast.Call, what: str) -> Iterator[Lack]:
    for keyword in node.keywords:
        if keyword.arg in KEYWORDS.get(what, ()):
            yield Lack(node, _said(f"{what}({keyword.arg}=)"))
    match what, node.args:
        case "open", [_, *_]:
            yield Lack(node, "There are no files here: a run that opens one fails.")
        case "time.sleep", [ast.Constant(value=int() | float() as seconds)] if seconds >= LONGEST_PAUSE:
            yield Lack(node, f"A run may take {LONGEST_PAUSE} s in all: time.sleep({seconds}) ends it.")


def _said(what: str) -> str:
    return f"{what} is not known here: a run that comes to it fails. {_INSTEAD.get(what, '')}".rstrip()


def _changing_zones(nodes: Sequence[ast.AST], names: _Names) -> Iterator[Lack]:
    """The first use of a zone that is not to tell what time it is now."""
    zones = [node for node in nodes if _is_zone(node, names)]
    if not zones:
        return
    kept = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and any(node.value is zone for zone in zones)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    harmless = {
        id(one)
        for node in nodes
        for one in (
            [*node.args, *(keyword.value for keyword in node.keywords)]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "now"
            else [node.value]
            if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)
            else []
        )
    }
    for node in nodes:
        used = node in zones or (isinstance(node, ast.Name) and node.id in kept and isinstance(node.ctx, ast.Load))
        if used and id(node) not in harmless:
            said = "A zone has the offset of the moment here: a time beyond a clock change is an hour off."
            yield Lack(node, f"{said} Keep such times without a zone.")
            return


def _is_zone(node: ast.AST, names: _Names) -> bool:
    if not isinstance(node, ast.Call) or names.meaning(node.func) != "zoneinfo.ZoneInfo":
        return False
    return not (node.args and getattr(node.args[0], "value", None) in _UNCHANGING)
