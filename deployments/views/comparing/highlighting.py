"""Colours of code: where in each line its keywords, strings and comments stand. Three classes, one expression each.

Lexers of a library tell eighty kinds of token apart and cost more than the whole rest of a page.
"""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import TypeAlias

Span: TypeAlias = tuple[int, int, str]  # from, to, class
Colours: TypeAlias = tuple[tuple[Span, ...], ...]  # a line each

LONGEST = 500_000
NONE: Colours = ()

# What has no colour comes first, as much of it at once as there is: a match costs more than many characters.
_WORDS = rf"(?:{'|'.join(keyword.kwlist)})\b"
_PREFIX = r"(?:[rRbBfFuU]|[rR][bBfF]|[bBfF][rR])"
_PYTHON = rf"""(?x:
    (?:[^\w"'\#]++|(?!{_WORDS}|{_PREFIX}["'])\w++)++
    |(?P<k>{_WORDS})
    |(?P<s>{_PREFIX}?(?:
        (\"\"\"|''')(?:\\[\s\S]|(?!\3)[^\\])*(?:\3|\Z)
        |"(?:\\.|[^"\\\n])*"?
        |'(?:\\.|[^'\\\n])*'?
    ))
    |(?P<c>\#.*)
)"""
_JSON = r"""(?:[^\w"]++|(?!(?:true|false|null)\b)\w++)++|(?P<k>\w+)|(?P<s>"(?:\\.|[^"\\\n])*"?)"""
LANGUAGES = {"code": re.compile(_PYTHON), "json": re.compile(_JSON)}


def colours_of(text: str, language: str) -> Colours:
    """The spans of every line of `text`; nothing for a language without colours and for very long text."""
    return _colours(text, language) if language in LANGUAGES and len(text) <= LONGEST else NONE


@lru_cache(maxsize=128)
def _colours(text: str, language: str) -> Colours:
    lines: list[list[Span]] = [[]]
    start = 0  # of the line
    for found in LANGUAGES[language].finditer(text):
        begin, end = found.span()
        kind = found.lastgroup
        # A string may go on over lines; each line has its own part of it.
        while (feed := text.find("\n", begin, end)) >= 0:
            if kind and begin < feed:
                lines[-1].append((begin - start, feed - start, kind))
            lines.append([])
            begin = start = feed + 1
        if kind and begin < end:
            lines[-1].append((begin - start, end - start, kind))
    return tuple(map(tuple, lines))
