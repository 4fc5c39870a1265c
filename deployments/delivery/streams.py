"""Everybody who follows an environment: one waiting coroutine each, no thread and no connection to the database.

A reader subscribes before it reads. What is heard only wakes it; it then reads what was placed since it was last told,
once for all who were told the same. So nothing is queued for the slow, and nothing placed meanwhile is missed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Barrier, BrokenBarrierError
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from deployments.api.errors import ApiError
from deployments.api.limits import CODE as LIMITED
from deployments.delivery.passes import Pass, is_of_key, pass_of, remembered_pass
from deployments.delivery.places import (
    NOTHING,
    Config,
    Place,
    Told,
    must_open,
    place_for,
    placed_since,
    remember_place,
    remembered_place,
    word_of_place,
)

Thing = TypeVar("Thing")
Send = Callable[[bytes], Awaitable[None]]

HEARTBEAT: Final = 15.0
KEYS: Final = "keys"
PATIENCE: Final = 20.0  # how long a reader may take for what it is sent before it is let go
_THREADS: Final = 2
_TIDYING: Final = 2.0


class Reader:
    """Somebody who follows one environment with one key.

    `last`: the id of the placement it was told last; `config`: that of the real-time values, none as long as there are
    none to tell of.
    """

    def __init__(self, key: str | None, agent: str, environment: str, last: str | None) -> None:
        self.key = key
        self.agent = agent
        self.environment = environment
        self.last = last
        self.config = NOTHING
        self.asking: Pass | None = None
        self.counted_for: int | None = None
        self.woken = asyncio.Event()

    @property
    def word(self) -> str:
        return word_of_place(self.agent, self.environment)


class Streams:
    def __init__(self) -> None:
        self._readers: dict[str, set[Reader]] = {}
        # What is being read at this moment, by the word that makes it stale.
        self._reading: dict[tuple[str, str], asyncio.Future[Any]] = {}
        # How many each key has open; by its id.
        self._open: Counter[int] = Counter()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="delivery")
        self.is_closing = False

    def __len__(self) -> int:
        return sum(map(len, self._readers.values()))

    def hear(self, word: str) -> None:
        for key in [key for key in self._reading if key[0] == (KEYS if is_of_key(word) else word)]:
            # Begun before this was heard: whoever asks from now on reads for itself.
            del self._reading[key]
        for reader in self._all() if is_of_key(word) else self._readers.get(word, ()):
            reader.woken.set()

    def wake_all(self) -> None:
        self._reading.clear()
        for reader in self._all():
            reader.woken.set()

    def close(self) -> None:
        """Every stream ends where it is, so that a server that stops need not wait for them."""
        self.is_closing = True
        self.wake_all()

    async def shut(self) -> None:
        """What the threads have open of the database is closed by each of them."""
        together = Barrier(_THREADS)

        def tidy() -> None:
            with contextlib.suppress(BrokenBarrierError):
                together.wait(_TIDYING)
            connections.close_all()

        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, tidy) for _ in range(_THREADS)))
        self._threads.shutdown(wait=False)

    async def follow(self, reader: Reader, opened: Callable[[], Awaitable[None]], send: Send) -> None:
        """Until its key opens it no longer, the environment has gone, or the server stops. Raises `ApiError` before
        it has opened; `TimeoutError` when the reader does not take what it is sent.
        """
        self._readers.setdefault(reader.word, set()).add(reader)
        try:
            news = await self._news(reader)
            self._count(reader)
            await opened()
            while True:
                for each in news:
                    async with asyncio.timeout(PATIENCE):
                        await send(each.event)
                    if isinstance(each, Config):
                        reader.config = each.id
                    else:
                        reader.last = each.id
                if not news:
                    async with asyncio.timeout(PATIENCE):
                        await send(b":\n\n")
                if self.is_closing:
                    return
                news = await self._next(reader)
        except _EndedError:
            return
        finally:
            readers = self._readers[reader.word]
            readers.discard(reader)
            if not readers:
                del self._readers[reader.word]
            if reader.counted_for is not None:
                self._open -= Counter([reader.counted_for])

    async def place(self, agent: str, environment: str) -> Place | None:
        """As it is remembered, else read, once for all who ask at that moment; None where it cannot be remembered."""
        place = remembered_place(agent, environment)
        if place is None:
            word = word_of_place(agent, environment)
            await self._once((word, "what stands there"), remember_place, agent, environment)
            place = remembered_place(agent, environment)
        return place

    async def off_loop(self, ask: Callable[..., Thing], *about: Any) -> Thing:
        """Asks the database in one of few threads, whose connections are kept."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _asked, ask, *about)

    def _count(self, reader: Reader) -> None:
        """A stream costs nothing while nothing happens, but memory and a socket: a key has so many and no more."""
        asking, limit = reader.asking, settings.STREAM_LIMIT
        assert asking is not None, "It was let in."
        if limit and self._open[asking.key] >= limit:
            sentence = f"The key “{asking.name}” has {limit:,} streams open here. Close one, or use another key."
            raise ApiError(429, LIMITED, sentence)
        reader.counted_for = asking.key
        self._open[asking.key] += 1

    def _all(self) -> Iterator[Reader]:
        return chain.from_iterable(self._readers.values())

    async def _next(self, reader: Reader) -> list[Told | Config]:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT):
                await reader.woken.wait()
        if self.is_closing:
            return []
        try:
            return await self._news(reader)
        except ApiError:
            # Asked again, the door says in words why.
            raise _EndedError from None
        except (OperationalError, InterfaceError):
            # While the database is away nothing can be placed. The stream stays, and is woken when it is back.
            return []

    async def _news(self, reader: Reader) -> list[Told | Config]:
        # Before anything is read: what is heard from now on wakes it again.
        reader.woken.clear()
        asking = remembered_pass(reader.key)
        if asking is None:
            asking = await self._once((KEYS, reader.key or ""), pass_of, reader.key)
        reader.asking = asking
        place = await self.place(reader.agent, reader.environment)
        if place is None:
            place = await self.off_loop(place_for, asking, reader.agent, reader.environment)
        must_open(asking, place.workspace, place.agent)
        placed = [] if place.now.id == reader.last else await self._since(reader, place)
        return [*placed, *([place.config] if place.config.id != reader.config else [])]

    async def _since(self, reader: Reader, place: Place) -> list[Told]:
        if reader.last is None:
            return [place.now]
        return await self._once((reader.word, reader.last), placed_since, place, reader.last)

    async def _once(self, key: tuple[str, str], ask: Callable[..., Thing], *about: Any) -> Thing:
        """One question to the database for all who ask the same before it is answered: many wake at once."""
        reading: asyncio.Future[Thing] | None = self._reading.get(key)
        if reading is None:
            reading = asyncio.ensure_future(self.off_loop(ask, *about))
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._reading.get(key) is done and self._reading.pop(key))
        return await asyncio.shield(reading)


class _EndedError(Exception):
    """The reader may not go on, or what it follows is no more."""


def _asked(ask: Callable[..., Thing], *about: Any) -> Thing:
    close_old_connections()
    try:
        return ask(*about)
    finally:
        close_old_connections()
