"""How what waits on an event loop asks the database: in a few threads that keep their connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from threading import local
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections

Said = ParamSpec("Said")
Found = TypeVar("Found")

_THREADS = 4
_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="conversing")

# Set for what `config.asgi` serves on its loop. A thread and a connection for each of those who wait would be too many;
# anywhere else the thread that waits asks by itself, in whatever transaction it has open.
on_the_port: ContextVar[bool] = ContextVar("on_the_port", default=False)


async def in_thread(ask: Callable[Said, Found], *args: Said.args, **kwargs: Said.kwargs) -> Found:
    if not on_the_port.get():
        return await sync_to_async(ask)(*args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_pool, partial(_asked, ask, *args, **kwargs))


# Seconds in which a connection that has just answered is not asked whether it still does.
_FRESH = 1.0
_seen = local()


def _asked(ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    if monotonic() - getattr(_seen, "at", -_FRESH) > _FRESH or any(each.errors_occurred for each in connections.all()):
        close_old_connections()
    try:
        return ask(*args, **kwargs)
    finally:
        _seen.at = monotonic()
