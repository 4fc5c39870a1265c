"""What runs otherwise in the sandbox is told before anybody publishes it, file by file, without looking twice."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping

import pytest

from deployments.keeping import Kept
from deployments.runtime.sandbox import noting

FILES = {
    "functions/odd.py": """
        import os
        from requests import get
        from .gone import x
        from .other import helper, Base
        import shared
        class Wrong(Exception):
            def __init__(self, code): self.code = code
        def numbers():
            yield 1
        class Empty:
            def __bool__(self): return False
        def odd(conv): return get(os.name)
        """,
    "functions/other.py": """
        from dataclasses import dataclass
        @dataclass
        class Base:
            x: int
        def helper(): pass
        def other(conv): pass
        """,
    "flows/a/functions/lines.py": """
        from dataclasses import dataclass
        from functions.other import Base
        @dataclass
        class Line(Base):
            y: int
        @dataclass
        class Lost(Nobody):
            y: int
        def lines(conv, flow): pass
        """,
    "functions/broken.py": "def broken(conv:\n    yield\n",
    "shared.py": "import os\n",
    "tests/test_it.py": "import os\n",
}


class Store:
    """Files by a key of their content, which says what it was asked for."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in files.items()}
        self.asked: list[str] = []

    def keys(self) -> dict[str, str]:
        return {path: f"{path}:{hash(text)}" for path, text in self.files.items()}

    def load(self, keys: Collection[str]) -> dict[str, bytes]:
        found = {key: self.files[path] for path, key in self.keys().items() if key in keys}
        self.asked += sorted(key.split(":")[0] for key in found)
        return found

    def notes(self) -> list[tuple[str, int, str]]:
        found = noting.notes_in(self.keys(), self.load)
        return [(note.path, note.line, note.message.split(" ")[0]) for note in found]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(noting, "_kept", Kept[noting.Looked](most=100, weight=100))
    return Store(FILES)


def test_each_place_is_named_with_its_line(store: Store) -> None:
    assert store.notes() == [
        ("flows/a/functions/lines.py", 7, "What"),
        ("functions/odd.py", 1, "os"),
        ("functions/odd.py", 2, "Calls"),
        ("functions/odd.py", 3, "There"),
        ("functions/odd.py", 6, "Wrong"),
        ("functions/odd.py", 8, "numbers"),
        ("functions/odd.py", 11, "Empty.__bool__"),
    ]


def test_a_file_is_looked_at_once_and_what_depends_on_others_is_decided_anew(store: Store) -> None:
    before = store.notes()
    store.asked.clear()
    store.files["functions/gone.py"] = b"class Nobody: pass\ndef gone(conv): pass\n"
    after = store.notes()

    assert store.asked == ["functions/gone.py"]
    assert [note for note in before if note not in after] == [
        ("flows/a/functions/lines.py", 7, "What"),
        ("functions/odd.py", 3, "There"),
    ]
    del store.files["functions/gone.py"], store.files["shared.py"]
    assert ("functions/odd.py", 5, "shared") in store.notes()


@pytest.mark.parametrize("text", ["", "def f(conv):\n    return 1\n", "from _gen import *\nimport re, json\n"])
def test_plain_code_is_not_even_parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "module_of", lambda path, text: pytest.fail("parsed"))

    assert noting.look("functions/f.py", text) == noting.NOTHING


def test_what_a_conversation_does_not_have_is_told() -> None:
    text = """\
def f(conv):
    conv.mine = conv.state.anything
    conv.log.info(conv.mine)
    conv._inner()
    return conv.integrations.crm
"""

    found = noting.look("functions/f.py", text)

    assert [(note.line, note.message) for note in found.notes] == [
        (4, "conv._inner is not known here: it is always None."),
        (5, "conv.integrations is not known here: a run that comes to it fails."),
    ]


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("__len__(self): return 0", "A.__len__ is called by len() alone: an object of this class is always true."),
        ("__gt__(self, other): return True", "A.__gt__ is not called: objects of this class cannot be ordered."),
        ("__format__(self, form): return form", "A.__format__ is not called: a form of its own fails."),
    ],
)
def test_methods_that_are_not_called_wherever_python_does_are_told(method: str, told: str) -> None:
    [note] = noting.look("functions/f.py", f"class A:\n    def {method}\ndef f(conv): pass\n").notes

    assert (note.line, note.message) == (2, told)


def test_a_data_class_that_orders_its_objects_is_told() -> None:
    text = "from dataclasses import dataclass\n@dataclass(order=True)\nclass A:\n    x: int\ndef f(conv): pass\n"

    [note] = noting.look("functions/f.py", text).notes

    assert (note.line, note.message) == (3, "Objects of A cannot be ordered here.")
