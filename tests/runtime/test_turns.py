"""A turn from what is heard to what is said: clock, texts, filters, failures, limits and the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.scene import ModelFailed, Said, Scene
from deployments.runtime.turns import Turn, as_json
from tests.runtime.agents import playbook
from tests.runtime.talking import Talk, World, call, names, told

GREETING = "greeting:\n  welcome_message: Hello.\n  language_code: en-GB\n"
VARIANTS = """
    variants:
    - name: Paris
      is_default: true
    - name: Oslo
    attributes:
    - name: timezone
      values:
        Paris: Europe/Paris
        Oslo: Mars/Olympus
    - name: city
      values:
        Paris: Paris {{fn:f}}
        Oslo: Oslo
    """


def test_the_clock_stands_in_the_zone_of_the_variant(sandbox: Sandbox) -> None:
    day = "entities:\n- name: day\n  description: Day\n  entity_type: date\n  config:\n    relative_date: true\n"
    book = playbook(
        {
            "config/variant_attributes.yaml": VARIANTS,
            "config/entities.yaml": day,
            "flows/a/flow_config.yaml": "name: A\ndescription: d\nstart_step: Ask\n",
            "flows/a/steps/ask.yaml": "step_type: default_step\nname: Ask\nextracted_entities:\n- day\nprompt: Ask.\n",
            "agent_settings/rules.txt": "{{fn:f}}{{fn:late}}",
        },
        f="""
            from datetime import datetime
            from zoneinfo import ZoneInfo
            def f(conv):
                conv.goto_flow("A")
                conv.state.seen = [datetime.now().strftime("%H:%M"), datetime.now(ZoneInfo("UTC")).strftime("%H:%M")]
            """,
        late='def late(conv):\n    conv.set_variant("Oslo")',
    )
    talk = Talk(book, sandbox, began=datetime(2026, 1, 15, 23, 30, tzinfo=UTC))
    talk.says("x", call("f"), call("save_values", day="tomorrow"), "Then.")

    assert talk.state["seen"] == ["00:30", "23:30"]
    assert "It is Friday, 16 January 2026, 00:30 (Europe/Paris)." in talk.scene.prompt
    assert talk.standing.entities["day"]["value"] == "2026-01-17"
    # A zone that does not exist is none.
    talk.says("x", call("late"), "So.")
    assert "Thursday, 15 January 2026, 23:30 (UTC)" in talk.scene.prompt


def test_references_are_resolved_once_when_they_are_used(sandbox: Sandbox) -> None:
    code = (
        'def f(conv):\n    conv.state.name = "{{fn:f}} $name"\n    return "Say $name ${variant_city} $1 $5.00 {{fn:f}}"'
    )
    book = playbook({"config/variant_attributes.yaml": VARIANTS, "agent_settings/rules.txt": "{{fn:f}}"}, f=code)
    talk = Talk(book, sandbox)
    turn = talk.says("x", call("f"), "Hi $name, {{fn:f}}${variant_city} for $5.00.")

    assert talk.scene.instruction == "Say {{fn:f}} $name Paris {{fn:f}} $1 $5.00 f"
    assert turn.said == "Hi {{fn:f}} $name, Paris {{fn:f}} for $5.00."
    assert told(turn) == ["{{fn:f}} names a function; nobody can hear that."]


@pytest.mark.parametrize(
    ("channel", "language", "kept"), [("voice", "es-MX", True), ("voice", "en-GB", False), ("webchat", "es-MX", False)]
)
def test_tags_keep_what_is_meant_for_the_channel_and_language(
    channel: str, language: str, kept: bool, sandbox: Sandbox
) -> None:
    rules = "Be kind. <channel:voice><language:es>Habla claro, {{fn:f}}.</language></channel>"
    book = playbook({"agent_settings/rules.txt": rules}, f="def f(conv): pass")
    talk = Talk(book, sandbox, channel=channel, language=language)
    talk.says("x", "OK.")

    assert ("Habla claro" in talk.scene.prompt) is kept
    assert names(talk.scene.offered) == (["f"] if kept else [])


FILTERS = """
    phrase_filtering:
    - name: Goodbye
      regular_expressions:
      - \\bgoodbye\\b
      say_phrase: true
      function: leave
    - name: Promise
      regular_expressions:
      - I promise
      say_phrase: false
    """


def test_a_phrase_filter_fires_on_the_models_words_alone(sandbox: Sandbox) -> None:
    book = playbook(
        {"agent_settings/rules.txt": "{{fn:f}}", "voice/response_control/phrase_filtering.yaml": FILTERS},
        f='def f(conv):\n    return {"utterance": "goodbye for now"}',
        leave='def leave(conv):\n    return {"hangup": True}',
    )
    talk = Talk(book, sandbox)
    uttered = talk.says("x", call("f"))
    assert (uttered.said, uttered.ended, len(uttered.functions)) == ("goodbye for now", None, 1)

    cut = talk.says("x", "So be it, I promise you the moon.")
    assert cut.said == "So be it,"
    assert talk.heard == ["So be it,"]

    said = talk.says("x", "Well, goodbye and come again.")
    assert said.said == "Well, goodbye"
    assert [(run.name, run.by) for run in said.functions] == [("leave", "filter")]
    assert said.ended is not None
    assert said.ended.outcome == "hangup"


def test_the_function_of_a_filter_may_make_the_model_speak_again(sandbox: Sandbox) -> None:
    filters = FILTERS.replace("say_phrase: false", "say_phrase: false\n      function: again")
    book = playbook(
        {"voice/response_control/phrase_filtering.yaml": filters},
        again='def again(conv):\n    return "Promise nothing."',
        leave="def leave(conv): pass",
    )
    talk = Talk(book, sandbox)
    turn = talk.says("x", "I promise.", "I promise that we try.")

    assert (turn.said, len(turn.functions)) == ("I promise that we try.", 1)
    assert talk.scene.instruction == "Promise nothing."


def test_what_is_heard_is_corrected_and_what_is_said_is_pronounced_in_voice(sandbox: Sandbox) -> None:
    files = {
        "voice/speech_recognition/transcript_corrections.yaml": """
            corrections:
            - name: ports
              regular_expressions:
              - regular_expression: scara
                replacement: Skarra
                replacement_type: partial
            """,
        "voice/response_control/pronunciations.yaml": "pronunciations:\n- regex: kg\n  replacement: kilos\n",
        "topics/skarra.yaml": "name: Skarra\nenabled: true\ncontent: An island.\n",
    }
    voice, chat = (Talk(playbook(files), sandbox, channel=channel) for channel in ("voice", "webchat"))
    spoken, written = voice.says("to scara", "20 kg"), chat.says("to scara", "20 kg")

    assert (spoken.heard, spoken.understood) == ("to scara", "to Skarra")
    assert names(spoken.topics) == ["Skarra"]
    assert (spoken.replies[0].text, spoken.replies[0].spoken) == ("20 kg", "20 kilos")
    assert (written.understood, written.replies[0].spoken) == ("to scara", "20 kg")


def test_a_silence_is_a_turn_without_retrieval(sandbox: Sandbox) -> None:
    talk = Talk(playbook({"topics/a.yaml": "name: Nothing\nenabled: true\ncontent: said\n"}), sandbox)
    turn = talk.says("", "Are you there?")

    assert (turn.heard, turn.topics) == ("", [])
    assert "The caller said nothing; repeat the question, shorter." in talk.scene.prompt
    assert talk.standing.history[-2] == ("user", "")
    assert "said nothing" not in talk.says("yes", "Good.").requests[0].prompt


def test_topics_that_are_switched_off_stay_off(sandbox: Sandbox) -> None:
    topic = "name: {0}\nenabled: true\ncontent: {0} text\nexample_queries:\n- Tell me about food\n"
    book = playbook(
        {
            "topics/menu.yaml": topic.format("Menu"),
            "topics/wine.yaml": topic.format("Wine"),
            "agent_settings/rules.txt": "{{fn:f}}{{fn:g}}",
        },
        f='def f(conv):\n    conv.disable_kb_topics(["Menu"])',
        g="def g(conv):\n    conv.clear_disabled_kb_topics()",
    )
    talk = Talk(book, sandbox)

    assert names(talk.says("Tell me about food", call("f"), "x").topics) == ["Menu", "Wine"]
    assert names(talk.says("Tell me about food", call("g"), "x").topics) == ["Wine"]
    assert names(talk.says("Tell me about food", "x").topics) == ["Menu", "Wine"]


HANDOFFS = "handoffs:\n- name: desk\n  is_default: true\n"


def test_the_third_failure_of_the_model_gives_the_caller_to_a_person(sandbox: Sandbox) -> None:
    talk = Talk(playbook({"config/handoffs.yaml": HANDOFFS}), sandbox)
    down = ModelFailed("It is down.")
    first, second = talk.says("x", down), talk.says("x", down)
    talk.says("x", "Back.")
    for _ in range(2):
        assert talk.says("x", down).ended is None
    third = talk.says("x", down)

    assert first.said == "Sorry, something went wrong. Could you say that again?"
    assert (first.ended, second.ended) == (None, None)
    assert first.requests[0].error == "It is down."
    assert third.ended is not None
    assert third.ended.handoff is not None
    assert (third.ended.by, third.ended.handoff.destination) == ("failure", "desk")
    with pytest.raises(ValueError, match="ended"):
        talk.says("x")


@pytest.mark.parametrize(
    ("code", "answers", "limit"),
    [
        ("def f(conv): pass", [call("f")] * 20, "12 questions"),
        ('def f(conv): conv.goto_flow("A")', [call("f")] * 20, "10 step changes"),
        ('def f(conv): conv.goto_flow("B")', [call("f")], "10 step changes"),
    ],
)
def test_a_turn_that_goes_round_is_stopped(code: str, answers: list[object], limit: str, sandbox: Sandbox) -> None:
    book = playbook(
        {
            "agent_settings/rules.txt": "{{fn:f}}",
            "flows/a/flow_config.yaml": "name: A\ndescription: d\nstart_step: Ask\n",
            "flows/a/steps/ask.yaml": "step_type: advanced_step\nname: Ask\nprompt: Ask.\n",
            "flows/b/flow_config.yaml": "name: B\ndescription: d\nstart_step: round\n",
            "flows/b/function_steps/round.py": 'def round(conv, flow): flow.goto_step("round")',
        },
        f=code,
    )
    turn = Talk(book, sandbox).says("x", *answers)  # type: ignore[arg-type]

    assert turn.ended is not None
    assert (turn.ended.by, turn.ended.outcome) == ("failure", "loop")
    assert turn.said == "Sorry, something went wrong. Could you say that again?"
    assert limit in told(turn, "error")[-1]


def test_a_model_that_never_answers_is_left(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.runtime.work.SECONDS", 0.2)
    talk = Talk(playbook({}), sandbox)

    async def sleeps(scene: Scene, say: object) -> Said:
        await asyncio.sleep(60)
        return Said(text="late")

    monkeypatch.setattr(talk.model, "ask", sleeps)
    turn = talk.says("x")

    assert turn.requests[0].error == "It took too long."
    assert turn.said.startswith("Sorry")


def test_the_end_function_runs_once_and_says_nothing(sandbox: Sandbox) -> None:
    book = playbook(
        {"functions/end_function.py": """
            def end_function(conv):
                conv.write_metric("ended", conv.state.seen)
                conv.goto_flow("A")
                conv.say("unheard")
                return {"hangup": "whatever"}
            """},
        start_function="def start_function(conv):\n    conv.state.seen = conv.caller_number",
    )  # fmt: skip
    talk = Talk(book, sandbox, caller_number="+15550100")
    turn = talk.ends()

    assert turn is not None
    assert [(run.name, run.by, run.error) for run in turn.functions] == [("end_function", "end", None)]
    assert [one.told for one in turn.intentions] == [{"name": "ended", "value": "+15550100"}]
    assert (turn.said, list(turn.notes), list(turn.moves)) == ("", [], [])
    assert talk.standing.ended is not None
    assert (talk.standing.ended.by, talk.standing.closed) == ("person", True)
    assert talk.ends() is None


def test_a_conversation_begins_with_disclaimer_and_greeting_in_a_call_alone(sandbox: Sandbox) -> None:
    voice = GREETING + "disclaimer_messages:\n  message: Recorded.\n  enabled: true\n  language_code: en-GB\n"
    book = playbook({"voice/configuration.yaml": voice})
    call_, chat = Talk(book, sandbox, channel="voice"), Talk(book, sandbox)

    assert [reply.text for reply in call_.greeting.replies] == ["Recorded.", "Hello."]
    assert chat.greeting.said == "Hello."
    assert chat.standing.language == "en-GB"
    assert chat.greeting.state == {}
    assert chat.state["call_sid"] == "c-1"


def test_runs_of_a_conversation_are_equal_byte_for_byte(sandbox: Sandbox) -> None:
    code = """
        import random, uuid
        from datetime import datetime
        def f(conv):
            conv.state.seen = [random.random(), str(uuid.uuid4()), datetime.now().isoformat()]
            return {"content": "So."}
        """
    book = playbook({"agent_settings/rules.txt": "{{fn:f}}"}, f=code)

    def run(**setting: object) -> list[object]:
        talk = Talk(book, sandbox, World(), **setting)
        return [without_time(one) for one in (talk.greeting, *(talk.says("x", call("f"), "Hm.") for _ in range(2)))]

    first = run()
    assert first == run() == run(id="c-2")[:1] + first[1:]
    assert first[1] != first[2]
    assert first != run(seed="other")


def without_time(turn: Turn) -> object:
    runs = [replace(run, seconds=0) for run in turn.functions]
    asked = [replace(request, seconds=0) for request in turn.requests]
    return as_json(replace(turn, seconds=0, functions=runs, requests=asked))
