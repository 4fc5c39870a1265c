"""What Python has and the sandbox has not is told with its line; the sandbox itself is asked what it has."""

from __future__ import annotations

import builtins
import sys
import textwrap
from collections.abc import Iterable, Iterator

import pytest

from deployments.runtime.sandbox import having, lacking, noting
from deployments.runtime.sandbox.program import Program
from deployments.runtime.sandbox.running import IN_ALL, Entry, Failed, Json, Sandbox
from tests.runtime.sandbox.calling import GIVEN, Nobody

# Values whose methods agents call.
VALUES = """
    "a", b"a", 1, 1.5, [1], {1: 1}, {1}, frozenset([1]), (1,), range(3), ValueError("a"), slice(1), datetime.date.min,
    datetime.datetime.min, datetime.time.min, datetime.timedelta.max, datetime.timezone.utc, re.compile("a"),
    re.match("a", "a"), decimal.Decimal(1), collections.Counter(), collections.defaultdict(list), collections.deque()
"""
# What is asked of a class itself, and is not asked of its values.
OF_CLASSES = {"now", "today", "utcnow", "fromisoformat", "fromtimestamp", "strptime", "combine", "from_float"}
OF_CLASSES |= {"maketrans", "default_factory"}
IS_OLDEST = sys.version_info < (3, 12)
MODULES_OF_VALUES = "import collections, datetime, decimal, re"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1) as started:
        yield started


def run(sandbox: Sandbox, source: str) -> Json:
    return sandbox.run(
        Program({"functions/f.py": source}), Entry("functions/f.py", "f", False), {}, GIVEN, Nobody()
    ).result


def tried(names: Iterable[str], attempt: str, before: str = "") -> str:
    """A function that gives the names of what is there, whatever comes of the attempt."""
    does = """
    try:
        {0}
    except (AttributeError, ImportError, NameError):
        pass
    except Exception:
        found.append({1!r})
    else:
        found.append({1!r})
"""
    tries = "".join(does.format(attempt.format(name), name) for name in names)
    return f"{before}\ndef f(conv):\n    found = []\n{tries}    return found\n"


@pytest.mark.parametrize("module", sorted(having.HAVING.keys() - {"http.HTTPStatus"}))
def test_the_table_says_what_each_module_has(module: str, sandbox: Sandbox) -> None:
    names = sorted(having.HAVING[module] | having.LACKED[module])
    found = run(sandbox, tried(names, f"from {module} import {{}}"))

    assert isinstance(found, list)
    # What later releases of Python brought may be there beside it.
    assert found == sorted(having.HAVING[module]) if IS_OLDEST else having.HAVING[module] <= set(found)


def test_the_table_says_which_answers_have_a_name(sandbox: Sandbox) -> None:
    names = sorted(having.HAVING["http.HTTPStatus"] | having.LACKED["http.HTTPStatus"])
    found = run(sandbox, tried(names, "HTTPStatus.{}", "from http import HTTPStatus"))

    assert found == sorted(having.HAVING["http.HTTPStatus"])


def test_built_in_names_that_are_not_there_are_known(sandbox: Sandbox) -> None:
    names = sorted(name for name in dir(builtins) if not name.startswith("_"))
    found = run(sandbox, tried([name for name in names if name not in STATEMENTS], "{}"))

    assert isinstance(found, list)
    missing = set(names) - set(found) - STATEMENTS
    assert missing == lacking.BUILTINS & set(names) if IS_OLDEST else missing >= lacking.BUILTINS


# Rewritten wherever they stand in a class, so that nobody asks for them by name.
STATEMENTS = {"classmethod", "staticmethod", "super"}


def test_methods_that_no_value_has_are_known(sandbox: Sandbox) -> None:
    names: dict[str, object] = {}
    exec(f"{MODULES_OF_VALUES}\nvalues = [{VALUES}]", names)
    values = names["values"]
    assert isinstance(values, list)
    methods = {
        name
        for value in values
        for name in dir(value)
        if not name.startswith("_") and callable(getattr(value, name)) and name not in OF_CLASSES
    }
    source = f"""\
{MODULES_OF_VALUES}
def there(ask, value):
    try:
        ask(value)
    except AttributeError:
        return False
    except Exception:
        return True
    return True
def f(conv):
    values = [{VALUES}]
    asked = {{{", ".join(f"{name!r}: lambda value: value.{name}()" for name in sorted(methods))}}}
    return [name for name, ask in asked.items() if any([there(ask, value) for value in values])]
"""
    found = run(sandbox, source)

    assert isinstance(found, list)
    assert methods - set(found) == lacking.METHODS - {"cache_clear", "cache_info", "move_to_end", "from_float"}


LACKED = {
    "re.VERBOSE is not known here: a run that comes to it fails. Write the pattern without spaces and comments.": """
        import re
        def f(): return re.compile("a # b", re.VERBOSE)
        """,
    "string.Template is not known here: a run that comes to it fails. Use an f-string, or replace().": """
        from string import Template
        def f(): return Template("$a").substitute(a=1)
        """,
    "urllib.parse.urlparse is not known here: a run that comes to it fails. Take the address apart with re.": """
        import urllib.parse as parsing
        def f(): return parsing.urlparse("https://a/b").netloc
        """,
    "fromordinal is not known here: a run that comes to it fails.": """
        import datetime
        def f(): return datetime.datetime.fromordinal(700000)
        """,
    "timetuple is not known here: a run that comes to it fails. Use the date's own fields, or strftime().": """
        from datetime import date
        def f(): return date(2026, 1, 5).timetuple().tm_yday
        """,
    "format_map is not known here: a run that comes to it fails. Use format(**values).": """
        def f(): return "{a}".format_map({"a": 1})
        """,
    "json.loads(object_hook=) is not known here: a run that comes to it fails.": """
        import json
        def f(): return json.loads("{}", object_hook=list)
        """,
    "typing.get_args is not known here: a run that comes to it fails.": """
        from typing import Literal, get_args
        def f(): return get_args(Literal["a"])
        """,
    "bytearray is not known here: a run that comes to it fails. Use bytes.": "def f(): return bytearray(b'a')",
    "HTTPStatus.OK is the number itself here: it has no value.": """
        from http import HTTPStatus
        def f(): return HTTPStatus.OK.value
        """,
    "There are no files here: a run that opens one fails.": "def f(): return open('a').read()",
    "What A inherits from dict is not known here.": """
        class A(dict): pass
        def f(): return A(a=1)["a"]
        """,
    "Members of A are made without what __init__ is given: it fails.": """
        from enum import Enum
        class A(Enum):
            ONE = (1, 2)
            def __init__(self, x, y): self.x = x
        def f(): return A.ONE.x
        """,
    "A run may take 10 s in all: time.sleep(30) ends it.": """
        import time
        def f(): return time.sleep(30)
        """,
}


def told(source: str) -> list[str]:
    found = noting.look("functions/f.py", textwrap.dedent(source).replace("def f(", "def f(conv"))
    return [note.message for note in (*found.notes, *(doubt.note for doubt in found.doubts))]


@pytest.mark.parametrize("message", LACKED)
def test_what_fails_for_want_of_it_is_told(message: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    if "time.sleep" in message:
        monkeypatch.setattr("deployments.runtime.sandbox.lent.sleep", lambda seconds: None)

    assert message in told(LACKED[message])
    with pytest.raises(Failed):
        run(sandbox, textwrap.dedent(LACKED[message]).replace("def f(", "def f(conv"))


@pytest.mark.parametrize(
    "source",
    [
        "import re\ndef f(): return bool(re.compile('a', re.I | re.M))",
        "from datetime import datetime, date\ndef f(): return (datetime.now().date() - date.today()).days",
        "def f():\n    input = 1\n    return input",
        "class A:\n    def expand(self): return 1\ndef f(): return A().expand()",
        "def f():\n    conv.state.indices = 1\n    return conv.api.crm.expand() and conv.state.indices",
        "try:\n    import numpy\n    from re import X\nexcept ImportError:\n    X = None\ndef f(): return X is None",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\ndef f(): return 1",
        "import time\ndef f(): return time.sleep(0.001)",
        "import logging\ndef g(log: logging.Logger) -> logging.Handler: return 1\ndef f(): return g(None)",
        "from re import match as X\ndef f(): return X('a', 'a').group()",
    ],
)
def test_what_runs_is_not_told(source: str, sandbox: Sandbox) -> None:
    assert told(source) == []
    run(sandbox, source.replace("def f(", "def f(conv").replace("api.crm.expand()", "state.get('a', 1)"))


def test_a_method_of_an_agents_own_class_in_another_file_is_not_told() -> None:
    files = {
        "functions/f.py": b"from functions.g import A\ndef f(conv): return A().expand(2)\n",
        "functions/g.py": b"class A:\n    def expand(self, x): return x\ndef g(conv): pass\n",
    }
    both = noting.notes_in({path: path for path in files}, lambda keys: {key: files[key] for key in keys})
    alone = noting.notes_in({"functions/f.py": "f"}, lambda keys: {"f": files["functions/f.py"]})

    assert both == []
    assert [note.line for note in alone] == [2]


@pytest.mark.parametrize(
    ("uses", "lines"),
    [
        ("datetime.now(ZoneInfo(conv.variant.timezone))", []),
        ("datetime.now(tz=HERE)", []),
        ("datetime(2026, 7, 1, tzinfo=ZoneInfo('UTC'))", []),
        ("datetime(2026, 7, 1, tzinfo=HERE)", [5]),
        ("datetime.now(HERE).astimezone(ZoneInfo('Europe/Paris'))", [5]),
    ],
)
def test_a_zone_that_is_asked_for_more_than_now_is_told(uses: str, lines: list[int]) -> None:
    text = f"""\
from datetime import datetime
from zoneinfo import ZoneInfo
HERE = ZoneInfo("Europe/London")
def f(conv):
    return {uses}
"""
    assert [note.line for note in noting.look("functions/f.py", text).notes] == lines


def test_the_longest_pause_is_that_of_a_run() -> None:
    assert lacking.LONGEST_PAUSE == IN_ALL
