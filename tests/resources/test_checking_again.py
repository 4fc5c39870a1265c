"""An agent that was checked is checked again after an edit: the same findings, and only what changed is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.keeping import forget_everything
from deployments.resources import read_all
from deployments.resources.checking import check, check_files, mentioned
from tests.resources.checked import AGENT, CABIN

OTHERS: Mapping[str, tuple[str | None, ...]] = {
    # Each changes what is right about files that stay as they are.
    "config/handoffs.yaml": (None, "handoffs: [\n"),
    "config/variant_attributes.yaml": ("variants:\n- name: Pier\nattributes:\n- name: dock\n  values: {}\n",),
    "functions/find_cabin.py": (None, CABIN.replace('"C-104"', ""), CABIN.replace("conv.state.cabin", "cabin")),
    "flows/board_ship/steps/ask_booking_code.yaml": (None,),
    "topics/bags.yaml": ("name: Luggage limits\nenabled: true\ncontent: Ask {{fn:find_berth}}.\n",),
    "config/languages.yaml": ("default_language: en-GB\n", "default_language: de-DE\nadditional_languages: [en-GB]\n"),
    "config/translations.yaml": ("translations:\n- name: hello\n  translations:\n    de-DE: Moin\n",),
    "notes.txt": ("find_cabin", "é"),
    # These say otherwise what is wrong in themselves alone, or seem to: names, references and words around them change.
    "topics/luggage_limits.yaml": (
        "name: Luggage limits\nenabled: true\ncontent: Two bags.\n",
        "name: Luggage limits\nenabled: maybe\ncontent: Ask {{fn:find_cabin}}.\n\n\nThen {{fn:nobody}}.\n",
        "name: Luggage limits\nenabled: true\n\ncontent: Ask {{fn:find_cabin}} or {{fn:nobody}}.\nextra: 1\n",
        "name: luggage  limits\nenabled: true\ncontent: ''\n",
    ),
    "functions/find_berth.py": (
        CABIN.replace("find_cabin", "find_berth"),
        "import functions.find_cabin\n",
        "import functions.find_cabin # twice\n",
        "import functions.find_cabin\nimport functions.nobody\n",
        "import functions.find_cabin\nprint('greet')\n",
    ),
}
EDITS = [(path, text) for path, texts in OTHERS.items() for text in texts]


class Store:
    """Contents by key, and which were asked for."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.asked: list[bytes] = []

    def files(self, agent: Mapping[str, bytes]) -> dict[str, str]:
        keys = {path: content.hex() for path, content in agent.items()}
        self.held |= {keys[path]: content for path, content in agent.items()}
        return keys

    def load(self, keys: Collection[str]) -> Mapping[str, bytes]:
        self.asked += [self.held[key] for key in keys]
        return {key: self.held[key] for key in keys}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(EDITS), min_size=1, max_size=6))
def test_what_is_found_after_each_edit_is_what_a_first_look_finds(edits: list[tuple[str, str | None]]) -> None:
    store = Store()
    agent = {path: text.encode() for path, text in AGENT.items()}
    forget_everything()
    check_files(store.files(agent), store.load, near="agent")

    for path, text in edits:
        agent = {name: held for name, held in agent.items() if name != path}
        if text is not None:
            agent[path] = text.encode()

        found = check(read_all(agent))
        assert check_files(store.files(agent), store.load) == found
        assert check_files(store.files(agent), store.load, near="agent") == found


@pytest.mark.parametrize("many", [10, 400])
def test_only_what_changed_is_read_however_much_stands_beside_it(many: int) -> None:
    store = Store()
    agent = {path: text.encode() for path, text in AGENT.items()}
    agent |= {f"topics/t{number}.yaml": b"name: t%d\ncontent: Once.\n" % number for number in range(many)}
    forget_everything()
    check_files(store.files(agent), store.load)
    assert sorted(store.asked) == sorted(agent.values())
    store.asked.clear()

    check_files(store.files({**agent, "topics/t3.yaml": b"name: t3\ncontent: Again.\n"}), store.load)

    assert store.asked == [b"name: t3\ncontent: Again.\n"]


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("functions/other.py", "def other(conv: Conversation):\n    return lonely\n"),
        ("topics/a.yaml", "name: a\nactions: Call {{fn:lonely}}.\n"),
        ("topics/a.yaml", "name: Luggage limits\nactions: Go.\n"),
        ("config/handoffs.yaml", AGENT["config/handoffs.yaml"].replace("default: true", "default: false")),
        ("functions/find_cabin.py", CABIN.replace("conv.state.cabin", "cabin")),
        ("functions/find_cabin.py", "def find_cabin(:\n"),
        ("voice/configuration.yaml", "greeting: [\n"),
    ],
    ids=["word in code", "reference", "name", "default", "variable", "syntax", "unread"],
)
def test_what_an_edit_changes_about_other_files_is_found(path: str, after: str) -> None:
    store = Store()
    agent = {name: text.encode() for name, text in AGENT.items()}
    agent |= {
        "functions/lonely.py": CABIN.replace("find_cabin", "lonely").replace("conv.state.", "").encode(),
        "functions/other.py": b"def other(conv: Conversation):\n    return 1\n",
        "topics/a.yaml": b"name: a\nactions: Go.\n",
    }
    before = check_files(store.files(agent), store.load, near=path + after)
    agent[path] = after.encode()

    found = check_files(store.files(agent), store.load, near=path + after)

    assert found == check(read_all(agent))
    assert found != before


def test_an_edit_that_nothing_else_sees_is_checked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    agent = {path: text.encode() for path, text in AGENT.items()}
    agent |= {f"topics/t{number}.yaml": b"name: t%d\ncontent: Ask {{fn:no}}.\n" % number for number in range(50)}
    check_files(store.files(agent), store.load, near="agent")
    looked: list[str] = []
    of_one = mentioned.check_one
    monkeypatch.setattr(
        mentioned, "check_one", lambda whole, facts: looked.append(facts.resource.path) or of_one(whole, facts)
    )

    check_files(
        store.files({**agent, "topics/t3.yaml": b"name: t3\n\ncontent: Or {{fn:no}}.\n"}), store.load, near="agent"
    )
    assert looked == ["topics/t3.yaml"]
    check_files(
        store.files({**agent, "topics/t3.yaml": b"name: t4\ncontent: Ask {{fn:no}}.\n"}), store.load, near="agent"
    )
    assert len(looked) > 50


def test_when_keys_may_stand_for_other_contents_all_is_forgotten() -> None:
    files = {"topics/bags.yaml": "1"}
    check_files(files, lambda _: {"1": b"name: [Bags\n"}, near="agent")

    forget_everything()

    assert check_files(files, lambda _: {"1": b"name: Bags\ncontent: Two.\n"}, near="agent") == []
