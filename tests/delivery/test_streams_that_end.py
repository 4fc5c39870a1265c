"""Streams: who may have one, how many, and when it ends."""

from __future__ import annotations

import contextlib
import json

import pytest
from pytest_django import Settings

from deployments import pipeline
from deployments.delivery import streams
from deployments.delivery.door import Door
from deployments.models import Agent, Membership, Role
from tests.api.asking import a_key
from tests.delivery.streaming import Line, does, plays
from tests.vocabulary import a_person, an_actor, an_agent, live

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stream_ends_with_its_key(agent: Agent) -> None:
    live(agent)
    owner = a_person(Role.RELEASER, agent.workspace)
    revoked, text = a_key(agent, owner)
    other = a_key(agent, owner)[1]
    stays = a_key(agent)[1]

    async def story(door: Door) -> None:
        async with contextlib.AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(Line(door, agent.slug, each)) for each in (text, other, stays)]
            line, theirs, untouched = lines
            for each in lines:
                await each.opened()
                await each.told()
            await does(lambda: pipeline.revoke_api_key(revoked, by=an_actor(agent, owner)))
            await line.ended()
            assert not theirs.task.done()
            membership = await does(Membership.objects.get, person=owner)
            await does(lambda: pipeline.remove_person(membership, by=an_actor(agent)))
            await theirs.ended()
            assert not untouched.task.done()

    plays(story)


def test_a_key_has_so_many_streams_open_and_another_once_one_is_closed(
    agent: Agent, key: str, settings: Settings
) -> None:
    settings.STREAM_LIMIT = 2
    live(agent)
    other = a_key(agent)[1]

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as first:
            await first.opened()
            async with Line(door, agent.slug, key) as second, Line(door, agent.slug, other) as theirs:
                await second.opened()
                await theirs.opened()
                async with Line(door, agent.slug, key) as third:
                    refused = await third.message()
                    assert (refused["status"], dict(refused["headers"])[b"retry-after"]) == (429, b"30")
                    said = json.loads((await third.message())["body"])
                    assert said["error_code"] == "RATE_LIMIT_EXCEEDED"
                    assert len(door.streams) == 3
            async with Line(door, agent.slug, key) as again:
                await again.opened()

    plays(story)


def test_a_stream_ends_when_its_agent_is_deleted(agent: Agent, key: str) -> None:
    live(agent)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            await does(lambda: pipeline.delete_agent(agent, typed=agent.slug, by=an_actor(agent)))
            await line.ended()

    plays(story)


def test_a_reader_that_takes_nothing_is_let_go(agent: Agent, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live(agent)
    monkeypatch.setattr(streams, "PATIENCE", 0.05)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            line.takes.clear()
            await does(live, agent)
            await line.ended()
            assert len(door.streams) == 0

    plays(story)


def test_silence_is_broken_by_comments(agent: Agent, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live(agent)
    monkeypatch.setattr(streams, "HEARTBEAT", 0.05)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            assert [(await line.message())["body"] for _ in range(3)] == [b":\n\n"] * 3

    plays(story)


def test_every_stream_ends_when_the_server_is_about_to_stop(agent: Agent, key: str) -> None:
    live(agent)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            door.close()
            await line.ended()
            assert line.sent.get_nowait()["body"] == b":\n\n"
            assert line.sent.get_nowait() == {"type": "http.response.body", "body": b"", "more_body": False}

    plays(story)


def test_nobody_follows_what_they_may_not_read(agent: Agent, key: str) -> None:
    live(agent)
    other = an_agent(agent.workspace)
    keys = {
        "slp_wrong": (401, "AUTH_USER_INVALID_TOKEN"),
        "": (401, "AUTH_USER_UNAUTHORISED"),
        a_key(an_agent())[1]: (404, "PROJECT_NOT_FOUND"),
        a_key(agent, permissions=["chat:read"])[1]: (403, "USER_ACCESS_FORBIDDEN"),
        a_key(agent, agents=[other])[1]: (403, "USER_ACCESS_FORBIDDEN"),
    }

    async def story(door: Door) -> None:
        for text, (status, code) in keys.items():
            async with Line(door, agent.slug, text) as line:
                assert (await line.message())["status"] == status
                assert json.loads((await line.message())["body"])["error_code"] == code
        async with Line(door, agent.slug, key, environment="night") as line:
            assert (await line.message())["status"] == 404

    plays(story)


def test_streams_asked_for_with_keys_that_open_nothing_are_counted(agent: Agent, key: str, settings: Settings) -> None:
    settings.API_FAILURE_LIMIT = 1
    live(agent)

    async def story(door: Door) -> None:
        said = []
        for text in ("slp_wrong", "slp_wrong"):
            async with Line(door, agent.slug, text) as line:
                said.append(await line.message())
        assert [each["status"] for each in said] == [401, 429]
        assert int(dict(said[1]["headers"])[b"retry-after"]) >= 1
        async with Line(door, agent.slug, key) as line:
            await line.opened()

    plays(story)
