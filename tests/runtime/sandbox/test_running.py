"""What a function is given, what is kept of it, and what stops it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from time import monotonic

import pytest

from deployments.runtime.kept import readable_state
from deployments.runtime.sandbox import running
from deployments.runtime.sandbox.program import Program, Unloadable
from deployments.runtime.sandbox.running import Entry, Failed, Given, Json, Outcome, Sandbox
from tests.runtime.sandbox.calling import GIVEN, Nobody


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1) as started:
        yield started


def run(
    sandbox: Sandbox,
    code: str,
    given: Given = GIVEN,
    files: dict[str, str] | None = None,
    path: str = "functions/f.py",
    **arguments: Json,
) -> Outcome:
    program = Program(
        {path: textwrap.dedent(code), **{at: textwrap.dedent(text) for at, text in (files or {}).items()}}
    )
    with_flow = path.startswith("flows/")
    return sandbox.run(program, Entry(path, path.split("/")[-1][:-3], with_flow), arguments, given, Nobody())  # type: ignore[arg-type]


def test_state_that_was_never_set(sandbox: Sandbox) -> None:
    outcome = run(
        sandbox,
        """
        def f(conv):
            found = [conv.state.x, conv.state.get("x", 5), "x" in conv.state, getattr(conv.state, "x", 7)]
            state = conv.state
            found += [state.elsewhere]
            try:
                conv.state["x"]
            except KeyError:
                found.append("KeyError")
            return found
        """,
    )

    assert outcome.result == [None, 5, False, None, None, "KeyError"]
    assert outcome.state == {}


def test_state_is_kept_however_it_is_set(sandbox: Sandbox) -> None:
    outcome = run(
        sandbox,
        """
        def f(conv):
            conv.state.a = 1
            conv.state.a += 1
            conv.state["b"] = [1, {"c": None}]
            setattr(conv.state, "d", "x")
            state = conv.state
            state.e = True
            conv.state.update(g=1, h=2)
            del conv.state.g
            conv.state.none = None
            conv.state.old = (conv.state.old or 0) + 1
            conv.state.pop("gone")
            return sorted(conv.state.keys())
        """,
        replace(GIVEN, state={"old": 4, "gone": 1, "kept": "k"}),
    )

    kept = {"a": 2, "b": [1, {"c": None}], "d": "x", "e": True, "h": 2, "none": None, "old": 5, "kept": "k"}
    assert outcome.state == kept
    assert outcome.result == sorted(kept)


ORDERS = """
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

class Size(Enum):
    SMALL = 1
    LARGE = 2

@dataclass
class Line:
    name: str
    size: Size = Size.SMALL

@dataclass
class Order:
    day: date
    lines: list = field(default_factory=list)
    def count(self): return len(self.lines)

class Basket:
    def __init__(self, owner): self.owner, self.orders = owner, []
    def total(self): return sum(order.count() for order in self.orders)
"""


def test_objects_of_the_agents_classes_survive_a_turn(sandbox: Sandbox) -> None:
    first = run(
        sandbox,
        """
        from functions.orders import Basket, Line, Order, Size
        from datetime import date
        def f(conv):
            conv.state.basket = Basket("Ada")
            conv.state.basket.orders.append(Order(date(2026, 1, 2), [Line("tea", Size.LARGE), Line("cake")]))
        """,
        files={"functions/orders.py": ORDERS},
    )
    second = run(
        sandbox,
        """
        from functions.orders import Size
        def f(conv):
            basket = conv.state.basket
            line = basket.orders[0].lines[0]
            return [basket.owner, basket.total(), line.name, line.size is Size.LARGE, basket.orders[0].day.year]
        """,
        replace(GIVEN, state=first.state),
        files={"functions/orders.py": ORDERS},
    )

    assert second.result == ["Ada", 2, "tea", True, 2026]


def test_files_import_each_other_and_each_has_its_own_helpers(sandbox: Sandbox) -> None:
    outcome = run(
        sandbox,
        """
        from _gen import *  # <AUTO GENERATED>
        import functions.second as second
        from functions.second import *
        from ..helpers import late
        def helper(): return "flow"
        @func_description("x")
        def f(conv, flow):
            from functions.second import helper as other
            thirds = [conv.functions.third("!"), conv.functions.third("?", 2)]
            return [helper(), other(), second.helper(), shout(), late(), *thirds]
        """,
        path="flows/one/functions/f.py",
        files={
            "functions/second.py": "def helper(): return 'second'\ndef shout(): return helper().upper()\n_x = 1\n",
            "flows/one/helpers.py": "from flows.two.functions.late import late\n",
            "flows/two/functions/late.py": "def late(): return 'two'\n",
            "functions/third.py": "def third(conv, mark, times=1): return conv.env + mark * times\n",
        },
        given=replace(GIVEN, functions=[("third", "functions.third", False)]),
    )

    assert outcome.result == ["flow", "second", "second", "SECOND", "two", "sandbox!", "sandbox??"]
    assert list(outcome.effects) == [["inner", "third", ["!"], {}], ["inner", "third", ["?", 2], {}]]


def test_effects_are_told_in_their_order(sandbox: Sandbox) -> None:
    outcome = run(
        sandbox,
        """
        def f(conv, flow):
            conv.write_metric("N", 1)
            conv.log.info("seen", order=3)
            flow.goto_step("Ask day", "label")
            conv.goto_flow("Other")
            conv.say("Hello")
            conv.exit_flow()
            conv.set_voice("x")
            conv.call_handoff("desk", utterance="One moment")
            print("to the log")
            return {"content": "next", "transition": {"goto_step": "X"}}
        """,
        path="flows/one/functions/f.py",
    )

    assert [effect[0] for effect in outcome.effects] == [
        "metric", "log", "goto_step", "goto_flow", "say", "exit_flow", "recorded", "handoff",
    ]  # fmt: skip
    assert outcome.effects[2] == ["goto_step", "Ask day"]
    assert outcome.result == {"content": "next", "transition": {"goto_step": "X"}}
    assert outcome.printed == "to the log\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "conv.log.info('x', at=datetime.date(2026, 1, 2))",
            ["log", "info", "x", False, {"at": {"$date": "2026-01-02"}}],
        ),
        (
            "conv.log.info('x', who=conv, all={1}, is_pii=1)",
            ["log", "info", "x", True, {"who": "Conversation", "all": {"$set": [1]}}],
        ),
        ("conv.log.info('x', own=[[]] + OWN)", ["log", "info", "x", False, {"own": "list"}]),
        ("conv.send_sms(491, None, b'x')", ["sms", "491", None, "b'x'"]),
        ("conv.disable_kb_topics({4})", ["disable_topics", ["4"]]),
        ("conv.goto_flow(4)", ["goto_flow", "4"]),
        ("conv.write_metric('N', 1, write_once={1})", ["metric", "N", 1, True]),
        (
            "conv.call_handoff('desk', route=4, sip_headers={'X': 4})",
            [
                "handoff",
                {"destination": "desk", "reason": "desk", "utterance": None, "route": "4", "headers": {"X": "4"}},
            ],
        ),
    ],
)
def test_whatever_a_function_hands_over_is_told(asked: str, told: list[Json], sandbox: Sandbox) -> None:
    code = f"import datetime\nOWN = []\nOWN.append(OWN)\ndef f(conv):\n    {asked}\n    conv.state.done = True\n"

    outcome = run(sandbox, code)

    assert list(outcome.effects) == [told]
    assert outcome.state == {"done": True}


@pytest.mark.parametrize(
    ("value", "shown", "asked", "answer"),
    [
        ("Decimal('12.50')", "12.50", "str(x + Decimal('0.10'))", "12.60"),
        ("timedelta(hours=25)", "1 day, 1:00:00", "x.days", 1),
        ("Counter('aab')", {"a": 2, "b": 1}, "x.most_common(1)[0][0]", "a"),
        ("defaultdict(list, {'a': [1]})", {"a": [1]}, "[x['a'], x['b']]", [[1], []]),
        ("defaultdict(int, {'absent': 3})", {"absent": 3}, "[x['absent'], x['b']]", [3, 0]),
        ("defaultdict(None, {'a': 1})", {"a": 1}, "'b' in x or x['a']", 1),
        ("deque([1, 2])", [1, 2], "x.popleft()", 1),
        ("deque([1, 2, 3], maxlen=2)", [2, 3], "[x.append(4), list(x)]", [None, [3, 4]]),
        ("frozenset({2, 'a'})", [2, "a"], "{x: 1} == {frozenset({'a', 2}): 1}", True),
        ("{'a', 1}", [1, "a"], "len(x)", 2),
    ],
)
def test_what_a_state_holds_is_the_same_in_the_next_turn(
    value: str, shown: Json, asked: str, answer: Json, sandbox: Sandbox
) -> None:
    imports = "from collections import Counter, defaultdict, deque\nfrom datetime import timedelta\n"
    imports += "from decimal import Decimal\n"
    kept = run(sandbox, f"{imports}def f(conv):\n    conv.state.x = {value}\n").state

    later = run(
        sandbox, f"{imports}def f(conv):\n    x = conv.state.x\n    return {asked}\n", replace(GIVEN, state=kept)
    )

    assert readable_state(kept) == {"x": shown}
    assert later.result == answer


@pytest.mark.parametrize("gives", ["(1,)", "5", "['a']"])
def test_a_dictionary_whose_defaults_cannot_be_told_is_not_kept(gives: str, sandbox: Sandbox) -> None:
    code = f"from collections import defaultdict\ndef f(conv):\n    conv.state.x = defaultdict(lambda: {gives})\n"

    with pytest.raises(Failed, match=re.escape(f"cannot be kept: a defaultdict that gives {gives}")):
        run(sandbox, code)


@pytest.mark.parametrize("code", ["return 10**5000", "conv.state.x = 10**5000"])
def test_a_number_that_nobody_could_write_down_stops_the_run(code: str, sandbox: Sandbox) -> None:
    with pytest.raises(Failed, match="cannot be kept: a number of more than 300 digits"):
        run(sandbox, f"def f(conv):\n    {code}")


@pytest.mark.parametrize("kept", ["conv.state.x = x", "return x", "conv.log.info('x', value=x)"])
def test_values_too_deep_within_each_other_stop_the_run_instead_of_being_cut(kept: str, sandbox: Sandbox) -> None:
    with pytest.raises(Failed, match="nested too deeply to be kept"):
        run(sandbox, f"def f(conv):\n    x = 1\n    for _ in range(120):\n        x = (x,)\n    {kept}")


@pytest.mark.parametrize("body", ["time.sleep(90)", "[time.sleep(0.2) for _ in range(400)]"])
def test_a_run_that_sleeps_is_stopped_when_its_time_is_over(body: str, sandbox: Sandbox) -> None:
    program = Program({"functions/f.py": f"import time\ndef f(conv):\n    {body}"})
    began = monotonic()

    with pytest.raises(Failed, match="took longer than 1 s"):
        sandbox.run(program, Entry("functions/f.py", "f", False), {}, GIVEN, Nobody(), 1.0)

    assert monotonic() - began < 8


def test_a_run_may_sleep_within_its_time(sandbox: Sandbox) -> None:
    assert run(sandbox, "import time\ndef f(conv):\n    time.sleep(0.1)\n    return 'awake'").result == "awake"


def test_a_run_that_finds_no_sandbox_free_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "IN_ALL", 0.2)
    asked, answered = Event(), Event()

    class Waiting(Nobody):
        def get_secret(self, name: str) -> str:
            asked.set()
            answered.wait(20)
            return name

    program = Program({"functions/f.py": "def f(conv): return conv.utils.get_secret('key')"})
    entry = Entry("functions/f.py", "f", False)
    with Sandbox(1) as only, ThreadPoolExecutor(1) as threads:
        first = threads.submit(only.run, program, entry, {}, GIVEN, Waiting(), 20)
        assert asked.wait(20)

        with pytest.raises(Failed, match="No sandbox was free"):
            only.run(program, entry, {}, GIVEN, Nobody())

        answered.set()
        assert first.result().result == "key"


def test_a_conversation_tells_what_it_was_given(sandbox: Sandbox) -> None:
    given = replace(
        GIVEN,
        variants={"Oslo": {"city": "Oslo"}, "Bergen": {"city": "Bergen", "seats": 4}},
        variant_name="Oslo",
        entities={"size": {"name": "size", "value": "6", "valid": True}},
        history=[("agent", "Hi"), ("user", "Six")],
        translations={"bye": "Adiós"},
        integrations={"house": ["stay"]},
        handoffs=[{"name": "desk"}],
        templates=[{"name": "menu", "content": "x"}],
        real_time_config={"open": True},
    )
    outcome = run(
        sandbox,
        """
        def f(conv, size: int):
            found = [conv.variant.city, conv.variant.seats, conv.entities.size.value, conv.entities.other]
            conv.set_variant("Bergen")
            found += [conv.variant.seats, conv.variant_name, conv.history[-1].text, conv.translations.bye]
            found += [conv.real_time_config.get("open"), conv.api.house.stay("9").status_code, size + 1]
            found += [conv.caller_number, conv.sip_headers.get("X"), conv.sms_templates["menu"].content]
            for wrong in (lambda: conv.call_handoff("nobody"), lambda: conv.send_sms_template("+1", "none"),
                          lambda: conv.set_variant("Paris"), lambda: conv.utils.get_secret("x")):
                try:
                    wrong()
                except Exception as error:
                    found.append(type(error).__name__)
            return found
        """,
        given,
        size=4,
    )

    assert outcome.result == [
        "Oslo", None, "6", None, 4, "Bergen", "Six", "Adiós", True, 503, 5, None, None, "x",
        "ValueError", "ValueError", "ValueError", "KeyError",
    ]  # fmt: skip


def test_the_clock_is_the_conversations_in_any_zone(sandbox: Sandbox) -> None:
    code = """
        from datetime import datetime, timezone
        from zoneinfo import ZoneInfo
        import random, uuid
        def f(conv):
            return [datetime.now(ZoneInfo("Europe/Paris")).strftime("%H:%M"), datetime.now(timezone.utc).hour,
                    random.random(), str(uuid.uuid4())]
        """
    given = replace(GIVEN, now=datetime(2026, 1, 15, 22, 30, tzinfo=UTC), seed="one")

    first, again = run(sandbox, code, given), run(sandbox, code, given)
    other = run(sandbox, code, replace(given, seed="two"))

    assert isinstance(first.result, list)
    assert first.result[:2] == ["23:30", 22]
    assert first.result == again.result
    assert first.result != other.result


@pytest.mark.parametrize("zone", ["America", ".", "a\\0b", "../../etc/passwd"])
def test_what_is_no_zone_is_said_by_its_name_and_by_no_place_on_this_machine(zone: str, sandbox: Sandbox) -> None:
    code = f"""
        from datetime import datetime
        from zoneinfo import ZoneInfo
        def f(conv):
            datetime.now(ZoneInfo("{zone}"))
        """

    with pytest.raises(Failed, match="No time zone found with key") as stopped:
        run(sandbox, code)

    assert "tzdata" not in str(stopped.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "time"),
        ("x = []\n    while True: x.append('x' * 100000)", "memory"),
        ("while True: print('x' * 1000)", "time"),
        ("return f(conv)", "depth"),
        ("import os", "raised"),
        ("open('/etc/passwd').read()", "raised"),
        ("import requests\n    requests.get('http://example.com')", "raised"),
        ("conv.state.x = conv", "raised"),
        ("conv.state.x = 'x' * 1100000", "state"),
        ("return conv.integrations", "raised"),
        ("10 ** 10 ** 10", "memory"),
        ("import ast\n    ast.literal_eval('(' * 100000)", "raised"),
        ("from zoneinfo import ZoneInfo\n    ZoneInfo('../../etc/passwd')", "raised"),
        ("_get_secret('x')", "raised"),
        ("_SOURCES.clear()\n    _CLASSES.clear()\n    raise ValueError('x')", "raised"),
    ],
)
def test_what_goes_wrong_is_stopped_and_the_next_run_works(body: str, reason: str, sandbox: Sandbox) -> None:
    with pytest.raises(Failed) as stopped:
        run(sandbox, f"def f(conv):\n    conv.state.touched = 1\n    {body}\n")

    assert stopped.value.reason == reason
    assert run(sandbox, "def f(conv): return conv.state.touched").result is None


def test_what_a_function_raises_is_told_as_far_as_anybody_reads(sandbox: Sandbox) -> None:
    with pytest.raises(Failed) as stopped:
        run(sandbox, "def f(conv):\n    raise ValueError('x' * 20_000_000)\n")

    assert stopped.value.line == 2
    assert len(str(stopped.value)) == running.SAID + 1
    assert str(stopped.value).startswith("ValueError: xxx")


def test_an_error_names_the_agents_own_file_and_line(sandbox: Sandbox) -> None:
    helper = textwrap.dedent(
        """

        from functions.base import (
            Base,
        )


        class Own(Base):
            def go(self):
                x = [
                    1,
                ]
                return x[7]
        """
    )
    with pytest.raises(Failed) as stopped:
        run(
            sandbox,
            "from functions.helper import Own\ndef f(conv):\n    conv.write_metric('N')\n    return Own().go()\n",
            files={"functions/helper.py": helper, "functions/base.py": "class Base:\n    pass\n"},
        )

    assert (stopped.value.path, stopped.value.line) == ("functions/helper.py", 13)
    assert "IndexError" in str(stopped.value)


@pytest.mark.parametrize(("code", "line"), [("def f(conv):\n    return (", 2), ("x = 1\n\ndef f(:\n  pass", 3)])
def test_a_file_that_is_no_python_says_so(code: str, line: int, sandbox: Sandbox) -> None:
    with pytest.raises(Unloadable) as refused:
        run(sandbox, code)

    assert (refused.value.path, refused.value.line) == ("functions/f.py", line)


@pytest.mark.parametrize("code", ["return ['a' * 1_000_000] * 5", "conv.log.info('a' * 5_000_000)"])
def test_what_a_function_gives_back_has_a_bound(code: str, sandbox: Sandbox) -> None:
    with pytest.raises(Failed, match="more than 4 MB"):
        run(sandbox, f"def f(conv):\n    {code}")
