"""How a comparison is read, its lines and beside what: by links that need no script, remembered by the browser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpResponse

from deployments.views.http import Request

COOKIE = "reading"
A_YEAR = 365 * 24 * 3600
# Each way of reading: the parameter that asks for it, with the words for it and for its opposite. static/js/lines.js
# writes the same names into the same cookie.
WAYS = {
    "unified": ("layout", "unified", "side"),
    "unwrapped": ("wrap", "off", "on"),
    "spaced": ("space", "drawn", "plain"),
    "treeless": ("tree", "hidden", "shown"),
}
_RUN = re.compile(" +|\t+")
# What stands between tags; the words for ears are left out, and what is drawn already.
_TEXT = re.compile(r'<i>[^<]*</i>|<span class="(?:space|tab)">[^<]*</span>|>[^<]+')


@dataclass(frozen=True)
class Reading:
    """The ways that are on. What the address says comes before what is remembered."""

    ways: frozenset[str]

    @classmethod
    def of(cls, request: Request) -> Reading:
        kept = request.COOKIES.get(COOKIE, "").split(".")
        on = set()
        for way, (name, yes, no) in WAYS.items():
            said = request.GET.get(name)
            if said == yes or (said != no and way in kept):
                on.add(way)
        return cls(frozenset(on))

    @property
    def classes(self) -> str:
        return " ".join(way for way in WAYS if way in self.ways)

    @property
    def unified(self) -> bool:
        return "unified" in self.ways

    @property
    def unwrapped(self) -> bool:
        return "unwrapped" in self.ways

    @property
    def spaced(self) -> bool:
        return "spaced" in self.ways

    @property
    def treeless(self) -> bool:
        return "treeless" in self.ways

    def remember(self, request: Request, response: HttpResponse) -> HttpResponse:
        """Kept for the next comparison, when the address said how to read."""
        if any(name in request.GET for name, _, _ in WAYS.values()):
            value = ".".join(self.classes.split())
            response.set_cookie(COOKIE, value, max_age=A_YEAR, secure=request.is_secure(), samesite="Lax")
        return response


def drawn(row: str) -> str:
    """A row of a table with an element around each run of spaces or tabs: the style sheet draws it, the text stays."""
    return _TEXT.sub(lambda found: found[0] if found[0][0] == "<" else spaces(found[0]), row)


def spaces(text: str) -> str:
    """Each run of spaces or tabs in an element of its own."""
    return _RUN.sub(_element, text)


def _element(run: re.Match[str]) -> str:
    return f'<span class="{"space" if run[0][0] == " " else "tab"}">{run[0]}</span>'
