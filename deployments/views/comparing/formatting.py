"""Files whose bytes differ while their meaning does not: their text side by side, for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from deployments.comparison import FieldChange, Tally
from deployments.comparison.lines import align
from deployments.comparison.rows import TextRows
from deployments.views.comparing import rows
from deployments.views.comparing.cards import Pair

# Files shown at once; the others are named.
SHOWN = 50


@dataclass(frozen=True)
class FormattedFile:
    path: str
    table: SafeString | None


def formatting(pair: Pair, paths: Sequence[str], *, spaced: bool) -> tuple[FormattedFile, ...]:
    shown = {written.page: rows.table(replace(written, spaced=spaced)) for written in writings(pair, paths[:SHOWN])}
    return tuple(FormattedFile(path, shown.get(_page(path))) for path in paths)


def writings(pair: Pair, paths: Sequence[str]) -> list[rows.Writing]:
    """The raw texts of these files, which both sides hold."""
    left, right = pair.left.files, pair.right.files
    both = [path for path in paths if path in left and path in right]
    held = pair.load({side[path] for side in (left, right) for path in both})
    texts = [(_text(held[left[path]]), _text(held[right[path]])) for path in both]
    return [
        rows.Writing(
            field=FieldChange(
                name="text",
                label="Text",
                type="code",
                change="changed",
                left=before,
                right=after,
                tally=Tally(alignment.added, alignment.removed),
                source=TextRows(alignment),
            ),
            caption=f"{path}, as it is written. Left {pair.labels[0]}, right {pair.labels[1]}.",
            fetch=pair.lines(formatting=path),
            page=_page(path),
        )
        for path, (before, after), alignment in zip(both, texts, align(texts), strict=True)
    ]


def _page(path: str) -> str:
    return f"?formatting=shown&lines=all#{path}"


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
