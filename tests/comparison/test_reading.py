"""What a comparison reads does not grow with what is the same on both sides.

An unchanged file has no blob here to read: asking for one fails the test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import pytest

from deployments.comparison import compare
from deployments.comparison.variables import AT_A_TIME
from deployments.keeping import forget_everything
from deployments.resources.variables import variables_in
from tests.comparison.story import Files, Store, changes, manifest

FUNCTION = "def {name}(conv: Conversation):\n    conv.state.{variable} = 1\n"
STEP = "step_type: advanced_step\nname: Ask\nprompt: Ask for the {what}.\n"
LEFT: Files = {
    "functions/find.py": FUNCTION.format(name="find", variable="cabin"),
    "topics/luggage.yaml": "name: Luggage\ncontent: Two bags.\n",
    "agent_settings/rules.txt": "Be brief.",
    **{f"flows/flow_{number}/steps/ask.yaml": STEP.format(what="name") for number in range(5)},
}
RIGHT: Files = {
    "functions/find.py": FUNCTION.format(name="find", variable="deck"),
    "topics/bags.yaml": "name: Bags\ncontent: Two bags.\n",
    "agent_settings/rules.txt": "Be kind.",
    **{f"flows/flow_{number}/steps/ask.yaml": STEP.format(what="deck") for number in range(5)},
}
CONFIGS: Files = {f"flows/flow_{number}/flow_config.yaml": f"name: Flow {number}\n" for number in range(5)}
# Steps of all flows are the same two.
DIFFERING = len({*manifest(LEFT).values(), *manifest(RIGHT).values()})


def unchanged(count: int) -> dict[str, str]:
    """Files of all sorts that both sides hold, by made up hashes."""
    sorts = ("functions/same_{}.py", "topics/same_{}.yaml", "flows/same_{}/flow_config.yaml", "test_suite/same_{}.yaml")
    return {sorts[number % 4].format(number): f"same {number}" for number in range(count)}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_everything()


def read(count: int) -> tuple[dict[str, str], list[int]]:
    """The changes found beside so many unchanged files, and how many blobs were asked for at a time."""
    same = unchanged(count) | manifest(CONFIGS)
    store = Store(LEFT, RIGHT, CONFIGS)
    sides = manifest(LEFT) | same, manifest(RIGHT) | same
    found = compare(*sides, store.load, lambda: ({"cabin": 1, "berth": 4}, None))
    return changes(found), list(map(len, store.asked))


def test_no_more_is_read_beside_ten_thousand_unchanged_files_than_beside_a_hundred() -> None:
    few, read_few = read(100)
    forget_everything()
    many, read_many = read(10_000)

    assert few == many
    assert few["cabin"] == "removed"
    assert few["deck"] == "added"
    assert read_few == read_many == [DIFFERING, len(CONFIGS)]


def test_names_of_flows_are_read_at_once_and_nothing_twice() -> None:
    _, asked = read(0)

    assert asked == [DIFFERING, len(CONFIGS)]


@pytest.mark.parametrize("side", [0, 1])
def test_the_uses_of_either_side_tell_what_other_functions_still_use(side: int) -> None:
    elsewhere: Files = {"functions/other.py": FUNCTION.format(name="other", variable="cabin")}
    left, right = {**LEFT, **elsewhere}, {**RIGHT, **elsewhere}
    uses = [Counter(name for text in files.values() for name in variables_in(str(text))) for files in (left, right)]
    forget_everything()
    known = (uses[0], None) if side == 0 else (None, uses[1])

    found = compare(manifest(left), manifest(right), Without(left, right, "functions/other.py").load, lambda: known)

    assert "cabin" not in changes(found)
    assert changes(found)["deck"] == "added"


def test_functions_are_read_until_every_doubtful_variable_was_met() -> None:
    others: Files = {
        f"functions/other_{number:04}.py": FUNCTION.format(name=f"other_{number:04}", variable="cabin")
        for number in range(3 * AT_A_TIME)
    }
    left = {"functions/find.py": LEFT["functions/find.py"], **others}
    right = {"functions/find.py": "def find(conv: Conversation):\n    pass\n", **others}
    store = Store(left, right)

    found = compare(manifest(left), manifest(right), store.load)

    assert changes(found) == {"find": "changed"}
    assert list(map(len, store.asked)) == [2, AT_A_TIME]


def test_uses_are_not_asked_for_when_no_variable_is_in_doubt() -> None:
    def uses() -> tuple[None, None]:
        raise AssertionError("Nobody had to know.")

    left: Files = {"functions/find.py": FUNCTION.format(name="find", variable="cabin")}
    right: Files = {"functions/find.py": FUNCTION.format(name="find", variable="cabin") + "    return None\n"}

    assert changes(compare(manifest(left), manifest(right), Store(left, right).load, uses)) == {"find": "changed"}


class Without:
    """The blobs of two versions, but for one file."""

    def __init__(self, left: Files, right: Files, path: str) -> None:
        self.store = Store(left, right)
        self.missing = {side[path] for side in (manifest(left), manifest(right))}

    def load(self, hashes: Collection[str]) -> Mapping[str, bytes]:
        assert self.missing.isdisjoint(hashes), "An unchanged function was read."
        return self.store.load(hashes)
