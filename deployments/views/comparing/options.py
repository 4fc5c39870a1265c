"""What of a comparison is asked for: part of its address, and of the key under which a finished page is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from deployments.forms.numerals import whole
from deployments.views.asked import words

CHANGES = ("added", "changed", "removed", "moved")


@dataclass(frozen=True)
class Options:
    change: str = ""
    group: str = ""
    words: str = ""
    item: str = ""
    start: int = 0
    unfolded: bool = False
    closed: bool = False
    # The file whose formatting is shown; any other word shows that of all.
    formatting: str = ""
    spaced: bool = False

    @classmethod
    def of(cls, query: Any, *, spaced: bool = False) -> Options:
        change = query.get("change", "")
        return cls(
            change=change if change in CHANGES else "",
            group=query.get("group", ""),
            words=words(query, "text"),
            item=query.get("item", ""),
            start=whole(query.get("start", "")) or 0,
            unfolded=query.get("lines") == "all",
            closed=query.get("fold") == "all",
            formatting=query.get("formatting", ""),
            spaced=spaced,
        )

    @property
    def filters(self) -> dict[str, str]:
        """What goes along in an address that shows more of the same."""
        named = (("change", self.change), ("group", self.group), ("text", self.words))
        return {key: value for key, value in named if value}

    def page(self, **asked: object) -> str:
        """This comparison with these filters, for a browser without scripts."""
        return f"?{urlencode({**self.filters, **asked})}"
