"""Python that the interpreter does not know, rewritten: each piece gives in the sandbox what it gives in Python."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator

import pytest

from deployments.runtime.sandbox.program import Program
from deployments.runtime.sandbox.running import Entry, Sandbox
from tests.runtime.sandbox.calling import GIVEN, Nobody


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1) as started:
        yield started


# Each defines `f()`, whose value is compared.
ALIKE = {
    "times without a date, and days without a year": """
        from datetime import datetime
        TIMES = [("10:30", "%H:%M"), ("7:30 pm", "%I:%M %p")]
        DAYS = [("3 March", "%d %B"), ("2026-03", "%Y-%m"), ("2026", "%Y"), ("1/2/26", "%d/%m/%y")]
        def f(): return [datetime.strptime(text, form).isoformat() for text, form in TIMES + DAYS]
        """,
    "methods of text handed on": """
        def f():
            return [sorted("bA", key=str.lower), list(map(str.strip, [" a", "b "])), str.replace("aa", "a", "b"),
                    type(str).__name__, str.__name__]
        """,
    "methods of other values handed on": """
        import re
        from dataclasses import dataclass
        @dataclass
        class A:
            count: int
        def f():
            prices, digit = {"a": 1, "b": 3}, re.compile("[0-9]")
            found = []
            add = found.append
            add(str(A(2).count))
            return [max(prices, key=prices.get), list(filter(digit.match, ["1", "x"])), found, max(A(2).count, 1),
                    sorted(set.union({1}, {2})), list(map(dict.keys, [{}])) == [{}.keys()]]
        """,
    "a name of a type that is a name of the file's own": """
        def f():
            list = ["a"]
            list.append("b")
            return list
        """,
    "dates": """
        from datetime import date, datetime, timedelta, timezone
        import datetime as clock
        def f():
            day = date(2026, 1, 1)
            week = day.isocalendar()
            return [list(week), week.week, datetime(2024, 12, 30).isocalendar()[0],
                    datetime.fromtimestamp(86400.5, tz=timezone.utc).isoformat(),
                    clock.datetime.fromtimestamp(0, timezone(timedelta(hours=1.5))).isoformat(),
                    date.fromtimestamp(90000).isoformat(), str(timedelta(hours=0.5, minutes=1)), str(timedelta(1.25)),
                    datetime.utcnow().tzinfo, datetime.today() >= datetime(2000, 1, 1), str(timedelta(days=2, hours=1))]
        """,
    "letters and numbers": """
        import re
        CHANGED = str.maketrans({"a": "b", "c": None, "é": "e"})
        def f():
            return ["a-b c".translate(str.maketrans("ab", "xy", "-")), "caé".translate(CHANGED), (2.0).is_integer(),
                    (2.5).is_integer(), list(re.compile("a").subn("b", "aa")), bool(re.match("A", "a", re.I | re.U))]
        """,
    "what an object is asked to be": """
        from collections.abc import Iterable, Mapping, Sequence
        from typing import Any
        import collections
        def f():
            kinds = [isinstance(one, Mapping) for one in ({}, [], 1)] + [isinstance("a", (Sequence, Mapping))]
            return kinds + [isinstance(3, Iterable), isinstance([1], collections.abc.Sequence)]
        """,
    "a mark of its own": """
        MISSING = object()
        def g(x=MISSING): return "none" if x is MISSING else x
        def f(): return [g(), g(1), g(None), object() is object()]
        """,
    "what ran at once and failed": """
        from concurrent.futures import ThreadPoolExecutor, as_completed
        def f():
            with ThreadPoolExecutor() as pool:
                done = [pool.submit(int, text) for text in ("1", "x")]
            found = []
            for one in as_completed(done):
                try:
                    found.append(one.result())
                except ValueError:
                    found.append("no number")
            return sorted(found, key=str) + [sum(one.exception() is None for one in done)]
        """,
    "what is imported for annotations, or may be missing": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            import numpy
        try:
            import not_there
        except ImportError:
            not_there = None
        def f(): return [not_there, isinstance(ConnectionError("a"), OSError)]
        """,
    "rounding": """
        def f():
            found = [round(pence / 1000, 2) for pence in range(5, 3000, 10)]
            return found + [round(2.5), round(-0.5, 0), round(7, 2), round(1234, -2), round(2.675, ndigits=2)]
        """,
    "the name of a module": """
        import logging
        logger = logging.getLogger(__name__)
        def f(): return bool(__name__)
        """,
    "inheritance": """
        class A:
            kind = "a"
            def __init__(self, x): self.x = x
            def both(self): return self.own() + self.kind
            def own(self): return "A"
        class B(A):
            kind = "b"
            def own(self): return "B" + super().own() + str(self.x)
        class C(B):
            def __init__(self): super().__init__(3)
        def f(): return [C().both(), isinstance(C(), A), isinstance(A(1), B), isinstance(3, (A, int)), issubclass(C, A)]
        """,
    "static and class methods": """
        class A:
            made = 1
            @staticmethod
            def twice(x): return 2 * x
            @classmethod
            def make(cls, x):
                one = cls()
                one.x = x + cls.made
                return one
        class B(A):
            made = 10
        def f(): return [A.twice(2), A().twice(3), A.make(1).x, B.make(1).x, B.twice(4), isinstance(B.make(1), B)]
        """,
    "properties": """
        class A:
            def __init__(self): self._x = 4
            @property
            def size(self): return self._x * 2
        class B(A): pass
        def f(): return [A().size, B().size + 1, getattr(B(), "size")]
        """,
    "data classes": """
        from dataclasses import asdict, dataclass, field, fields, replace
        @dataclass
        class A:
            x: int
            y: list = field(default_factory=list)
            def total(self) -> int: return self.x + len(self.y)
        @dataclass
        class B(A):
            z: str = "z"
        def f():
            b = replace(B(1, [2, 3]), x=5)
            return [b.total(), asdict(b), [one.name for one in fields(B)], A(1) == A(1), A(1).y is A(1).y]
        """,
    "data classes with options": """
        from dataclasses import asdict, dataclass, field
        import dataclasses
        @dataclass(slots=True, kw_only=True, repr=False)
        class A:
            x: int = field(default=1, repr=False, compare=False, metadata={"a": 1})
            y: list = field(default_factory=list, hash=False)
        @dataclasses.dataclass(frozen=True, order=True)
        class B:
            z: int
            seen: bool = dataclasses.field(init=False, default=False)
        @dataclass(unsafe_hash=True)
        class C:
            found: str = field(init=False)
            def __post_init__(self): self.found = "yes"
        def f(): return [asdict(A(x=2)), A().y is A().y, B(3).z, B(3) == B(3), B(3).seen, C().found]
        """,
    "enumerations": """
        from enum import Enum, auto
        class Colour(Enum):
            RED = "red"
            BLUE = "blue"
            def loud(self): return self.value.upper()
        class Number(Enum):
            ONE = auto()
            TWO = auto()
        def f():
            found = Colour("blue")
            return [found is Colour.BLUE, found.name, Colour["RED"].loud(), [c.value for c in Colour], len(Number),
                    Number.TWO.value, isinstance(found, Colour), found in Colour]
        """,
    "more of enumerations": """
        from enum import Enum
        class Size(Enum):
            SMALL = "s"
            LARGE = "l"
            @classmethod
            def told(cls, text): return cls(text[0])
            @staticmethod
            def count(): return 2
            @classmethod
            def _missing_(cls, value): return cls.LARGE
        def f(): return [Size.told("small").name, Size.count(), Size("?").name, list(Size.__members__), str(Size.SMALL)]
        """,
    "a class variable of a data class": """
        from dataclasses import dataclass
        from typing import ClassVar
        @dataclass
        class A:
            LIMIT: ClassVar[int] = 3
            x: int = 1
        def f(): return [A.LIMIT, A(2).x, A(2).LIMIT]
        """,
    "nested classes": """
        class A:
            class B:
                x = 3
            def get(self): return A.B().x
        def f(): return [A().get(), A.B.x]
        """,
    "yield": """
        def counted(n):
            for i in range(n):
                if i == 3: return
                yield i
            yield from [7, 8]
        def f(): return [list(counted(2)), sum(counted(9)), [x for x in counted(1)]]
        """,
    "del": """
        def f():
            a, d = [1, 2, 3, 4], {"x": 1, "y": 2}
            del a[0], d["x"]
            del a[1:]
            return [a, d]
        """,
    "generators": """
        def f():
            first = next((x for x in [1, 2, 3] if x > 1), None)
            return [first, next((x for x in []), "none"), any(x > 2 for x in [1, 3]), ",".join(str(x) for x in [1, 2])]
        """,
    "json and re": """
        import json
        import re
        from datetime import date
        def f():
            return [json.dumps({"d": date(2026, 1, 2)}, default=str),
                    re.sub(r"\\d+", lambda m: str(int(m.group(0)) * 2), "a1b22"),
                    re.sub("a", "b", "aXa"), re.compile(r"(\\w)1").sub(lambda m: m.group(1).upper(), "a1b1", 1)]
        """,
    "modules that are missing": """
        import calendar, string
        import urllib.parse
        from collections import OrderedDict
        from concurrent.futures import ThreadPoolExecutor
        from http import HTTPStatus
        from typing import Optional, cast
        from urllib.parse import quote, urlencode
        import ast
        def f(x: Optional[int] = None):
            with ThreadPoolExecutor(max_workers=2) as pool:
                done = [one.result() for one in [pool.submit(lambda n: n + 1, 1)]]
            return [calendar.monthrange(2024, 2)[1], calendar.monthrange(2025, 12)[1], string.digits, quote("a b/ü"),
                    urlencode({"a": "x y", "b": 1}), urllib.parse.unquote("%C3%BC"), OrderedDict(a=1)["a"], done,
                    HTTPStatus.NOT_FOUND == 404, cast(int, 4), ast.literal_eval("[1, 'a']"), calendar.isleap(1900)]
        """,
    "len of an own class": """
        class A:
            def __init__(self): self.items = [1, 2]
            def __len__(self): return len(self.items)
        def f(): return [len(A()), len([1]), vars(A())]
        """,
    "identifiers that are none": """
        import uuid
        def f():
            try:
                return uuid.UUID("x")
            except ValueError:
                return str(uuid.UUID("{12345678123456781234567812345678}"))
        """,
    "modules that are missing a part": """
        import calendar, string
        def f():
            return [calendar.month_abbr[1], calendar.weekday(2026, 1, 5), string.capwords("a  b")] + [string.printable]
        """,
    "uuid": """
        import uuid
        from uuid import uuid4
        def f(): return [len(str(uuid4())), len(uuid.uuid4().hex), uuid4() == uuid4()]
        """,
    "decorators": """
        import functools
        def twice(function):
            @functools.wraps(function)
            def inner(*args, **kwargs): return function(*args, **kwargs) * 2
            return inner
        @twice
        def g(x: int, *, y: "int" = 1) -> int: return x + y
        def f(): return [g(1), g(1, y=2), twice.__name__]
        """,
    "exceptions": """
        class Wrong(ValueError):
            pass
        def f():
            try:
                raise Wrong("not so")
            except Wrong as error:
                return [str(error), isinstance(error, ValueError)]
        """,
    "globals and closures": """
        COUNT = 1
        def more():
            global COUNT
            COUNT += 1
        def f():
            more()
            made = [lambda x=x: x for x in range(3)]
            return [COUNT, [one() for one in made], (lambda *a, **k: [a, k])(1, b=2)]
        """,
    "a model": """
        from pydantic import BaseModel, Field
        class Guest(BaseModel):
            name: str
            rooms: int = 1
            tags: list = Field(default_factory=list)
        def f():
            guest = Guest.model_validate({"name": "Ada"})
            again = Guest.model_validate_json(guest.model_dump_json())
            return [guest.name, guest.rooms, again.model_dump(), Guest(name="B", rooms=2).rooms]
        """,
}


@pytest.mark.parametrize("title", [title for title in ALIKE if title != "a model"])
def test_it_runs_as_in_python(title: str, sandbox: Sandbox) -> None:
    source = textwrap.dedent(ALIKE[title])
    names: dict[str, object] = {"__name__": __name__}
    exec(compile(source, "f.py", "exec", dont_inherit=True), names)
    with warnings.catch_warnings():
        # Later releases of Python advise against some of it.
        warnings.simplefilter("ignore", DeprecationWarning)
        expected = names["f"]()  # type: ignore[operator]

    program = Program({"functions/f.py": source.replace("def f(", "def f(conv, ").replace("conv, )", "conv)")})
    outcome = sandbox.run(program, Entry("functions/f.py", "f", False), {}, GIVEN, Nobody())

    if title == "uuid":
        expected = [36, 32, False]
    assert plain(outcome.result) == plain(expected)


def test_a_declarative_model_is_a_table_of_fields(sandbox: Sandbox) -> None:
    source = textwrap.dedent(ALIKE["a model"]).replace("def f(", "def f(conv")
    outcome = sandbox.run(Program({"functions/f.py": source}), Entry("functions/f.py", "f", False), {}, GIVEN, Nobody())

    assert outcome.result == ["Ada", 1, {"name": "Ada", "rooms": 1, "tags": []}, 2]


def plain(value: object) -> object:
    match value:
        case {"$tuple": list(inner)}:
            return [plain(one) for one in inner]
        case list() | tuple():
            return [plain(one) for one in value]
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case _:
            return value
