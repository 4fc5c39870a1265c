"""The one connection of a process that hears from the database what was placed, moved or revoked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from django.db import connections

from deployments.delivery.memory import MEMORY
from deployments.delivery.numbers import word_of_number
from deployments.delivery.passes import word_of_key
from deployments.delivery.places import word_of_place
from deployments.pipeline import CONFIG_CHANNEL, DEPLOYMENT_CHANNEL, KEY_CHANNEL, NUMBER_CHANNEL

log = logging.getLogger(__name__)

WORDS: Final[Mapping[str, Callable[[dict[str, Any]], str]]] = {
    DEPLOYMENT_CHANNEL: lambda told: word_of_place(told["agent"], told["environment"]),
    CONFIG_CHANNEL: lambda told: word_of_place(told["agent"], told["environment"]),
    NUMBER_CHANNEL: lambda told: word_of_number(told["number"]),
    KEY_CHANNEL: lambda told: word_of_key(told["key"]),
}
_QUIET: Final = 10.0
_PAUSES: Final = (0.05, 0.2, 0.5, 1.0, 2.0)


async def listen(heard: Callable[[str], None], began: Callable[[], None]) -> None:
    """Until it is cancelled. `heard`: a word that something went stale. `began`: anything may have, unheard."""
    failed = 0
    while True:
        try:
            async with await _connected() as link:
                for channel in WORDS:
                    await link.execute(f'LISTEN "{channel}"')
                MEMORY.listen()
                failed = 0
                began()
                await _hear(link, heard)
        except (psycopg.Error, OSError, TimeoutError) as problem:
            if not failed:
                log.warning("The database is not heard at this moment (%s).", str(problem).strip() or "silence")
        finally:
            MEMORY.turn_deaf()
        await asyncio.sleep(_PAUSES[min(failed, len(_PAUSES) - 1)])
        failed += 1


async def _hear(link: psycopg.AsyncConnection[Any], heard: Callable[[str], None]) -> None:
    while True:
        async for notice in link.notifies(timeout=_QUIET):
            with contextlib.suppress(ValueError, KeyError):
                word = WORDS[notice.channel](json.loads(notice.payload))
                MEMORY.hear(word)
                heard(word)
        # A connection that died without a word is as silent as one on which nothing happens.
        async with asyncio.timeout(_QUIET):
            await link.execute("SELECT 1")


async def _connected() -> psycopg.AsyncConnection[Any]:
    parameters = dict(connections["default"].get_connection_params())
    for ours in ("cursor_factory", "context"):
        parameters.pop(ours, None)
    async with asyncio.timeout(_QUIET):
        return await psycopg.AsyncConnection.connect(**parameters, autocommit=True, application_name="slipway listener")
