"""The Python of an agent as a tree: parsed, never executed. Its main function is the one the file is named after."""

from __future__ import annotations

import ast
import posixpath
import re
import symtable
import threading
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

HEADER = "from _gen import *  # <AUTO GENERATED>"
HEADERS = frozenset({HEADER, "from imports import *  # <AUTO GENERATED>"})

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Switching warnings off is process-wide; two threads doing it at once could leave them off for good. And releases of
# Python 3.11 count the depth of every tree that is being made together: of two threads one ends with a SystemError.
_ALONE = threading.RLock()


@contextmanager
def quietly() -> Iterator[None]:
    """Alone, as every tree is made, and without warnings: Python has opinions on other people's code, and under
    -W error would refuse it for them.
    """
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parsed(code: str) -> ast.Module | None:
    """The syntax tree, or None where the code does not parse."""
    with quietly():
        try:
            return ast.parse(code)
        # The last one is how some releases of Python 3.11 say that code is nested too deep.
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            return None


def main_function(tree: ast.Module, name: str) -> Function | None:
    """The function the file is named after; the last one of that name, as in a running program."""
    named = [node for node in tree.body if isinstance(node, Function) and node.name == name]
    return named[-1] if named else None


_SPACE = r"(?:[ \t\f]|\\\n)"
_DEFINED = re.compile(rf"^(?:[ \t]*\f)*(?:async{_SPACE}+)?def{_SPACE}+([^\s(\[:\\]+)", re.MULTILINE)


def main_function_in(source: str, name: str, *, compiles: bool = False) -> Function | None:
    """What `main_function` finds in the code, with a body that is empty: none where the code does not parse.

    Checking code is far cheaper than making a tree of it, so a tree is only made of what stands above the body. Where
    that does not tell for certain, it is made of all. `compiles`: for who knows that the code was checked before.
    """
    places = [found.start() for found in _DEFINED.finditer(source) if unicodedata.normalize("NFKC", found[1]) == name]
    if places and (compiles or _parses(source)):
        above = source.count("\n", 0, places[-1])
        lines = source.split("\n")
        end = next((end for end in range(above, len(lines)) if lines[end].endswith(":")), None)
        head = parsed("\n".join([*lines[:end], f"{lines[end]} pass"])) if end is not None else None
        last = head.body[-1] if head and head.body else None
        # Where it is a function of its own, the line was none inside a text.
        if isinstance(last, Function) and last.name == name and last.lineno == above + 1:
            return last
    tree = parsed(source)
    return main_function(tree, name) if tree else None


def _parses(source: str) -> bool:
    """Whether code certainly parses; of some that does this does not know it."""
    with quietly():
        try:
            symtable.symtable(source, "<code>", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            return False
    return True


def function_name(path: str) -> str:
    """The name of the function that a file is named after."""
    return posixpath.basename(path).removesuffix(".py")


def certainly_differ(text: str, other: str, name: str) -> bool:
    """Whether the code of two files `<name>.py` cannot be the same, told without parsing either.

    No decorator of the main function stands below the last line that may define it: from there on everything is code.
    """
    ends = [_from_definition(each, name) for each in (text, other)]
    return None not in ends and ends[0] != ends[1]


def _from_definition(text: str, name: str) -> str | None:
    """From the last line on that may define the main function, without white space; None where there is none."""
    places = [found.start() for found in _DEFINED.finditer(text) if unicodedata.normalize("NFKC", found[1]) == name]
    if not places:
        return None
    lines = (line for line in text[places[-1] :].split("\n") if line.rstrip() not in HEADERS)
    return "".join(unicodedata.normalize("NFC", "\n".join(lines)).split())
