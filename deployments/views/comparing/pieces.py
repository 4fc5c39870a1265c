"""The pieces of a line as HTML: escaped once, what changed in it marked, the colours of code inside the marks too."""

from __future__ import annotations

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

from deployments.comparison import Pieces
from deployments.views.comparing.highlighting import Span
from deployments.views.comparing.reading import spaces

TAGS = {"removed": ("<del>", "</del>"), "added": ("<ins>", "</ins>")}
# Characters that would act instead of show: controls, and those that turn the direction of reading.
_ACTING = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
ACTING = re.compile(f"[{_ACTING}]")
UNSAFE = re.compile(f"[&<>{_ACTING}]")


def shown(text: str) -> SafeString:
    """Text of an agent, escaped, with every character that would act instead of show named."""
    return mark_safe(_plain(text))


def _plain(text: str) -> str:
    # Most pieces hold nothing to escape, and a page has thousands of them.
    if not UNSAFE.search(text):
        return text
    return ACTING.sub(_named, escape(text, quote=False))


def text_of(pieces: Pieces, spans: tuple[Span, ...], *, marked: bool) -> str:
    """The pieces of a line: the changed ones marked, and the colours of code, inside the marks too."""
    written = []
    start = 0
    for kind, text in pieces:
        before, after = TAGS.get(kind, ("", "")) if marked else ("", "")
        blank = before and text.isspace() and not ACTING.search(text)
        inner = spaces(text) if blank else coloured(text, start, spans)
        written.append(f"{before}{inner}{after}")
        start += len(text)
    return "".join(written)


def coloured(text: str, start: int, spans: tuple[Span, ...]) -> str:
    """`text` stands in its line from `start`; of each span the part that lies within it is coloured."""
    written = []
    done = 0
    for begin, end, kind in spans:
        begin, end = max(begin - start, done), min(end - start, len(text))
        if begin < end:
            written.append(f'{_plain(text[done:begin])}<span class="{kind}">{_plain(text[begin:end])}</span>')
            done = end
    written.append(_plain(text[done:]))
    return "".join(written)


def _named(match: re.Match[str]) -> str:
    return f'<span class="character">U+{ord(match[0]):04X}</span>'
