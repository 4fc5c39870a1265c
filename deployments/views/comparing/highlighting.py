"""Colours of code: where in each line its keywords, strings and comments stand. Three classes, told by Pygments.

Pygments' own lexers tell eighty kinds of token apart and cost more than the whole rest of a page; these tell three and
are ten times faster.
"""

from __future__ import annotations

import keyword
from functools import lru_cache
from typing import TypeAlias

from pygments.lexer import RegexLexer
from pygments.token import Comment, Keyword, String, Text

Span: TypeAlias = tuple[int, int, str]  # from, to, class
Colours: TypeAlias = tuple[tuple[Span, ...], ...]  # a line each

LONGEST = 500_000
CLASSES = {Keyword: "k", String: "s", Comment: "c"}
NONE: Colours = ()

_WORDS = rf"(?:{'|'.join(keyword.kwlist)})\b"
_PREFIX = r"(?:[rRbBfFuU]|[rR][bBfF]|[bBfF][rR])"


class Python(RegexLexer):
    tokens = {
        "root": [
            (rf"(?:[^\w\"'#]+|(?!{_WORDS}|{_PREFIX}[\"'])\w+)+", Text),
            (_WORDS, Keyword),
            (rf"{_PREFIX}?(\"\"\"|''')(?:\\[\s\S]|(?!\1)[^\\])*(?:\1|\Z)", String),
            (rf"{_PREFIX}?(?:\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)", String),
            (r"#.*", Comment),
        ]
    }


class Json(RegexLexer):
    tokens = {
        "root": [
            (r"(?:[^\w\"]+|(?!(?:true|false|null)\b)\w+)+", Text),
            (r"\w+", Keyword),
            (r"\"(?:\\.|[^\"\\\n])*\"?", String),
        ]
    }


LEXERS: dict[str, RegexLexer] = {"code": Python(), "json": Json()}


def colours_of(text: str, language: str) -> Colours:
    """The spans of every line of `text`; nothing for a language without colours and for very long text."""
    return _colours(text, language) if language in LEXERS and len(text) <= LONGEST else NONE


@lru_cache(maxsize=128)
def _colours(text: str, language: str) -> Colours:
    lines: list[list[Span]] = [[]]
    column = 0
    for _, token, value in LEXERS[language].get_tokens_unprocessed(text):
        kind = CLASSES.get(token)
        first, *others = value.split("\n")
        if kind and first:
            lines[-1].append((column, column + len(first), kind))
        column += len(first)
        # A string may go on over lines; each line has its own part of it.
        for part in others:
            lines.append([(0, len(part), kind)] if kind and part else [])
            column = len(part)
    return tuple(map(tuple, lines))
