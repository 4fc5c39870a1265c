"""Follows one environment in two threads: one listens, one says what is served."""

from __future__ import annotations

import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from slipway_client.desk import Desk
from slipway_client.served import Config, Served
from slipway_client.shelf import Shelf

log = logging.getLogger("slipway_client")

ACKNOWLEDGED_EVERY = 60.0
POLLED_EVERY = 10.0
FIRST_PAUSE = 0.25
# After so many rounds that brought nothing it takes its time between two.
PATIENCE = 2
# A proxy that holds a stream back is given one again after so many rounds.
TRIED_AGAIN_AFTER = 30


class Follower:
    """`folder` holds the last good version and values, a folder below it for each agent and environment.

    `runtime` names this process on *Runtimes*. `on_change` is called with each `Served` and `on_config` with each
    `Config`, in the follower's thread.
    """

    def __init__(
        self,
        address: str,
        *,
        agent: str,
        environment: str,
        key: str,
        folder: str | Path,
        runtime: str = "",
        on_change: Callable[[Served], object] | None = None,
        on_config: Callable[[Config], object] | None = None,
    ) -> None:
        self.runtime = runtime or socket.gethostname()
        self._desk = Desk(address, agent=agent, environment=environment, key=key)
        self._shelf = Shelf(Path(folder) / agent.lower() / environment)
        self._on_change, self._on_config = on_change, on_config
        self._current: Served | None = None
        self._config = Config()
        self._heard = float("-inf")
        self._why = "Slipway did not answer yet."
        self._known = threading.Event()
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._leaving = threading.Lock()
        self._working = 2
        self._threads = [
            threading.Thread(target=self._until_stopped, args=[work], name=f"slipway-{name}", daemon=True)
            for name, work in (("follower", self._follow), ("acknowledger", self._acknowledge))
        ]

    @property
    def current(self) -> Served:
        """What to serve now. Raises `LookupError` while nothing is known yet: neither from Slipway nor from disk."""
        if self._current is None:
            raise LookupError(f"No version is known yet, and none was kept on disk. {self._why}")
        return self._current

    @property
    def config(self) -> Config:
        """The real-time values as they are now; empty while none are known, or where none were ever saved."""
        return self._config

    @property
    def unheard(self) -> float:
        """Seconds since Slipway last said what is active and that could be served; it speaks every 15. Infinite while
        it never did.

        So old may be what is served: it is kept for as long as nothing newer comes through.
        """
        return time.monotonic() - self._heard

    def start(self, wait: float = 10.0) -> Follower:
        """Returns once something can be served: from disk at once, else when Slipway answers or `wait` seconds pass."""
        values, kept = self._shelf.load_config(), self._shelf.load()
        if values:
            self._set_config(values, from_disk=True)
        if kept:
            self._serve(*kept, from_disk=True)
        for thread in self._threads:
            thread.start()
        self._known.wait(wait)
        return self

    def stop(self) -> None:
        """An open stream is left within its next sign of life; nothing waits for it."""
        self._stopping.set()
        self._changed.set()
        if not any(thread.is_alive() for thread in self._threads):
            self._desk.close()

    def __enter__(self) -> Follower:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _until_stopped(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            # By the last to leave: closed under one that just connects, its connection would stay open.
            with self._leaving:
                self._working -= 1
                if not self._working:
                    self._desk.close()

    def _follow(self) -> None:
        failed, held_back = 0, False
        etag = config_etag = ""
        while not self._stopping.is_set():
            try:
                # Before the stream, so that whoever is told of a version finds the values that stand beside it.
                values, known = self._desk.config(config_etag)
                self._take_config(values)
                config_etag = known
                if failed or self._current is None:
                    etag = self._ask(etag)
                if not held_back or failed % TRIED_AGAIN_AFTER == 0:
                    held_back = True
                    for news in self._desk.stream(self._current.deployment if self._current else ""):
                        held_back = False
                        if self._stopping.is_set():
                            return
                        self._hear(news)
                        failed = 0
            except Exception as problem:  # whatever it is: nobody else listens
                held_back = held_back and isinstance(problem, httpx.ReadTimeout)
                self._say(problem, failed)
            failed += 1
            pause = POLLED_EVERY if failed > PATIENCE or held_back else FIRST_PAUSE * 2**failed
            # Many runtimes that lost Slipway together do not come back together.
            self._stopping.wait(pause * random.uniform(0.5, 1.5))

    def _ask(self, etag: str) -> str:
        """What is active, for where the stream does not tell; the new ETag."""
        try:
            said, known = self._desk.state(etag)
        except httpx.HTTPStatusError:
            return ""  # nothing stands there, or it may not be read: the stream tells which
        self._take(said)
        self._heard = time.monotonic()
        return known

    def _hear(self, said: tuple[str, dict[str, Any]] | None) -> None:
        event, about = said or ("", None)
        if event == "config":
            self._take_config(about)
        # What is placed is said before the values are: whoever hears of these alone holds what is active.
        self._take(about if event == "deployment" else None)
        self._heard = time.monotonic()

    def _take_config(self, said: dict[str, Any] | None) -> None:
        """None: what is held is what there is."""
        held = self._config
        if said is None or (said["values"], said["lastUpdated"]) == (held.values, held.last_updated):
            self._config = Config(held.values, held.last_updated)
            return
        config = {"values": dict(said["values"]), "lastUpdated": said["lastUpdated"]}
        try:
            self._shelf.keep_config(config)
        except OSError as problem:
            _say_not_kept(problem)
        self._set_config(config, from_disk=False)

    def _set_config(self, said: dict[str, Any], *, from_disk: bool) -> None:
        self._config = config = Config(said["values"], said["lastUpdated"], from_disk)
        _tell(self._on_config, config)

    def _take(self, said: dict[str, Any] | None) -> None:
        """Fetch what is new of it, keep it, serve it. An emptied environment leaves what is served as it is."""
        current = self._current
        if said is None or said["version"] is None:
            self._why = "Nothing is placed there yet."
            if current and current.from_disk and said is None:
                # A stream that goes on after what we hold has confirmed it.
                self._confirm(current)
            return
        if current and current.deployment == said["deployment"]:
            self._confirm(current)
            return
        files = {path: self._shelf.blob(name) for path, name in said["manifest"].items()}
        missing = {path: said["manifest"][path] for path, held in files.items() if held is None}
        fetched = dict(self._desk.blobs(said["version"], missing))
        whole = {path: fetched[missing[path]] if held is None else held for path, held in files.items()}
        try:
            self._shelf.keep(said, fetched)
        except OSError as problem:
            _say_not_kept(problem)
        self._serve(said, whole, from_disk=False)

    def _confirm(self, current: Served) -> None:
        if current.from_disk:
            facts = {
                name: getattr(current, name) for name in ("version", "deployment", "environment", "since", "files")
            }
            self._current = Served(**facts)

    def _serve(self, said: dict[str, Any], files: dict[str, bytes], *, from_disk: bool) -> None:
        facts = {name: said[name] for name in ("version", "deployment", "environment", "since")}
        self._current = served = Served(**facts, files=files, from_disk=from_disk)
        _tell(self._on_change, served)
        self._known.set()
        self._changed.set()

    def _acknowledge(self) -> None:
        failed = 0
        while not self._stopping.is_set():
            self._changed.clear()
            current = self._current
            if current:
                try:
                    self._desk.acknowledge(self.runtime, current.version)
                    failed = 0
                except Exception as problem:
                    self._say(problem, failed)
                    failed += 1
            self._changed.wait((POLLED_EVERY if failed else ACKNOWLEDGED_EVERY) * random.uniform(0.8, 1.0))

    def _say(self, problem: Exception, failed: int) -> None:
        self._why = str(problem) or type(problem).__name__
        if not self._stopping.is_set() and failed == 0:
            stays = "What is served stays." if self._current else "Nothing is served yet."
            log.warning("Slipway cannot be followed at this moment (%s). %s", self._why, stays)


def _say_not_kept(problem: OSError) -> None:
    log.warning("What Slipway said could not be kept on disk (%s). It is served all the same.", problem)


def _tell(listener: Callable[[Any], object] | None, about: Served | Config) -> None:
    if listener is None:
        return
    try:
        listener(about)
    except Exception:
        log.exception("What was called for a change failed; the change holds all the same")
