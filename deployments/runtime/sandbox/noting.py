"""What of a version runs otherwise in the sandbox than as written, or not at all: told before anybody publishes it.

A file is looked at by itself and remembered with its content. What depends on the other files (whether a module or a
class is there) is remembered as a doubt, and decided each time from their names alone.
"""

from __future__ import annotations

import ast
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from deployments.keeping import Kept, differing, forgets
from deployments.resources.decoding import decoded
from deployments.resources.python_parsing import quietly
from deployments.resources.yaml_reading import NotRead
from deployments.runtime.sandbox import known
from deployments.runtime.sandbox.lacking import ATTRIBUTES, METHODS, Lack, lacking_in, may_lack
from deployments.runtime.sandbox.modules import Modules, module_of, name_of
from deployments.runtime.sandbox.rewriting import Note, Rewriting

# Files remembered; each is a few lines of text.
REMEMBERED = 20_000
# Agents whose last files are.
AGENTS = 16

_FOLDERS = ("functions/", "flows/")
_NOTED = frozenset({"class", "yield", "async"})
_WORD = re.compile(r"\w+")
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)|import[ \t]+(.+))", re.MULTILINE)
_MEMBER = re.compile(r"\bconv\.([A-Za-z_]\w*)")
_SILENT = known.NATIVE | known.PATCHED.keys() | known.SUPPLIED | known.HEADERS


@dataclass(frozen=True)
class Doubt:
    """A note that stands unless the version has that module, the one it is a name of, that class or that method."""

    note: Note
    module: str | None = None
    base: str | None = None
    method: str | None = None


@dataclass(frozen=True)
class Looked:
    notes: tuple[Note, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    classes: frozenset[str] = frozenset()
    # Of the methods that no value of the sandbox has, those that this file defines.
    methods: frozenset[str] = frozenset()


NOTHING = Looked()


@dataclass
class _Looking(Rewriting):
    doubts: list[Doubt] = field(default_factory=list)

    def must_exist(self, node: ast.AST, module: str) -> None:
        # One that is named in full and missing is an error of its own.
        if isinstance(node, ast.ImportFrom) and node.level and module != self.module.name:
            self._doubt(node, f"There is no module {module} in this agent.", module=module)

    def refused(self, node: ast.AST, module: str, message: str) -> None:
        # A module of the agent's own may stand beside its folders.
        self._doubt(node, message, module=module.removeprefix("* of "))

    def unknown_base(self, node: ast.ClassDef, base: str) -> None:
        self._doubt(node, f"What {node.name} inherits from {base} is not known here.", base=base)

    def lacks(self, lack: Lack) -> None:
        if lack.method is None:
            self.note(lack.node, lack.message)
        else:
            self._doubt(lack.node, lack.message, method=lack.method)

    def _doubt(self, node: ast.AST, message: str, **unless: str | None) -> None:
        self.doubts.append(Doubt(Note(self.module.path, getattr(node, "lineno", 1), message), **unless))


def look(path: str, text: str) -> Looked:
    """What there is to say about one file. One that does not parse is silent: that is an error of its own."""
    lacks = may_lack(words := frozenset(_WORD.findall(text)))
    if (
        words.isdisjoint(_NOTED)
        and not lacks
        and not any(_may_be_noted(match) for match in _IMPORT.finditer(text))
        and all(name in known.OF_A_CONVERSATION for name in _MEMBER.findall(text))
    ):
        return NOTHING
    module = module_of(path, text)
    if module.tree is None:
        return NOTHING
    looking = _Looking(module, Modules({path: text}))
    classes = frozenset(node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))
    methods = (METHODS | ATTRIBUTES) & module.binds if lacks else frozenset[str]()
    _note_members(looking, module.tree)
    for lack in lacking_in(module) if lacks else ():
        looking.lacks(lack)
    # The tree is changed on the way; nobody else has it.
    with quietly():
        looking.visit(ast.parse(module.source))
    return Looked(tuple(sorted(set(looking.notes))), tuple(looking.doubts), classes, methods)


def _note_members(looking: _Looking, tree: ast.Module) -> None:
    """What is asked of a conversation that it does not have, unless the file puts it there itself."""
    asked = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "conv"
        and node.attr not in known.OF_A_CONVERSATION
        and not node.attr.startswith("__")
    ]
    put = {node.attr for node in asked if isinstance(node.ctx, ast.Store)}
    for node in asked:
        if node.attr in put:
            continue
        is_private = node.attr.startswith("_")
        means = "it is always None." if is_private else "a run that comes to it fails."
        looking.note(node, f"conv.{node.attr} is not known here: {means}")


def _may_be_noted(match: re.Match[str]) -> bool:
    base, names = match.groups()
    if base is not None:
        return base not in _SILENT
    return any(part.split()[0] not in _SILENT for part in names.split(",") if part.split())


_kept: Kept[Looked] = Kept(most=REMEMBERED, weight=REMEMBERED)


def _looked_at(files: Mapping[str, str], load: Callable[[Collection[str]], Mapping[str, bytes]]) -> dict[str, Looked]:
    """Of these files, {path: key of the content}. `load` gives the bytes of the keys that are not remembered."""

    def read(missing: Collection[tuple[str, str]]) -> dict[tuple[str, str], Looked]:
        contents = load({key for _, key in missing})
        return {(path, key): _looked(path, contents[key]) for path, key in missing}

    return {path: one for (path, _), one in _kept.several(files.items(), read).items()}


def _looked(path: str, content: bytes) -> Looked:
    try:
        return look(path, decoded(content))
    except NotRead:
        return NOTHING


# The last agents under their names, and what there is to say about their files: of little that changed since, that
# little is looked at.
_nearby: OrderedDict[Hashable, tuple[Mapping[str, str], Mapping[str, Looked]]] = OrderedDict()
_nearby_lock = Lock()


def notes_in(
    files: Mapping[str, str], load: Callable[[Collection[str]], Mapping[str, bytes]], near: Hashable = None
) -> list[Note]:
    """Of the agent of these files, {path: key of the content}, in the order of path and line. `near`: its name."""
    with _nearby_lock:
        known, before = _nearby.get(near, ({}, {}))
    few = differing(known, files)
    changed = files if few is None else {path: now for path, (_, now) in few.items() if now is not None}
    new = _looked_at({path: key for path, key in changed.items() if _is_code(path)}, load)
    staying = {} if few is None else {path: one for path, one in before.items() if path not in few}
    found = {path: one for path, one in {**staying, **new}.items() if one is not NOTHING}
    if near is not None:
        with _nearby_lock:
            _nearby[near] = files, found
            _nearby.move_to_end(near)
            while len(_nearby) > AGENTS:
                _nearby.popitem(last=False)
    looked = found.values()
    if not any(one.doubts for one in looked):
        return sorted({note for one in looked for note in one.notes})
    classes = frozenset[str]().union(*(one.classes for one in looked))
    methods = frozenset[str]().union(*(one.methods for one in looked))
    modules = frozenset(name_of(path) for path in files if path.endswith(".py"))
    packages = frozenset(
        ".".join(parts[:length]) for parts in (name.split(".") for name in modules) for length in range(1, len(parts))
    )
    return sorted(set(_standing(looked, modules, packages, classes, methods)))


@forgets
def _forget() -> None:
    with _nearby_lock:
        _nearby.clear()


def _is_code(path: str) -> bool:
    return path.endswith(".py") and path.startswith(_FOLDERS)


def _standing(
    looked: Collection[Looked],
    modules: Collection[str],
    packages: Collection[str],
    classes: Collection[str],
    methods: Collection[str],
) -> Iterator[Note]:
    for one in looked:
        yield from one.notes
        for doubt in one.doubts:
            is_there = doubt.base in classes or doubt.method in methods
            if doubt.module is not None:
                is_there = (
                    doubt.module in modules or doubt.module in packages or doubt.module.rpartition(".")[0] in modules
                )
            if not is_there:
                yield doubt.note
