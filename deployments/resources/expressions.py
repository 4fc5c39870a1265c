"""What it costs to compile a regular expression.

`regex`, whose matching has a limit of time, has none for compiling, and holds up the whole process meanwhile: it writes
out what has to be there several times as often, so that three such repeats in each other fill all memory there is.
"""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]  # the tree that `re` itself compiles
from typing import Any, Final

from deployments.resources.python_parsing import quietly

# Parts of a pattern as it is written out: a few hundredths of a second, a few megabytes.
MOST_PARTS: Final = 30_000
# Where white space is passed over, `regex` finds a repeat also in `{ 99}`, which for `re` are letters.
_PASSES_OVER_SPACE = re.compile(r"\(\?[a-zA-Z]*x")
_SPACED_REPEAT = re.compile(r"(?<!\\)(?:\\\\)*\{[\d,]*[\s#]")
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


def is_costly(pattern: str) -> bool:
    """Whether `regex` had better not be asked to compile it: it would be too much, or `re` cannot read it."""
    try:
        with quietly():
            tree = _parser.parse(pattern)
        return _parts(tree) > MOST_PARTS or _hides_a_repeat(pattern)
    except (re.error, RecursionError, OverflowError):
        return True


def _hides_a_repeat(pattern: str) -> bool:
    return bool(_PASSES_OVER_SPACE.search(pattern) and _SPACED_REPEAT.search(pattern))


def _parts(tree: Any) -> int:
    """Of a pattern or of a part of one. Each repeat is written out as often as it has to be there, and once more."""
    count = 0
    for what, about in tree:
        inner = 1 + sum(map(_parts, _inner(about)))
        count += inner * (int(about[0]) + 1) if str(what) in _REPEATS and about[0] else inner
    return count


def _inner(about: Any) -> list[Any]:
    if isinstance(about, _parser.SubPattern):
        return [about]
    if isinstance(about, tuple | list):
        return [each for one in about for each in _inner(one)]
    return []
