"""Files whose bytes differ while their meaning does not: their text side by side, for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString

from deployments.comparison import FieldChange
from deployments.comparison.lines import Texts
from deployments.comparison.rows import TextRows
from deployments.views.comparing import rows
from deployments.views.comparing.cards import Pair
from deployments.views.comparing.options import Options

# Files shown at once; the others are fetched when they are reached.
SHOWN = 50


@dataclass(frozen=True)
class FormattedFile:
    path: str
    fetch: str
    page: str
    table: SafeString | None


def formatting(pair: Pair, paths: Sequence[str], options: Options) -> tuple[FormattedFile, ...]:
    """All of these files, or the one that is asked for."""
    asked = [options.formatting] if options.formatting in paths else paths
    written = writings(pair, asked[:SHOWN])
    shown = {
        path: rows.table(replace(one, spaced=options.spaced, unfolded=options.unfolded, names=f"{path}@0"))
        for path, one in written.items()
    }
    return tuple(FormattedFile(path, pair.lines(formatting=path), _page(path), shown.get(path)) for path in asked)


def writings(pair: Pair, paths: Sequence[str]) -> dict[str, rows.Writing]:
    """The raw texts of those of these files that both sides hold."""
    left, right = pair.left.files, pair.right.files
    both = [path for path in paths if path in left and path in right]
    held = pair.load({side[path] for side in (left, right) for path in both})
    files = {path: (_text(held[left[path]]), _text(held[right[path]])) for path in both}
    texts = Texts()
    return {
        path: rows.Writing(
            field=FieldChange(
                name="text",
                label="Text",
                type="code",
                change="changed",
                left=before,
                right=after,
                source=TextRows(texts, texts.add(before, after)),
            ),
            caption=f"{path}, as it is written. Left {pair.labels[0]}, right {pair.labels[1]}.",
            fetch=pair.lines(formatting=path),
            page=_page(path),
        )
        for path, (before, after) in files.items()
    }


def _page(path: str) -> str:
    return f"?{urlencode({'formatting': path, 'lines': 'all'})}#{quote(path)}"


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
