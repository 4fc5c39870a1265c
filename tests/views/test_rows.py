"""Rows as HTML: everything escaped, words marked, colours kept, long things bounded."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployments.comparison import FieldChange, Row, Side
from deployments.comparison.lines import Texts
from deployments.comparison.rows import TextRows
from deployments.views.comparing import pieces, rows
from deployments.views.comparing.highlighting import colours_of


def a_field(left: str, right: str, kind: str = "code") -> FieldChange:
    texts = Texts()
    rows = TextRows(texts, texts.add(left, right))
    return FieldChange("code", "Function definition", kind, "changed", left, right, source=rows)


def written(field: FieldChange, unfolded: bool = False) -> rows.Writing:
    return rows.Writing(field, "find_cabin, code", "/lines/?item=a&field=code", "?item=a&lines=all#a", unfolded)


class Cells(HTMLParser):
    """What a browser shows in each cell, without the words meant for ears."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.hidden = 0
        self.unknown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.cells.append("")
        elif tag == "i":
            self.hidden += 1
        elif tag not in {"tr", "i", "span", "ins", "del", "table", "caption", "colgroup", "col", "tbody"}:
            self.unknown.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "i":
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if self.cells and not self.hidden:
            self.cells[-1] += data


def cells(markup: str) -> Cells:
    parser = Cells()
    parser.feed(markup)
    return parser


def test_markup_in_a_text_is_shown_and_never_acts() -> None:
    attack = "<script>alert('x')</script> & \"quotes\""

    markup = rows.table(written(a_field("", attack, "prose")))

    assert "<script" not in markup
    assert attack in html.unescape(markup)


def test_each_row_of_a_page_has_a_link_to_its_name_and_no_other_row() -> None:
    named = replace(written(a_field("a\nb\nc", "a\nc\nd")), names='it "is"@1')

    markup = rows.table(named)

    names = re.findall(r'<tr class="\w+" id="([^"]+)"', markup)
    links = [unquote(name) for name in re.findall(r'<a href="#([^"]+)">', markup)]
    assert [html.unescape(name).split(":")[1] for name in names] == ["r1", "l2", "r2", "r3"]
    assert links == [html.unescape(name) for name in names]
    assert "<a" not in rows.table(written(named.field))


def test_changed_words_are_marked_on_both_sides() -> None:
    markup = rows.table(written(a_field("fare = adult * 2", "fare = child * 2")))

    assert "<del>adult</del>" in markup
    assert "<ins>child</ins>" in markup


def test_colours_of_code_survive_the_marks() -> None:
    markup = rows.table(written(a_field('return "one"  # dear', 'return "two"  # dear')))

    assert '<span class="k">return</span>' in markup
    assert '<span class="s">"</span><del><span class="s">one</span></del><span class="s">"</span>' in markup
    assert '<span class="c"># dear</span>' in markup


def test_whole_new_lines_are_tinted_but_not_marked() -> None:
    markup = rows.table(written(a_field("a = 1", "a = 1\nb = 2")))

    assert "<ins>" not in markup
    assert '<tr class="added">' in markup


def test_each_change_is_said_in_words_too() -> None:
    markup = rows.table(written(a_field("a", "b")))

    assert "<i>changed from </i>1" in markup
    assert "<i>to </i>1" in markup


def test_a_line_on_one_side_alone_is_said_to_be_removed_or_added() -> None:
    markup = rows.table(written(a_field("a\nb", "b\nc")))

    assert "<i>removed </i>1" in markup
    assert "<i>added </i>2" in markup


def test_characters_that_act_instead_of_show_are_named() -> None:
    markup = rows.table(written(a_field("", "user\u202e[admin]\r", "prose")))

    assert "\u202e" not in markup
    assert '<span class="character">U+202E</span>' in markup
    assert '<span class="character">U+000D</span>' in markup


def test_unchanged_lines_fold_into_a_link_that_works_without_a_script() -> None:
    text = "\n".join(f"line {number}" for number in range(40))

    markup = rows.table(written(a_field(text, text.replace("line 20", "line twenty"))))

    assert 'href="?item=a&amp;lines=all#a"' in markup
    assert 'hx-get="/lines/?item=a&amp;field=code&amp;left=1&amp;count=17"' in markup
    assert "17 unchanged lines" in markup


def test_a_gap_unfolds_to_its_own_lines_with_both_numbers() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 41))
    field = a_field(text, "new\n" + text)

    shown = cells(rows.unfolded(written(field), 10, 2)).cells

    assert shown == ["10", "line 10", "11", "line 10", "11", "line 11", "12", "line 11"]


def test_a_gap_unfolds_whole_or_twenty_lines_at_either_end() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 1001))
    field = a_field(text, text + "\nend")
    writing = written(field)

    whole = rows.unfolded(writing, 1, 997)
    first = rows.unfolded(writing, 1, 997, "first")
    last = rows.unfolded(writing, 1, 997, "last")

    assert whole.count('<tr class="same">') == 997
    assert "gap" not in whole
    assert cells(first).cells[:4] == ["1", "line 1", "1", "line 1"]
    assert first.count('<tr class="same">') == last.count('<tr class="same">') == 20
    assert "left=21&amp;count=977" in first
    assert "left=1&amp;count=977" in last
    assert "line 997" in last
    assert last.index("gap") < last.index("line 978")
    assert "end=first" in rows.table(writing)


def test_of_a_very_large_gap_a_stretch_unfolds_and_the_rest_stays_folded() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 5001))
    field = a_field(text, text + "\nend")

    whole = rows.unfolded(written(field), 1, 4997)

    assert whole.count('<tr class="same">') == rows.MOST_ROWS
    assert f"left={rows.MOST_ROWS + 1}&amp;count={4997 - rows.MOST_ROWS}" in whole


def test_rows_beyond_the_first_answer_are_fetched_when_reached() -> None:
    left = "\n".join(f"old {number}" for number in range(50))
    right = "\n".join(f"new {number}" for number in range(50))
    writing = written(a_field(left, right))

    first = rows.table(writing, most=20)
    rest = rows.following(writing, 20)

    assert first.count('<tr class="changed">') == 20
    assert 'hx-get="/lines/?item=a&amp;field=code&amp;after=20" hx-trigger="intersect once"' in first
    assert "30 more rows" in first
    assert rest.count('<tr class="changed">') == 30


def test_unfolded_for_a_browser_without_scripts_nothing_is_left_to_fetch() -> None:
    text = "\n".join(f"line {number}" for number in range(3000))
    writing = written(a_field(text, text + "\nend"), unfolded=True)

    markup = rows.table(writing)

    assert "hx-get" not in markup
    assert "line 1500" in markup


def test_a_very_long_line_is_shown_around_its_change_with_a_way_to_the_whole() -> None:
    left = "a" * 300_000 + " old " + "b" * 300_000
    writing = written(a_field(left, left.replace(" old ", " new "), "prose"))

    short = rows.table(writing)
    whole = rows.whole_line(writing, 1, 1)

    assert len(short) < 20_000
    assert "characters …" in short
    assert "&amp;row=1-1" in short
    assert "a" * 300_000 in whole


def test_a_row_that_does_not_exist_is_no_row() -> None:
    assert rows.whole_line(written(a_field("a", "b")), 7, 9) == ""


def test_a_short_value_is_one_row_and_a_flag_is_a_switch_with_its_word() -> None:
    field = FieldChange(
        "enabled", "Active", "flag", "changed", True, False,
        left_pieces=(("removed", "On"),), right_pieces=(("added", "Off"),),
    )  # fmt: skip

    shown = cells(rows.table(written(field)))

    assert shown.cells == ["", "On", "", "Off"]
    assert '<span class="switch on"' in rows.table(written(field))


def test_a_value_that_only_one_side_has_leaves_the_other_blank() -> None:
    field = FieldChange("level", "Level", "choice", "added", None, "boosted", right_pieces=(("added", "boosted"),))

    assert rows.BLANK in rows.table(written(field))


@pytest.mark.parametrize("spaced", [False, True])
def test_white_space_that_changed_is_drawn_whether_or_not_all_of_it_is(spaced: bool) -> None:
    told = rows.table(replace(written(a_field("    return 1", "\t\treturn 1")), spaced=spaced))

    assert '<del><span class="space">    </span></del>' in told
    assert '<ins><span class="tab">\t\t</span></ins>' in told
    assert told.count('class="space"') == (3 if spaced else 1)


@given(st.text(max_size=200), st.text(max_size=200), st.booleans())
@example("0", "\r", False)
def test_what_a_browser_shows_is_the_text_itself(left: str, right: str, spaced: bool) -> None:
    field = a_field(left, right)

    parser = cells(rows.table(replace(written(field, unfolded=True), spaced=spaced)))

    sides = [parser.cells[1::4], parser.cells[3::4]]
    numbers = [parser.cells[0::4], parser.cells[2::4]]
    for text, lines, counted in zip((left, right), sides, numbers, strict=True):
        held = [line for line, number in zip(lines, counted, strict=True) if number]
        assert held == [pieces.ACTING.sub(lambda match: f"U+{ord(match[0]):04X}", line) for line in _lines(text)]
    assert parser.unknown == []


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


@given(st.text(alphabet=st.sampled_from("ab'\"#\\ \n frR_if=():"), max_size=120))
def test_colours_stay_within_their_lines_and_never_overlap(text: str) -> None:
    coloured = colours_of(text, "code")

    lines = text.split("\n")
    assert len(coloured) == len(lines)
    for line, spans in zip(lines, coloured, strict=True):
        ends = [0]
        for start, end, kind in spans:
            assert ends[-1] <= start < end <= len(line)
            assert kind in "ksc"
            ends.append(end)


def test_a_string_over_several_lines_is_coloured_in_each() -> None:
    lines = colours_of('"""Price\na fare."""\nx = 1', "code")

    assert lines == (((0, 8, "s"),), ((0, 10, "s"),), ())


def test_prose_and_very_long_code_have_no_colours() -> None:
    assert colours_of("return 1", "prose") == ()
    assert colours_of("x = 1\n" * 100_000, "code") == ()


def test_moved_entries_carry_their_own_word() -> None:
    field = replace(a_field("a", "a", "list"), type="list")
    row = Row("moved", Side(1, (("same", "a"),)), Side(2, (("same", "a"),)))

    markup = rows.lines(written(field), [row])

    assert markup.count("<i>moved </i>") == 2
    assert '<tr class="moved">' in markup
