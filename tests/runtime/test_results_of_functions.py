"""What a function gives back, and what comes of it in its turn."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deployments.runtime import calling
from deployments.runtime.results import Result, WrongResult, read_result
from deployments.runtime.sandbox.running import Sandbox
from tests.runtime.agents import playbook
from tests.runtime.talking import Talk, call, names, told


def talk(sandbox: Sandbox, code: str, more: dict[str, str] | None = None, **setting: object) -> Talk:
    rules = "Use {{fn:f}}" + (" and {{fn:g}}." if "functions/g.py" in (more or {}) else ".")
    return Talk(playbook({"agent_settings/rules.txt": rules, **(more or {})}, f=code), sandbox, **setting)


def test_a_text_instructs_the_next_words_of_this_turn(sandbox: Sandbox) -> None:
    one = talk(sandbox, 'def f(conv):\n    conv.state.x = "C-1"\n    return "Tell them $x."')
    turn = one.says("hi", call("f"), "It is C-1.")

    assert turn.said == "It is C-1."
    assert one.scene.instruction == "Tell them C-1."
    assert "Tell them C-1." in one.scene.prompt
    assert [(ran.name, ran.result) for ran in one.scene.called] == [("f", "Tell them $x.")]


def test_an_utterance_is_said_exactly(sandbox: Sandbox) -> None:
    one = talk(sandbox, 'def f(conv):\n    return {"utterance": "Hello, you."}')
    turn = one.says("hi", call("f"), "never asked")

    assert turn.said == "Hello, you."
    assert len(turn.requests) == 1
    assert one.heard == ["Hello, you."]
    assert list(one.standing.history) == [("user", "hi"), ("agent", "Hello, you.")]


def test_content_beside_an_utterance_instructs_the_next_turn(sandbox: Sandbox) -> None:
    one = talk(sandbox, 'def f(conv):\n    return {"utterance": "Now.", "content": "Ask for the day."}')
    turn = one.says("hi", call("f"))
    assert turn.said == "Now."

    one.says("yes", "Which day?")
    assert one.scene.instruction == "Ask for the day."
    one.says("monday", "Fine.")
    assert one.scene.instruction == ""


def test_an_utterance_that_does_not_end_the_turn(sandbox: Sandbox) -> None:
    one = talk(sandbox, 'def f(conv):\n    return {"utterance": "Wait.", "end_turn": False, "content": "Go on."}')
    turn = one.says("hi", call("f"), "Here it is.")

    assert [reply.text for reply in turn.replies] == ["Wait.", "Here it is."]
    assert turn.said == "Wait.\nHere it is."
    assert "".join(one.heard).rstrip() == turn.said
    assert one.scene.instruction == "Go on."


def test_an_empty_utterance_says_nothing_and_ends_the_turn(sandbox: Sandbox) -> None:
    turn = talk(sandbox, 'def f(conv):\n    return {"utterance": ""}').says("hi", call("f"), "never")

    assert (turn.said, len(turn.requests)) == ("", 1)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ('conv.say("first"); conv.say("second")', "second"),
        ('conv.say("called"); return {"utterance": "returned"}', "returned"),
        ('conv.call_handoff("desk", utterance="bye")', "bye"),
        ('return {"utterance": "so", "hangup": True}', "so"),
    ],
)
def test_which_words_are_said(returned: str, said: str, sandbox: Sandbox) -> None:
    assert talk(sandbox, f"def f(conv):\n    {returned}").says("hi", call("f")).said == said


@pytest.mark.parametrize(
    ("returned", "content", "noted"),
    [
        ("7", "7", True),
        ("[1, 2]", "[1, 2]", True),
        ('{"day": "monday"}', '{"day": "monday"}', True),
        ('{"content": "c", "mood": 1}', "c", True),
        ('{"content": "c"}', "c", False),
        ("None", "", False),
        ('""', "", False),
        ("{}", "", False),
    ],
)
def test_what_the_model_reads_of_a_result(returned: str, content: str, noted: bool, sandbox: Sandbox) -> None:
    one = talk(sandbox, f"def f(conv):\n    return {returned}")
    turn = one.says("hi", call("f"), "Done.")

    assert one.scene.instruction == content
    assert bool(told(turn, "warning")) is noted


@pytest.mark.parametrize(
    "returned",
    ['{"utterance": 7}', '{"transition": "Next"}', '{"hangup": "yes"}', '{"transition": {"goto_step": 1}}'],
)
def test_a_known_key_of_the_wrong_type_fails_the_run(returned: str, sandbox: Sandbox) -> None:
    one = talk(sandbox, f"def f(conv):\n    conv.state.x = 1\n    return {returned}")
    turn = one.says("hi", call("f"), "Sorry.")

    assert turn.functions[0].error is not None
    assert "must be" in turn.functions[0].error.text
    assert (turn.state, turn.said) == ({}, "Sorry.")


KEYS = ["utterance", "content", "transition", "handoff", "hangup", "goto_step", "$object", "$date"]


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(),
        lambda inner: some.lists(inner) | some.dictionaries(some.text() | some.sampled_from(KEYS), inner),
        max_leaves=8,
    )
)  # fmt: skip
def test_no_result_is_too_odd(returned: object) -> None:
    with suppress(WrongResult):
        assert isinstance(read_result(returned), Result)  # type: ignore[arg-type]


def test_a_function_that_raises_leaves_nothing_behind(sandbox: Sandbox) -> None:
    one = talk(
        sandbox,
        """
        from functions.helper import helper
        def f(conv):
            conv.state.x = 1
            conv.write_metric("N", 1)
            conv.goto_flow("Nowhere")
            helper()
        """,
        {"functions/helper.py": "\n\ndef helper():\n    return {}['gone']\n"},
    )
    turn = one.says("hi", call("f"), "I am sorry.")

    assert (turn.state, turn.intentions, one.standing.metrics) == ({}, [], [])
    assert turn.functions[0].error is not None
    assert (turn.functions[0].error.path, turn.functions[0].error.line) == ("functions/helper.py", 2)
    assert turn.said == "I am sorry."
    assert "failed" in one.scene.called[-1].result


def test_the_second_failure_of_a_turn_is_told_to_the_caller(sandbox: Sandbox) -> None:
    words = "translations:\n- name: error_phrase\n  translations:\n    en-US: Oh dear.\n"
    code = "def f(conv):\n    raise ValueError('no')"
    turn = talk(sandbox, code).says("hi", call("f"), call("f"), "never")
    own = talk(sandbox, code, {"config/translations.yaml": words}).says("hi", call("f"), call("f"), "never")

    assert (turn.said, len(turn.requests)) == ("Sorry, something went wrong. Could you say that again?", 2)
    assert own.said == "Oh dear."
    assert turn.ended is None


def test_objects_live_on_with_another_worker(sandbox: Sandbox) -> None:
    one = talk(
        sandbox,
        """
        from dataclasses import dataclass
        @dataclass
        class Order:
            lines: list
            def count(self): return len(self.lines)
        def f(conv):
            conv.state.order = Order(["tea", "cake"])
        """,
        {"functions/g.py": 'def g(conv):\n    return {"utterance": f"{conv.state.order.count()} things"}'},
    )
    first = one.says("hi", call("f"), "Noted.")
    with Sandbox(1) as other:
        one.engine.sandbox = other
        second = one.says("how many?", call("g"))

    assert first.state == {"order": (None, {"lines": ["tea", "cake"]})}
    assert second.said == "2 things"


def test_arguments_become_what_the_function_asks_for(sandbox: Sandbox) -> None:
    one = talk(
        sandbox,
        """
        def f(conv, size: int, sure: bool, note: str = "none"):
            return {"utterance": f"{size + 1} {sure} {note}"}
        """,
    )

    assert one.says("hi", call("f", size="4", sure="yes", odd=1)).said == "5 True none"
    assert one.says("hi", call("f", size=4.0, sure=False, note=7)).said == "5 False 7"
    turn = one.says("hi", call("f", size="many", sure=True), "How many?")
    assert (turn.said, turn.functions) == ("How many?", [])
    assert one.scene.called[-1].result == 'size must be a whole number, and is "many".'
    one.says("hi", call("f", sure=True), "How many?")
    assert one.scene.called[-1].result.startswith("f needs size")


def test_effects_are_recorded_with_their_texts_resolved(sandbox: Sandbox) -> None:
    templates = """
        sms_templates:
        - name: menu
          text: 'Table for $size, {{fn:f}}see you.'
          env_phone_numbers:
            sandbox: '+15550100'
        """
    one = talk(
        sandbox,
        """
        def f(conv):
            conv.state.size = 4
            conv.write_metric("once", 1, write_once=True)
            conv.write_metric("once", 2, write_once=True)
            conv.send_sms_template("+15550111", "menu")
            conv.set_voice("warm")
            conv.log.warning("careful", is_pii=True, order=3)
            print("printed")
            return conv.functions.g()
        """,
        {"config/sms_templates.yaml": templates, "functions/g.py": "def g(conv): return 'inner'"},
    )
    turn = one.says("hi", call("f"), "Sent.")

    assert [(one.kind, one.told) for one in turn.intentions] == [
        ("metric", {"name": "once", "value": 1}),
        ("sms", {"to": "+15550111", "from": "+15550100", "template": "menu", "text": "Table for 4, see you."}),
        ("set_voice", {"arguments": ["warm"]}),
    ]
    (run,) = turn.functions
    assert [(line.level, line.text, line.is_pii) for line in run.log] == [("warning", "careful (order=3)", True)]
    assert (run.printed, list(run.inner), run.result) == ("printed\n", ["g"], "inner")


HANDOFFS = """
    handoffs:
    - name: desk
      description: The desk
      is_default: true
      sip_config:
        method: refer
        phone_number: '+15550100'
      sip_headers:
      - key: X-Table
        value: $size
    """


def test_a_handoff_to_the_default_in_any_case(sandbox: Sandbox) -> None:
    code = 'def f(conv):\n    conv.state.size = 4\n    conv.call_handoff("Default", sip_headers={"X-More": "1"})'
    turn = talk(sandbox, code, {"config/handoffs.yaml": HANDOFFS}).says("hi", call("f"))

    assert turn.ended is not None
    assert turn.ended.outcome == "handoff"
    assert turn.ended.handoff is not None
    assert (turn.ended.handoff.destination, turn.ended.handoff.reason) == ("desk", "Default")
    assert turn.ended.handoff.sip_headers == {"X-Table": "4", "X-More": "1"}
    assert turn.state["handoff"] == (None, "desk")


def test_an_unknown_handoff_fails_where_handoffs_are_defined(sandbox: Sandbox) -> None:
    code = 'def f(conv):\n    conv.call_handoff("nobody")'
    defined = talk(sandbox, code, {"config/handoffs.yaml": HANDOFFS}).says("hi", call("f"), "Sorry.")
    undefined = talk(sandbox, code).says("hi", call("f"))

    assert defined.ended is None
    assert defined.functions[0].error is not None
    assert "There is no hand-off nobody" in defined.functions[0].error.text
    assert undefined.ended is not None
    assert undefined.ended.handoff is not None
    assert not undefined.ended.handoff.known
    assert any("nobody" in text for text in told(undefined, "warning"))


def test_a_handoff_in_the_result_is_recorded_whole(sandbox: Sandbox) -> None:
    code = 'def f(conv):\n    return {"handoff": {"type": "refer", "reason": "ill", "refer": {"phone_number": "+1"}}}'
    turn = talk(sandbox, code).says("hi", call("f"))

    assert turn.ended is not None
    assert turn.ended.handoff is not None
    assert (turn.ended.handoff.reason, turn.ended.handoff.described) == ("ill", 'refer, {"phone_number": "+1"}')


def test_a_function_asks_the_model_and_the_world(sandbox: Sandbox) -> None:
    integration = """
        api_integrations:
        - name: house
          operations:
          - name: stay
            method: GET
            resource: /stays/{id}
        """
    code = """
        def f(conv):
            found = [conv.utils.prompt_llm("Which?"), conv.utils.prompt_llm("As JSON", return_json=True)]
            found += [conv.api.house.stay("9").status_code, conv.utils.get_secret("key")]
            config = {"entity_type": "numeric", "has_range": True, "min": 1, "max": 8}
            found += [conv.real_time_config.get("open"), conv.utils.validate_entity("12", config)]
            return {"utterance": str(found)}
        """
    one = talk(sandbox, code, {"config/api_integrations.yaml": integration})
    one.world.secrets, one.world.live = {"key": "k"}, {"open": True}
    alone = one.says("hi", call("f"))
    one.model.completions = ["This.", '```json\n{"a": 1}\n```']
    asked = one.says("hi", call("f"))

    assert alone.said.startswith("['', {}, 503, 'k', True, {'valid': False")
    assert any("No model" in text for text in told(alone))
    assert asked.said.startswith("['This.', {'a': 1}, 503")
    assert [request.prompt for request in asked.requests[1:]] == ["Which?", "As JSON"]
    assert [one.told["status"] for one in asked.intentions if one.kind == "api_call"] == [503]


def test_a_function_does_not_wait_for_a_model_beyond_its_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "IN_ALL", 1.0)
    one = talk(sandbox, "def f(conv):\n    return conv.utils.prompt_llm('Which?')")

    async def ponders(prompt: str, history: object) -> str:
        await asyncio.sleep(9)
        return "This."

    monkeypatch.setattr(one.model, "complete", ponders)
    began = monotonic()
    turn = one.says("hi", call("f"))

    assert turn.functions[0].error is not None
    assert "took too long" in turn.functions[0].error.text
    assert monotonic() - began < 6


def test_delay_messages_are_recorded_with_their_seconds(sandbox: Sandbox) -> None:
    code = """
        @func_latency_control(delay_before_responses_start=0, silence_after_each_response=4,
            delay_responses=[("One moment, $name.", 2), ("Still looking.", 3)])
        def f(conv):
            for number in range(1000000):
                pass
            return {"utterance": "Here."}
        """
    quiet = talk(sandbox, code).says("hi", call("f"))
    calling = talk(sandbox, code, channel="voice")
    spoken = calling.says("hi", call("f"))

    assert list(quiet.functions[0].delays) == [(0.0, "One moment, ."), (6.0, "Still looking.")]
    assert calling.heard == ["One moment, .\n", "Here."]
    assert spoken.said == "Here."


def test_a_file_that_does_not_load_is_not_offered_and_says_why(sandbox: Sandbox) -> None:
    one = talk(sandbox, "def f(conv:\n", {"functions/g.py": "from functions.gone import x\ndef g(conv): pass"})
    turn = one.says("hi", "Hello.")

    assert names(one.scene.offered) == []
    assert [(note.path, note.text.split(":")[0]) for note in turn.notes if note.level == "error"] == [
        ("functions/f.py", "f is not offered"),
        ("functions/g.py", "g is not offered"),
    ]
