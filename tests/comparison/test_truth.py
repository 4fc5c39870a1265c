"""What a comparison must never get wrong, of agents and edits nobody thought of."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.comparison import FieldChange
from tests.comparison.generated import Tree, agent, move, reindent, rename, reorder, turn_line_ends
from tests.comparison.story import changes, compared

ENOUGH = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 10**6)
FILES = 60
MARKUP = st.text(alphabet="<>&\"'/`{}%script=é ", min_size=1, max_size=40)


def edited(before: Tree, chance: random.Random, *edits: object, times: int) -> Tree:
    after = dict(before)
    for _ in range(times):
        edit = chance.choice(edits)
        assert callable(edit)
        edit(after, chance)
    return after


@ENOUGH
@given(SEEDS)
def test_a_pure_move_is_one_move(seed: int) -> None:
    chance = random.Random(seed)
    before = agent(FILES, chance)
    after = edited(before, chance, move, rename, times=1)

    comparison = compared(before, after)

    assert list(changes(comparison).values()) == ["moved"]
    assert (comparison.items[0].lines.added, comparison.items[0].lines.removed) == (0, 0)


@ENOUGH
@given(SEEDS, st.integers(1, 8))
def test_a_new_order_and_new_formatting_alone_are_no_change(seed: int, times: int) -> None:
    chance = random.Random(seed)
    before = agent(FILES, chance)
    after = edited(before, chance, reorder, reindent, turn_line_ends, times=times)

    comparison = compared(before, after)

    assert comparison.is_empty
    assert set(comparison.formatting) == {path for path in before if before[path] != after[path]}


@ENOUGH
@given(MARKUP, MARKUP)
def test_markup_in_content_stays_the_text_it_is(left: str, right: str) -> None:
    code = "def find(conv: Conversation):\n    return {!r}\n"
    before = {"a.md": left.encode(), "functions/find.py": code.format(left).encode()}
    after = {"a.md": right.encode(), "functions/find.py": code.format(right).encode()}

    fields = [field for item in compared(before, after).items for part in item.parts for field in part.fields]

    for field in fields:
        assert sides_of(field) == (text_of(field.left), text_of(field.right))


def sides_of(field: FieldChange) -> tuple[str, str]:
    """Both texts, put together again from what is shown of them."""
    if not field.has_rows:
        left, right = field.left_pieces, field.right_pieces
        return "".join(text for _, text in left), "".join(text for _, text in right)
    rows = field.all_rows
    return (
        "\n".join(row.left.plain for row in rows if row.left),
        "\n".join(row.right.plain for row in rows if row.right),
    )


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""
