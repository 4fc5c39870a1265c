"""Patterns that agents write, run with a limit of time: none can hang a turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import TypeAlias, TypeVar

import regex

from deployments.resources.expressions import is_costly

# Letters of a text with something put in for what a pattern finds: rule after rule, texts may grow and grow.
LONGEST = 50_000
# Seconds that one pattern may take on one text, and all patterns of a turn together.
EACH = 0.1
TOGETHER = 0.5

Compiled: TypeAlias = "regex.Pattern[str]"
Match: TypeAlias = "regex.Match[str]"
T = TypeVar("T")

_GROUP = re.compile(r"\\(\d{1,2})|\$(\d{1,2})|\\g<(\w{1,40})>")


@dataclass
class Patterns:
    """The patterns of one turn. One that does not compile, takes too long or makes too much matches nothing, which
    `warnings` say."""

    warnings: list[str] = field(default_factory=list)
    left: float = TOGETHER

    def search(self, pattern: str, text: str) -> Match | None:
        """The first match of a pattern in the syntax of Python's `re`."""
        return self._within(
            pattern, True, lambda compiled, limit: compiled.search(text, timeout=limit, concurrent=True)
        )

    def substituted(self, pattern: str, replacement: str, text: str, *, ignoring_case: bool = True) -> str | None:
        r"""The text with every match replaced, None where there is none. `\1` and `$1` both mean the first group."""

        def run(compiled: Compiled, limit: float) -> str | None:
            left = LONGEST - len(text)

            def put(match: Match) -> str:
                nonlocal left
                written = filled(replacement, match, left)
                left -= len(written)
                return written

            written, count = compiled.subn(put, text, timeout=limit, concurrent=True)
            return written if count else None

        return self._within(pattern, ignoring_case, run)

    def _within(self, pattern: str, ignoring_case: bool, run: Callable[[Compiled, float], T | None]) -> T | None:
        compiled = _compiled(pattern, ignoring_case)
        if compiled is None:
            self.warnings.append(f"The pattern {pattern} does not compile; it matches nothing.")
            return None
        limit = min(EACH, self.left)
        if limit <= 0:
            self.warnings.append(f"The pattern {pattern} was not tried: the patterns of this turn took too long.")
            return None
        began = monotonic()
        try:
            return run(compiled, limit)
        except TimeoutError:
            self.warnings.append(f"The pattern {pattern} took longer than {limit:.1f} s; it matches nothing.")
            return None
        except _TooMuch:
            self.warnings.append(f"The pattern {pattern} makes more than {LONGEST:,} letters; it matches nothing.")
            return None
        finally:
            self.left -= monotonic() - began


class _TooMuch(Exception):
    pass


def filled(replacement: str, match: Match, most: int) -> str:
    """The replacement with the groups of this match; a group that is not there, or took no part, is empty. Raises
    _TooMuch for more letters than these."""
    left = most - len(replacement)

    def group(reference: re.Match[str]) -> str:
        nonlocal left
        wanted = reference[1] or reference[2] or reference[3]
        try:
            found = match[int(wanted) if wanted.isdecimal() else wanted] or ""
        except (IndexError, OverflowError):
            return ""
        left -= len(found)
        if left < 0:
            raise _TooMuch
        return found

    if left < 0:
        raise _TooMuch
    return _GROUP.sub(group, replacement)


@lru_cache(maxsize=2048)
def _compiled(pattern: str, ignoring_case: bool) -> Compiled | None:
    try:
        # What Python's own module would refuse never matches, whatever else `regex` understands.
        re.compile(pattern)
        if is_costly(pattern):
            return None
        return regex.compile(pattern, regex.VERSION0 | (regex.IGNORECASE if ignoring_case else 0))
    except (re.error, regex.error, RecursionError, OverflowError):
        return None
