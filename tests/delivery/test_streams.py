"""Streams: the current state, then every placement, whatever happens in between; and who may not go on."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from deployments import pipeline
from deployments.delivery import streams
from deployments.delivery.door import Door
from deployments.delivery.memory import MEMORY
from deployments.delivery.places import remember_place, remembered_place
from deployments.models import Agent, Deployment, Membership, Role
from tests.api.asking import a_key
from tests.vocabulary import a_person, an_actor, an_agent, environment, live, promoted, published

pytestmark = pytest.mark.django_db(transaction=True)


class Line:
    """One stream, as its reader sees it."""

    def __init__(self, door: Door, agent: str, key: str, last: str | None = None, environment: str = "live") -> None:
        self.door = door
        headers = [(b"x-api-key", key.encode())] + ([(b"last-event-id", last.encode())] if last else [])
        path = f"/delivery/v1/agents/{agent}/{environment}/stream"
        self.scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.takes = asyncio.Event()
        self.takes.set()
        self.left = asyncio.Event()

    async def __aenter__(self) -> Line:
        self.task = asyncio.ensure_future(self.door.answers(self.scope, self._receive, self._send))
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.left.set()
        await asyncio.wait_for(self.task, 5)

    async def message(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), 10)

    async def told(self) -> dict[str, Any]:
        """What the next event says; comments are passed over."""
        while True:
            body = (await self.message()).get("body", b"").decode()
            if body.startswith("event: deployment\n"):
                lines = dict(line.split(": ", 1) for line in body.strip().split("\n"))
                said: dict[str, Any] = json.loads(lines["data"])
                assert lines["id"] == (said["deployment"] or "none")
                return said

    async def told_of_config(self) -> dict[str, Any]:
        while True:
            body = (await self.message()).get("body", b"").decode()
            if body.startswith("event: config\ndata: "):
                values: dict[str, Any] = json.loads(body.partition("data: ")[2])["values"]
                return values

    async def opened(self) -> None:
        assert (await self.message())["status"] == 200

    async def ended(self) -> None:
        await asyncio.wait_for(asyncio.shield(self.task), 10)

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.takes.wait()
        self.sent.put_nowait(dict(message))


def does(story: Callable[..., Any], *about: Any, **named: Any) -> Awaitable[Any]:
    """Somebody elsewhere does it, over a connection of their own."""

    def act() -> Any:
        try:
            return story(*about, **named)
        finally:
            connections.close_all()

    return asyncio.to_thread(act)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Door]:
    door = Door()
    async with door.living():
        while not MEMORY.is_listening:
            await asyncio.sleep(0.01)
        yield door
        door.close()


def plays(story: Callable[[Door], Awaitable[None]]) -> None:
    async def play() -> None:
        async with listening() as door:
            await story(door)

    asyncio.run(play())


@pytest.fixture
def agent() -> Agent:
    return an_agent()


@pytest.fixture
def key(agent: Agent) -> str:
    return a_key(agent, permissions=["delivery:read"])[1]


def test_the_current_state_comes_first_and_then_every_placement(agent: Agent, key: str) -> None:
    first = live(agent)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            said = await line.told()
            assert (said["version"], said["deployment"]) == (first.version.hash, str(first.pk))
            assert set(said["manifest"]) == set(first.version.files)
            for _ in range(3):
                placed = await does(live, agent)
                assert (await line.told())["deployment"] == str(placed.pk)

    plays(story)


def test_an_environment_that_holds_nothing_says_so_and_then_what_comes(agent: Agent, key: str) -> None:
    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            assert (await line.told())["version"] is None
            placed = await does(live, agent)
            assert (await line.told())["version"] == placed.version.hash

    plays(story)


def test_a_stream_goes_on_after_what_it_was_told_last(agent: Agent, key: str) -> None:
    placed = [live(agent) for _ in range(3)]

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key, last=str(placed[0].pk)) as line:
            await line.opened()
            assert [(await line.told())["deployment"] for _ in range(2)] == [str(each.pk) for each in placed[1:]]
        async with Line(door, agent.slug, key, last=str(placed[2].pk)) as line:
            await line.opened()
            assert (await line.message())["body"] == b":\n\n"
        async with Line(door, agent.slug, key, last="never heard of") as line:
            await line.opened()
            assert (await line.told())["deployment"] == str(placed[2].pk)

    plays(story)


def test_real_time_values_are_told_at_once_and_again_to_who_comes_back(agent: Agent, key: str) -> None:
    placed = live(agent)
    here, by = environment(agent, "live"), an_actor(agent)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            for wait in (5, 9):
                await does(pipeline.save_values, here, {"wait": wait}, by=by)
                assert await line.told_of_config() == {"wait": wait}
            assert (await does(live, agent)) != placed
            await line.told()
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            assert await line.told_of_config() == {"wait": 9}

    plays(story)


@pytest.mark.parametrize("after", ["pass_of", "remember_place"])
def test_what_is_placed_while_a_stream_opens_is_not_missed(
    agent: Agent, key: str, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    live(agent)
    meanwhile: list[Deployment] = []
    reads = getattr(streams, after)

    def slow(*about: Any) -> Any:
        read = reads(*about)
        if not meanwhile:
            meanwhile.append(live(agent))
        return read

    monkeypatch.setattr(streams, after, slow)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            while (await line.told())["deployment"] != str(meanwhile[0].pk):
                pass

    plays(story)


def test_what_is_placed_while_the_database_is_not_heard_is_told_afterwards(agent: Agent, key: str) -> None:
    live(agent)
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'slipway listener' AND datname = current_database()"
    )

    def cut_and_place() -> Deployment:
        with connections["default"].cursor() as cursor:
            cursor.execute(end)
        return live(agent)

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            placed = await does(cut_and_place)
            assert (await line.told())["deployment"] == str(placed.pk)

    plays(story)


def test_a_hundred_streams_share_one_connection_that_listens(agent: Agent, key: str) -> None:
    live(agent)

    def links() -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int(cursor.fetchone()[0])

    async def story(door: Door) -> None:
        before = await does(links)
        async with contextlib.AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(Line(door, agent.slug, key)) for _ in range(100)]
            for line in lines:
                await line.opened()
                await line.told()
            placed = await does(live, agent)
            for line in lines:
                assert (await line.told())["deployment"] == str(placed.pk)
            # The threads that read for all of them.
            assert await does(links) <= before + 2
            assert len(door.streams) == 100
        assert len(door.streams) == 0

    plays(story)


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


def test_what_is_active_is_answered_from_memory_until_something_is_placed(agent: Agent, key: str) -> None:
    first = live(agent)

    async def story(door: Door) -> None:
        async def asked(known: str = "", text: str = key) -> list[dict[str, Any]] | None:
            sent: list[dict[str, Any]] = []
            headers = [(b"x-api-key", text.encode()), (b"if-none-match", known.encode())]
            path = f"/delivery/v1/agents/{agent.slug}/live"
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}

            async def send(message: Any) -> None:
                sent.append(dict(message))

            return sent if await door.answers(scope, send, send) else None  # type: ignore[arg-type]

        assert await asked() is None
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            whole, same = await asked(), await asked(f'"{first.pk}"')
            assert whole
            assert json.loads(whole[1]["body"])["deployment"] == str(first.pk)
            assert same
            assert same[0]["status"] == 304
            assert await asked(text="slp_wrong") is None
            await does(live, agent)
            await line.told()
            again = await asked(f'"{first.pk}"')
            assert again
            assert again[0]["status"] == 200

    plays(story)


def test_what_all_ask_for_after_a_placement_is_read_once(
    agent: Agent, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(agent)
    reads = []

    def reading(*about: str) -> None:
        reads.append(about)
        remember_place(*about)

    async def story(door: Door) -> None:
        async def asked() -> dict[str, Any]:
            sent: list[dict[str, Any]] = []
            path = f"/delivery/v1/agents/{agent.slug}/live"
            scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"x-api-key", key.encode())]}

            async def send(message: Any) -> None:
                sent.append(dict(message))

            assert await door.answers(scope, send, send)  # type: ignore[arg-type]
            said: dict[str, Any] = json.loads(sent[1]["body"])
            return said

        async with Line(door, agent.slug, key) as line:
            await line.opened()
        placed = await does(live, agent)
        while remembered_place(agent.slug, "live"):
            await asyncio.sleep(0.01)
        monkeypatch.setattr(streams, "remember_place", reading)
        told = await asyncio.gather(*(asked() for _ in range(20)))
        assert {each["deployment"] for each in told} == {str(placed.pk)}
        assert len(reads) == 1

    plays(story)


def test_promotions_one_after_another_are_told_in_their_order(agent: Agent, key: str) -> None:
    live(agent)

    def many() -> list[str]:
        return [str(promoted(published(agent), "live").pk) for _ in range(10)]

    async def story(door: Door) -> None:
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            placed = await does(many)
            assert [(await line.told())["deployment"] for _ in placed] == placed

    plays(story)
