"""An agent that was checked is checked again after an edit: the same findings, and only what changed is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.keeping import forget_everything
from deployments.resources import editing, read_all
from deployments.resources.checking import check, check_files, finding, mentioned, mentions_of, parts, whole
from tests.resources.checked import AGENT, CABIN

OTHERS: Mapping[str, tuple[str | None, ...]] = {
    # Each changes what is right about files that stay as they are.
    "config/handoffs.yaml": (
        *(None, "handoffs: [\n"),
        AGENT["config/handoffs.yaml"] + "- name: back_desk\n  is_default: true\n",
    ),
    "config/variant_attributes.yaml": ("variants:\n- name: Pier\nattributes:\n- name: dock\n  values: {}\n",),
    "functions/find_cabin.py": (None, CABIN.replace('"C-104"', ""), CABIN.replace("conv.state.cabin", "cabin")),
    "flows/board_ship/steps/ask_booking_code.yaml": (None,),
    "topics/bags.yaml": ("name: Luggage limits\nenabled: true\ncontent: Ask {{fn:find_berth}}.\n",),
    "agent_settings/languages.yaml": (
        "default_language: en-GB\n",
        "default_language: de-DE\nadditional_languages: [en-GB]\n",
    ),
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
    # These come and go.
    "topics/pier.yaml": (
        None,
        "name: Pier\ncontent: Ask {{fn:find_pier}} about {{vrbl:pier}}.\nactions: Call {{fn:find_pier}}.\n",
        "name: Luggage limits\ncontent: Again.\n",
        "name: [Pier\n",
    ),
    "topics/quay.yaml": (None, "name: Pier\ncontent: Once more.\n", "name: Quay\nactions: Call {{fn:find_cabin}}.\n"),
    "functions/find_pier.py": (
        None,
        CABIN.replace("find_cabin", "find_pier").replace("conv.state.cabin", "conv.state.pier"),
        CABIN.replace("find_cabin", "find_pier").replace("return", "find_pier = 1\n    return"),
        "def find_pier(conv: Conversation):\n    return find_cabin\n",
        "import functions.find_quay\nimport functions.find_cabin\ndef find_pier(conv: Conversation):\n    pass\n",
    ),
    "functions/find_quay.py": (
        None,
        "def find_quay(conv: Conversation):\n    conv.state.pier = 1\n    conv.goto_flow('Pier')\n    return 'x'\n",
        "from functions.find_pier import x\nfrom functions.quay import y\n",
    ),
    "functions/quay/notes.txt": (None, "Nothing."),
    "test_suite/pier.yaml": (None, "name: Pier\nfunction_call_assertions:\n- name: find_pier\n"),
    "flows/pier/flow_config.yaml": (None, "name: Pier\ndescription: Goes.\nstart_step: Ask\n"),
    "flows/pier/steps/ask.yaml": (
        None,
        "step_type: advanced_step\nname: Ask\nprompt: Ask {{ft:find_pier}} or {{fn:find_pier}}.\n",
        "step_type: advanced_step\nname: Asked\nprompt: Ask {{ft:find_cabin}}, {{entity:pier}}.\n",
    ),
    "flows/pier/functions/find_pier.py": (
        None,
        "def find_pier(conv: Conversation, flow: Flow):\n    flow.goto_step('ask')\n",
        "def find_pier(conv: Conversation, flow: Flow):\n    flow.goto_step('Asked')\n    conv.goto_flow('pier')\n",
    ),
    "config/entities.yaml": (
        None,
        "entities:\n- name: pier\n  entity_type: free_text\n  config: {}\n",
        "entities:\n- name: pier\n  entity_type: free_text\n- name: Pier\n  entity_type: free_text\n",
        "entities: [\n",
        "entities:\n- name: quay\n  entity_type: free_text\n- name: the pier\n  entity_type: free_text\n",
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


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(EDITS), min_size=1, max_size=6))
def test_who_mentions_whom_after_each_edit_is_what_a_first_look_says(edits: list[tuple[str, str | None]]) -> None:
    store = Store()
    agent = {path: text.encode() for path, text in AGENT.items()}
    forget_everything()
    check_files(store.files(agent), store.load, near="agent")

    for path, text in edits:
        agent = {name: held for name, held in agent.items() if name != path}
        if text is not None:
            agent[path] = text.encode()
        files, resources = store.files(agent), read_all(agent)

        for resource in resources:
            found = mentions_of(resource.path, files, store.load, near="agent")
            assert found == editing.mentions_of(resources, resource.path)


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
        ("functions/other.py", None),
        ("functions/find_cabin.py", None),
        ("functions/aboard.py", "number = 1\n"),
        ("functions/nobody.py", "def nobody(conv: Conversation):\n    conv.state.nobody = 1\n"),
        ("functions/nobody/notes.txt", "Nothing."),
        ("functions/lone.py", "import functions.lonely\n"),
        ("topics/b.yaml", "name: Luggage limits\nactions: Go.\n"),
        ("config/handoffs.yaml", AGENT["config/handoffs.yaml"] + "- name: back_desk\n  is_default: true\n"),
        ("config/entities.yaml", "entities: [\n"),
        ("config/entities.yaml", "entities:\n- name: ticket\n  entity_type: free_text\n"),
        ("agent_settings/languages.yaml", "default_language: de-DE\n"),
    ],
    ids=[
        *("word in code", "reference", "name", "default", "variable", "syntax", "unread"),
        *("word gone", "mentioned one gone", "shadow", "mentioned ones come", "folder comes", "reference comes"),
        *("same name comes", "default comes", "unread comes", "mentioned item comes", "language comes"),
    ],
)
def test_what_an_edit_changes_about_other_files_is_found(path: str, after: str | None) -> None:
    store = Store()
    agent = {name: text.encode() for name, text in AGENT.items()}
    agent |= {
        "functions/lonely.py": CABIN.replace("find_cabin", "lonely").replace("conv.state.", "").encode(),
        "functions/other.py": b"def other(conv: Conversation):\n    return 1\n",
        "topics/a.yaml": b"name: a\nactions: Go.\n",
        # What is mentioned here is there, may be another one, or is missing.
        "functions/calling.py": b"import functions.nobody\nimport functions.other\n",
        "flows/board_ship/functions/aboard.py": b"def aboard(conv: Conversation, flow: Flow):\n    return 1\n",
        "flows/board_ship/steps/b.yaml": b"step_type: advanced_step\nname: b\nprompt: Ask {{entity:ticket}}.\n",
        "test_suite/a.yaml": b"name: a\nlanguage: en-GB\nfunction_call_assertions:\n- name: aboard\n- name: nobody\n",
    }
    forget_everything()
    before = check_files(store.files(agent), store.load, near="agent")
    agent.pop(path, None)
    if after is not None:
        agent[path] = after.encode()

    found = check_files(store.files(agent), store.load, near="agent")

    assert found == check(read_all(agent))
    assert found != before


@pytest.mark.parametrize(("before", "after"), [(50, 51), (52, 51), (51, 50)])
def test_one_too_many_of_a_kind_is_counted_again(before: int, after: int) -> None:
    store = Store()

    def of(many: int) -> dict[str, str]:
        headers = "".join(f"- name: X-H{number}\n  value: any\n" for number in range(many))
        return store.files({"config/sip_headers.yaml": f"sip_headers:\n{headers}".encode()})

    forget_everything()
    check_files(of(before), store.load, near="agent")

    found = check_files(of(after), store.load, near="agent")

    assert found == check_files(of(after), store.load)
    assert [each.code for each in found] == ["limit"] * (after > 50)


def test_what_an_act_changes_that_nothing_else_sees_is_checked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    agent = {path: text.encode() for path, text in AGENT.items()}
    agent |= {f"topics/t{number}.yaml": b"name: t%d\ncontent: Ask {{fn:no}}.\n" % number for number in range(50)}
    forget_everything()
    check_files(store.files(agent), store.load, near="agent")
    looked: list[str] = []
    of_one = mentioned.check_one
    monkeypatch.setattr(
        mentioned,
        "check_one",
        lambda report, directory, facts: looked.append(facts.resource.path) or of_one(report, directory, facts),
    )

    check_files(
        store.files({**agent, "topics/t3.yaml": b"name: t3\n\ncontent: Or {{fn:no}}.\n"}), store.load, near="agent"
    )
    assert looked == ["topics/t3.yaml"]
    looked.clear()
    store.asked.clear()
    agent["topics/sea.yaml"] = agent.pop("topics/t3.yaml").replace(b"t3", b"sea")
    agent["topics/pier.yaml"] = b"name: Pier\ncontent: Ask {{fn:find_cabin}}.\n"
    del agent["topics/t5.yaml"]
    check_files(store.files(agent), store.load, near="agent")
    assert sorted(looked) == ["topics/pier.yaml", "topics/sea.yaml"]
    assert sorted(store.asked) == sorted(agent[path] for path in looked)
    check_files(
        store.files({**agent, "topics/sea.yaml": b"name: t4\ncontent: Ask {{fn:no}}.\n"}), store.load, near="agent"
    )
    assert len(looked) > 50


@pytest.mark.parametrize(("mentioned_now", "is_whole"), [(0, False), (6, False), (15, True)])
def test_of_very_many_that_nothing_names_those_listed_stay_right(
    mentioned_now: int, is_whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, most in (
        (finding, "MOST_OF_A_SEVERITY", 10),
        (whole, "MOST_OF_A_SEVERITY", 10),
        (parts, "MOST_OF_A_SEVERITY", 10),
        (parts, "MOST_KEPT", 20),
    ):
        monkeypatch.setattr(module, name, most)
    store, names = Store(), [f"fly_{number:02}" for number in range(40)]
    agent = {f"functions/{name}.py": CABIN.replace("find_cabin", name).encode() for name in names}
    agent["topics/quay.yaml"] = b"name: Quay\ncontent: Nothing.\n"
    forget_everything()
    check_files(store.files(agent), store.load, near="agent")
    made: list[object] = []
    make = parts.Parts.__init__
    monkeypatch.setattr(parts.Parts, "__init__", lambda *given: made.append(given) or make(*given))

    named = " ".join(f"{{{{fn:{name}}}}}" for name in names[:mentioned_now])
    agent["topics/quay.yaml"] = f"name: Quay\ncontent: Ask {named}.\n".encode()
    agent["functions/fly_30.py"] += b"# again\n"
    found = check_files(store.files(agent), store.load, near="agent")

    assert bool(made) is is_whole
    assert found == check(read_all(agent))
    assert sum(each.code == "unused" for each in found) == 10


def test_when_keys_may_stand_for_other_contents_all_is_forgotten() -> None:
    files = {"topics/bags.yaml": "1"}
    check_files(files, lambda _: {"1": b"name: [Bags\n"}, near="agent")

    forget_everything()

    assert check_files(files, lambda _: {"1": b"name: Bags\ncontent: Two.\n"}, near="agent") == []
