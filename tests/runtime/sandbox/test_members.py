"""Members of a conversation that nothing comes of here: they are there, and what is asked of them is told."""

from __future__ import annotations

import pytest

from deployments.runtime.sandbox import known
from deployments.runtime.sandbox.program import Program
from deployments.runtime.sandbox.running import Entry, Failed, Outcome, Sandbox
from tests.runtime.sandbox.calling import GIVEN, Nobody


def asked(sandbox: Sandbox, body: str) -> Outcome:
    program = Program(
        {"functions/f.py": f"import logging\nlog = logging.getLogger(__name__)\ndef f(conv):\n    {body}"}
    )
    return sandbox.run(program, Entry("functions/f.py", "f", False), {}, GIVEN, Nobody())


def test_a_conversation_has_what_is_known_of_it(sandbox: Sandbox) -> None:
    names = sorted(known.OF_A_CONVERSATION)

    outcome = asked(sandbox, f"return [name for name in {names} if not hasattr(conv, name)]")

    # Only there for who asks for it.
    assert outcome.result == ["webchat"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("return [conv.sms_queue, conv.metrics_queue, conv.attachments]", [[], [], []]),
        ("return [conv.voice_change, conv.provider_voice_id, conv._anything]", [None, None, None]),
        ("return [conv.memory.fields(), conv.memory.get('x', 4), 'x' in conv.memory]", [[], 4, False]),
        ("return len(conv.generate_external_event(send_to_llm=True))", 36),
        ("return ElevenLabsVoice('abc').provider_voice_id", "abc"),
    ],
)
def test_what_is_empty_here(body: str, value: object, sandbox: Sandbox) -> None:
    assert asked(sandbox, body).result == value


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("conv.set_csat_survey_entered()", ["set_csat_survey_entered", [], {}]),
        (
            "conv.set_voice(ElevenLabsVoice('abc', stability=0.5))",
            ["set_voice", ["ElevenLabsVoice(provider_voice_id='abc', stability=0.5)"], {}],
        ),
        (
            "conv.randomize_voice([VoiceWeighting(GoogleVoice('g'), 2)])",
            ["randomize_voice", ["[VoiceWeighting(voice=GoogleVoice(provider_voice_id='g'), weight=2)]"], {}],
        ),
        (
            "conv.add_attachments([Attachment(content_url='https://x.example')])",
            ["add_attachments", ["[Attachment(content_url='https://x.example')]"], {}],
        ),
        ("conv.webchat.show('menu')", ["webchat.show", ["menu"], {}]),
        (
            "conv.set_asr_biasing(['Skarra'], {'Harrow': 2})",
            ["set_asr_biasing", [], {"keywords": "['Skarra']", "custom_biases": "{'Harrow': 2}"}],
        ),
    ],
)
def test_what_is_asked_is_told(body: str, told: list[object], sandbox: Sandbox) -> None:
    assert [list(effect[1:]) for effect in asked(sandbox, body).effects] == [told]


@pytest.mark.parametrize("given", ["'Skarra'", "[4]", "None, {'Harrow': 'much'}", "None, ['Harrow']"])
def test_biasing_checks_what_it_is_given(given: str, sandbox: Sandbox) -> None:
    with pytest.raises(Failed, match="ValueError: Biasing takes"):
        asked(sandbox, f"conv.set_asr_biasing({given})")


def test_what_was_said_is_known_by_who_said_it(sandbox: Sandbox) -> None:
    told = (
        "return [[isinstance(one, UserInput), isinstance(one, AgentResponse), one.to_dict()] for one in conv.history]"
    )
    program = Program({"functions/f.py": f"def f(conv):\n    {told}"})
    given = type(GIVEN)(now=GIVEN.now, history=[("agent", "Hi"), ("user", "Six")])

    outcome = sandbox.run(program, Entry("functions/f.py", "f", False), {}, given, Nobody())

    assert outcome.result == [
        [False, True, {"role": "agent", "text": "Hi"}],
        [True, False, {"role": "user", "text": "Six"}],
    ]
