"""Streams: the current state, then every placement, whatever happens in between."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import connections

from deployments import pipeline
from deployments.delivery import streams
from deployments.delivery.door import Door
from deployments.models import Agent, Deployment
from tests.delivery.streaming import Line, does, plays
from tests.vocabulary import an_actor, environment, live, promoted, published

pytestmark = pytest.mark.django_db(transaction=True)


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
