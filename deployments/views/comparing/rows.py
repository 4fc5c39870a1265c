"""The rows of two texts side by side, as HTML.

The one place where Python writes HTML: a template loop over thousands of rows costs five times the rest of a page
(performance.md, section 2). Everything from an agent is escaped here, once; what is returned is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe

from deployments.comparison import FieldChange, Pieces, Row, Side
from deployments.templatetags.slipway import icon
from deployments.views.comparing.highlighting import NONE, Colours, Span, colours_of
from deployments.views.comparing.pieces import TAGS, coloured, shown, text_of
from deployments.views.comparing.reading import drawn

# A longer line is shown around what changed in it, with a link to the whole of it.
LONGEST_LINE = 2_000
KEPT_AROUND = 120
# How many unchanged lines unfold at an end of what is folded.
STEP = 20
# Rows of one answer, where not all are asked for.
MOST_ROWS = 2_000

# Rows are written short, since a page has thousands: a row says its kind, its cells are told by their place
# (number, line, number, line), and `i` is what the style sheet keeps for ears.
BLANK = "<td></td><td></td>"
WORDS = {
    "same": ("", ""),
    "moved": ("<i>moved </i>", "<i>moved </i>"),
    "changed": ("<i>changed from </i>", "<i>to </i>"),
}
ONE_SIDED = ("<i>removed </i>", "<i>added </i>")


@dataclass(frozen=True, slots=True)
class Writing:
    """One field as it stands in the page: where its folded lines are fetched, and where they show without a script."""

    field: FieldChange
    caption: str
    fetch: str
    page: str
    unfolded: bool = False
    # White space of changed lines as elements that are drawn.
    spaced: bool = False
    # What the names of its rows begin with (static/js/lines.js). Rows that only a script fetches have none.
    names: str = ""


def table(writing: Writing, most: int | None = None) -> SafeString:
    """The table of a field: its rows, or the first of them with a way to the rest; a short value is one row."""
    field = writing.field
    classes = ["diff"]
    if not field.has_numbers:
        classes.append("prose")
    if field.change == "same":
        classes.append("unchanged")
    limit = len(_rows(writing)) if writing.unfolded else most or MOST_ROWS
    return mark_safe(
        f'<table class="{" ".join(classes)}"><caption class="visually-hidden">{escape(writing.caption)}</caption>'
        "<colgroup><col><col><col><col></colgroup>"
        f"<tbody>{following(writing, 0, limit)}</tbody></table>"
    )


def following(writing: Writing, after: int, most: int = MOST_ROWS) -> SafeString:
    """The rows from `after` on. A browser fetches further ones when it reaches the last of these."""
    rows = _rows(writing)
    here = rows[after : after + most]
    left = len(rows) - after - len(here)
    return lines(writing, here) + _rest(writing, after + len(here), left) if left else lines(writing, here)


def _rows(writing: Writing) -> Sequence[Row]:
    field = writing.field
    if not field.has_rows:
        return (_short_row(field),)
    return field.all_rows if writing.unfolded else field.rows


def _rest(writing: Writing, after: int, count: int) -> SafeString:
    return mark_safe(
        f'<tr class="gap" hx-get="{escape(writing.fetch)}&amp;after={after}" hx-trigger="intersect once"'
        f' hx-target="this" hx-swap="outerHTML"><td colspan="4"><a href="{escape(writing.page)}">{icon("unfold")}'
        f"{count:,} more rows</a></td></tr>"
    )


def lines(writing: Writing, rows: Iterable[Row]) -> SafeString:
    """The rows alone, for a table that stands already."""
    field = writing.field
    left = _colours(field, field.left)
    right = _colours(field, field.right)
    written = [_row(writing, row, left, right, place) for place, row in enumerate(rows, start=1)]
    return mark_safe("".join(written))


def source(text: str, language: str, caption: str) -> SafeString:
    """Code alone, by line, with numbers and colours."""
    colours = colours_of(text, language)
    written = [
        f"<tr><td>{number}</td><td>{coloured(line, 0, _at(colours, number))}</td></tr>"
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1)
    ]
    return mark_safe(
        f'<table class="diff source"><caption class="visually-hidden">{escape(caption)}</caption>'
        f"<colgroup><col><col></colgroup><tbody>{''.join(written)}</tbody></table>"
    )


def _at(colours: Colours, number: int) -> tuple[Span, ...]:
    return colours[number - 1] if number <= len(colours) else ()


def _short_row(field: FieldChange) -> Row:
    left = None if field.change == "added" else Side(1, field.left_pieces)
    right = None if field.change == "removed" else Side(1, field.right_pieces)
    return Row(field.change, left, right)


def _colours(field: FieldChange, value: object) -> Colours:
    return colours_of(value, field.type) if isinstance(value, str) else NONE


def _row(writing: Writing, row: Row, left: Colours, right: Colours, place: int) -> str:
    if row.change == "gap":
        return _gap(writing, row)
    name, link = _link(writing, row, place) if writing.names else ("", "")
    if row.change == "same" and row.left and row.right and writing.field.has_numbers:
        spans = _at(left, row.left.number)
        is_same = row.left.text is row.right.text or row.left.plain == row.right.plain
        if is_same and spans == _at(right, row.right.number) and _is_short(row.left):
            text = text_of(row.left.text, spans, marked=False)
            numbers = row.left.number, row.right.number
            return (
                f'<tr class="same"{name}><td>{numbers[0]}</td><td>{text}</td>'
                f"<td>{numbers[1]}{link}</td><td>{text}</td></tr>"
            )
    before, after = WORDS.get(row.change, ONE_SIDED)
    left_cells = _cells(writing, row, row.left, before, left, "" if row.right else link)
    right_cells = _cells(writing, row, row.right, after, right, link)
    if writing.spaced and row.change != "same":
        return f'<tr class="{row.change} drawn"{name}>{drawn(left_cells + right_cells)}</tr>'
    return f'<tr class="{row.change}"{name}>{left_cells}{right_cells}</tr>'


def _link(writing: Writing, row: Row, place: int) -> tuple[str, str]:
    """The name of a row as an attribute, and the link to it that shows where there is no script."""
    side = row.right or row.left
    number = side.number if side and writing.field.has_numbers else place
    name = f"{writing.names}:{'r' if row.right else 'l'}{number}"
    return f' id="{escape(name)}"', f'<a href="#{quote(name, safe="@:/")}">{number}</a>'


def _cells(writing: Writing, row: Row, side: Side | None, word: str, colours: Colours, link: str) -> str:
    if side is None:
        return BLANK
    number = str(side.number) if writing.field.has_numbers else ""
    if writing.field.type == "flag":
        text = _flag(side.text)
    elif not writing.unfolded and not _is_short(side):
        text = _shortened(side.text, marked=row.change == "changed") + _whole_line(writing, row)
    else:
        text = text_of(side.text, _at(colours, side.number), marked=row.change == "changed")
    return f"<td>{word}{number}{link}</td><td>{text}</td>"


def _is_short(side: Side) -> bool:
    # Most lines are one piece, and a page has thousands of them.
    return (len(side.text[0][1]) if len(side.text) == 1 else len(side.plain)) <= LONGEST_LINE


def _shortened(pieces: Pieces, *, marked: bool) -> str:
    """A very long line: what changed in it, and a little of what stands around."""
    written = []
    room = LONGEST_LINE
    for kind, text in pieces:
        keep = min(room, KEPT_AROUND * 2 if kind == "same" and len(pieces) > 1 else LONGEST_LINE)
        left_out = len(text) - keep
        before, after = TAGS.get(kind, ("", "")) if marked else ("", "")
        if left_out <= 0:
            inner: str = shown(text)
        else:
            head, tail = text[: keep - keep // 2], text[len(text) - keep // 2 :]
            inner = f'{shown(head)}<span class="left-out">… {left_out:,} characters …</span>{shown(tail)}'
        room -= min(len(text), keep)
        written.append(f"{before}{inner}{after}")
        if room <= 0:
            break
    return "".join(written)


def _whole_line(writing: Writing, row: Row) -> str:
    numbers = "-".join(str(side.number if side else 0) for side in (row.left, row.right))
    return (
        f'<a class="whole-line" href="{escape(writing.page)}" hx-get="{escape(writing.fetch)}&amp;row={numbers}"'
        ' hx-target="closest tr" hx-swap="outerHTML">Show the whole line</a>'
    )


def _flag(pieces: Pieces) -> str:
    word = "".join(text for _, text in pieces)
    return f'<span class="switch{" on" if word == "On" else ""}" aria-hidden="true"></span>{shown(word)}'


def _gap(writing: Writing, row: Row) -> str:
    start = row.left.number if row.left else 0
    noun = "line" if writing.field.type in ("prose", "code", "json") else "entry"
    many = noun if row.skipped == 1 else {"line": "lines", "entry": "entries"}[noun]
    whole = f"{escape(writing.fetch)}&amp;left={start}&amp;count={row.skipped}"

    def link(asked: str, words: str) -> str:
        return (
            f'<a href="{escape(writing.page)}" hx-get="{whole}{asked}" hx-target="closest tr" hx-swap="outerHTML">'
            f"{words}</a>"
        )

    everything = f'{icon("unfold")}{row.skipped:,} unchanged {many}<span class="visually-hidden">, show</span>'
    if row.skipped <= STEP:
        return f'<tr class="gap"><td colspan="4">{link("", everything)}</td></tr>'
    first = link("&amp;end=first", f'first {STEP}<span class="visually-hidden"> of the folded {many}, show</span>')
    last = link("&amp;end=last", f'last {STEP}<span class="visually-hidden"> of the folded {many}, show</span>')
    return f'<tr class="gap"><td colspan="4">{link("", everything)}{first}{last}</td></tr>'


def unfolded(writing: Writing, left_number: int, count: int, end: str = "") -> SafeString:
    """What a gap stood for, or its `first` or `last` rows with a smaller gap for the others."""
    field = writing.field
    most = STEP if end else MOST_ROWS
    if end == "last" and count > most:
        before = field.between(left_number, 1)
        rows = [*_folded(before, count - most, step=0), *field.between(left_number + count - most, most)]
    else:
        rows = list(field.between(left_number, min(count, most)))
        rows += _folded(rows[-1:], count - most, step=1)
    return lines(writing, rows)


def _folded(beside: Sequence[Row], count: int, *, step: int) -> list[Row]:
    """A gap for `count` rows that begins at the row beside it, or a `step` further."""
    if count <= 0 or not beside or not beside[0].left or not beside[0].right:
        return []
    sides = Side(beside[0].left.number + step, ()), Side(beside[0].right.number + step, ())
    return [Row("gap", *sides, count)]


def whole_line(writing: Writing, left_number: int, right_number: int) -> SafeString:
    """One row in full; nothing when there is no such row."""
    rows = [row for row in writing.field.all_rows if _numbers(row) == (left_number, right_number)]
    return lines(replace(writing, unfolded=True), rows[:1])


def _numbers(row: Row) -> tuple[int, int]:
    return (row.left.number if row.left else 0, row.right.number if row.right else 0)
