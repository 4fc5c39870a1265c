"""What every model keeps to, whoever answers: the offline engine, a provider on this machine, a provider far away."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deployments.runtime import asking
from deployments.runtime.models import Models, models_from
from deployments.runtime.scene import Call, Called, ModelFailed, Said, Scene
from tests.runtime.models.provider import KEY, Provider, provider
from tests.runtime.offline.scenes import function, handoff, scene, topic

CABIN = function("find_cabin", "Find the cabin of a passenger.", code="Booking code, two letters and four digits")
DESK = handoff("front_desk", "People at the pier")
BAGS = topic("Luggage", "Two bags of 20 kg each.", exact=True)
LOOK = topic("Cabins", "", "Call find_cabin with the code.", exact=True)

REAL = os.environ.get("SLIPWAY_TEST_MODEL", "")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with provider() as told:
        monkeypatch.setenv("OPENAI_BASE_URL", told.address)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        models_from.cache_clear()
        yield told
        models_from.cache_clear()


@pytest.fixture(params=["offline", "local", pytest.param("real", marks=pytest.mark.provider)])
def models(request: pytest.FixtureRequest) -> Models:
    """Each test runs with all three; what a provider on this machine answers is what the offline engine would."""
    if request.param == "offline":
        return models_from("")
    if request.param == "real":
        if not REAL:
            pytest.skip("SLIPWAY_TEST_MODEL names no model; its key is needed too")
        return models_from(REAL)
    request.getfixturevalue("server")
    return models_from("openai-chat:small")


def answers(server: Provider | None, answer: object) -> None:
    if server is not None:
        server.answer = answer  # type: ignore[assignment]


def told(request: pytest.FixtureRequest) -> Provider | None:
    return request.getfixturevalue("server") if "local" in request.node.name else None


def ask(models: Models, asked: Scene) -> tuple[Said | Call, list[str]]:
    heard: list[str] = []
    return asyncio.run(models.ask(asked, heard.append)), heard


def luggage(heard: str = "How many bags may I bring?") -> Scene:
    prompt = "You are a pier's desk. Say exactly: Two bags of 20 kg each."
    return scene(
        heard, prompt=prompt, topics=[BAGS], history=[("agent", "Welcome."), ("user", "Hi"), ("agent", "Yes?")]
    )


def cabin() -> Scene:
    return scene("My code is NL2906", prompt="Call find_cabin with the code.", topics=[LOOK], offered=[CABIN, DESK])


def test_words_come_piece_by_piece_and_are_the_answer(models: Models, request: pytest.FixtureRequest) -> None:
    answers(told(request), "Two bags of 20 kg each.")

    answer, heard = ask(models, luggage())

    assert isinstance(answer, Said)
    assert "Two bags" in answer.text
    assert len(heard) > 1
    assert "".join(heard) == answer.text


def test_a_call_has_its_arguments_and_says_nothing(models: Models, request: pytest.FixtureRequest) -> None:
    answers(told(request), {"name": "find_cabin", "arguments": '{"code": "NL2906"}'})

    answer, heard = ask(models, cabin())

    assert (answer.name, answer.arguments) == ("find_cabin", {"code": "NL2906"}) if isinstance(answer, Call) else None
    assert heard == []


def test_after_a_result_there_are_words(models: Models, request: pytest.FixtureRequest) -> None:
    answers(told(request), "Your cabin is C-104.")
    done = [Called(name="find_cabin", arguments={"code": "NL2906"}, result="Tell the passenger: cabin C-104.")]

    answer, _ = ask(models, replace(cabin(), called=done, instruction=done[0].result))

    assert isinstance(answer, Said)
    assert "C-104" in answer.text


def test_a_silence_is_answered_too(models: Models) -> None:
    answer, _ = ask(models, replace(luggage(), heard=""))

    assert isinstance(answer, Said)
    assert answer.text


def test_several_are_asked_at_once_and_from_any_loop(models: Models) -> None:
    async def three() -> list[Said | Call]:
        return await asyncio.gather(*(models.ask(luggage(), lambda piece: None) for _ in range(3)))

    assert len(asyncio.run(three())) == 3
    assert len(asyncio.run(three())) == 3


def test_a_prompt_beside_the_conversation(models: Models, request: pytest.FixtureRequest) -> None:
    answers(told(request), "yes")

    text = asyncio.run(models.complete("Is Anna a name? Answer yes or no.", [("agent", "Hi"), ("user", "Anna")]))

    assert text is None if models.name == "offline" else text


# Only where the other side is ours


def test_a_provider_is_sent_the_prompt_the_conversation_and_the_functions(server: Provider) -> None:
    done = [Called(name="find_cabin", arguments={"code": "NL2906"}, result="C-104")]
    asked = replace(cabin(), history=[("agent", "Welcome.")], called=done)

    answer, _ = ask(models_from("openai-chat:small"), asked)

    sent = server.asked[0]
    assert sent["path"] == "/v1/chat/completions"
    assert sent["stream"] is True
    roles = [(message["role"], message.get("content")) for message in sent["messages"]]
    assert roles == [
        ("system", "Call find_cabin with the code."),
        ("user", asking.BEGINS),
        ("assistant", "Welcome."),
        ("user", "My code is NL2906"),
        ("assistant", None),
        ("tool", "C-104"),
    ]
    tool = sent["tools"][0]["function"]
    assert tool["name"] == "find_cabin"
    assert tool["parameters"]["required"] == ["code"]
    assert tool["parameters"]["properties"]["code"]["type"] == "string"
    assert sent["tools"][1]["function"]["parameters"].get("required", []) == []
    assert server.keys == [f"Bearer {KEY}"]
    assert answer.tokens == 25


@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (401, "The model's provider does not accept the key."),
        (404, "The provider does not know the model openai-chat:small."),
        (429, "The model's provider takes no more requests just now."),
        (500, "The model's provider failed with status 500."),
        ("slow", "The model did not answer in time."),
    ],
)
def test_a_failure_is_one_sentence_without_the_key(
    server: Provider, monkeypatch: pytest.MonkeyPatch, fails: int | str, said: str
) -> None:
    monkeypatch.setattr(asking, "WHOLE", 1.0)
    server.fails = fails

    with pytest.raises(ModelFailed) as failed:
        ask(models_from("openai-chat:small"), luggage())

    assert str(failed.value) == said
    assert failed.value.__cause__ is None


def test_a_stream_that_breaks_is_no_answer(server: Provider) -> None:
    server.fails, server.answer = "broken", "Two bags of 20 kg each."

    with pytest.raises(ModelFailed, match="broke off") as failed:
        ask(models_from("openai-chat:small"), luggage())

    assert KEY not in str(failed.value)


@pytest.mark.parametrize("answer", ["", {"name": "find_cabin", "arguments": "{code"}])
def test_an_answer_that_is_none_is_a_failure(server: Provider, answer: str | dict[str, str]) -> None:
    server.answer = answer

    with pytest.raises(ModelFailed, match=r"answered nothing|cannot be read"):
        ask(models_from("openai-chat:small"), cabin())


def test_nobody_listening_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(asking, "WHOLE", 5.0)
    models_from.cache_clear()

    with pytest.raises(ModelFailed, match="connection to the model's provider failed"):
        ask(models_from("openai-chat:small"), luggage())


# What may be set


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("gpt", "it must be a provider and one of its models"),
        ("nobody:model", "nobody is no provider that is known here"),
        ("openai:gpt-5.2", "openai needs a key: set OPENAI_API_KEY"),
        ("cohere:command", "cohere needs its library: pip install 'pydantic-ai-slim[cohere]'"),
    ],
)
def test_a_setting_that_can_never_answer_is_refused(setting: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    models_from.cache_clear()

    with pytest.raises(ValueError, match=re.escape(said)):
        models_from(setting)


def test_a_wrong_setting_stops_the_start_in_one_sentence() -> None:
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | {"SLIPWAY_MODEL": "gpt"},
        capture_output=True,
        text=True,
    )

    assert started.returncode != 0
    assert "SLIPWAY_MODEL is 'gpt': it must be a provider and one of its models" in started.stderr


def test_reading_the_door_does_not_read_the_library() -> None:
    read = "import sys, deployments.runtime.models; sys.exit('pydantic_ai' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", read]).returncode == 0
