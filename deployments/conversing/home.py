"""The one engine of a process: begun when it is first asked, on an event loop of its own, and ended with the process.

A loop of its own, because those who ask come from the server's loop, from threads and from the worker.
"""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any, TypeVar

from django.conf import settings

from deployments.runtime.engine import Engine
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.scene import Asker

Made = TypeVar("Made")
_LAST_SECONDS = 5.0


def _asker() -> Asker:
    """What `SLIPWAY_MODEL` names, or the offline engine."""
    from deployments.runtime.models import models_from  # only when the first conversation begins

    models = models_from(settings.MODEL)
    # Its library takes a second and more: that passes while the greeting is read, not while a question waits.
    Thread(target=models.prepare, name="preparing", daemon=True).start()
    return models


class Home:
    def __init__(self, make_asker: Callable[[], Asker] = _asker) -> None:
        self.make_asker = make_asker
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._sandbox: Sandbox | None = None
        self._thread: Thread | None = None
        self._process = 0

    def ask(self, question: Callable[[Engine], Coroutine[Any, Any, Made]]) -> Future[Made]:
        """Answered on the engine's loop; whoever asked waits as suits them."""
        engine, loop = self._at_home()
        return asyncio.run_coroutine_threadsafe(question(engine), loop)

    def close(self) -> None:
        """What is being answered is not; whoever waits for it hears so. The next question begins it anew."""
        with self._lock:
            loop, thread, sandbox, process = self._loop, self._thread, self._sandbox, self._process
            self._loop = self._thread = self._engine = self._sandbox = None
        if process != os.getpid() or loop is None or thread is None or sandbox is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_LAST_SECONDS)
        sandbox.__exit__(None, None, None)

    def _at_home(self) -> tuple[Engine, asyncio.AbstractEventLoop]:
        with self._lock:
            # A process that was forked has no thread of its parent's.
            if self._loop is None or self._engine is None or self._process != os.getpid():
                self._process = os.getpid()
                self._sandbox = Sandbox()
                self._sandbox.__enter__()
                self._engine = Engine(self._sandbox, self.make_asker())
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_live, args=(self._loop,), name="engine", daemon=True)
                self._thread.start()
            return self._engine, self._loop


def _live(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


HOME = Home()
atexit.register(HOME.close)


def rest() -> None:
    """For a process that has other work now: the engine ends, until it is asked again."""
    HOME.close()
