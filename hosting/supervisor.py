"""Keeps child processes running: started again with back-off, given up on in a sentence, always ended with us."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from hosting.home import PROJECT
from hosting.leashing import Leashed
from hosting.problem import HostingError, tell

_HEALTHY_AFTER = 20.0
_TRIES = 5
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Part:
    """One of the processes that make up Slipway: its name in a sentence, and its command."""

    name: str
    command: Sequence[str]


class Child:
    def __init__(self, part: Part) -> None:
        self.part = part
        self._failures = 0
        self._again_at: float | None = None
        self._last_line = ""
        self._start()

    def look_after(self) -> None:
        """Called again and again: starts it again when it is time. Raises when it keeps failing."""
        now = time.monotonic()
        if self._again_at is not None:
            if now >= self._again_at:
                self._start()
            return
        if self.leashed.ended is None:
            return
        self._reader.join(1)
        self._failures = 1 if now - self._started > _HEALTHY_AFTER else self._failures + 1
        why = self._last_line or self.leashed.how_it_ended
        if self._failures == _TRIES:
            raise HostingError(f"The {self.part.name} ended {_TRIES} times in a row: {why}")
        pause = 0.0 if self._failures == 1 else min(_LONGEST_PAUSE, 0.1 * 2**self._failures)
        tell(f"The {self.part.name} ended ({why}). Starting it again.")
        self._again_at = now + pause

    def stop(self, *, calmly: bool) -> None:
        self.leashed.stop(calmly=calmly)

    def _start(self) -> None:
        self._again_at = None
        self._started = time.monotonic()
        self.leashed = Leashed(self.part.command, folder=PROJECT, output=subprocess.PIPE)
        self._reader = threading.Thread(target=self._pass_on, args=[self.leashed], daemon=True)
        self._reader.start()

    def _pass_on(self, leashed: Leashed) -> None:
        assert leashed.process.stdout is not None
        with leashed.process.stdout as said:
            for line in said:
                text = line.decode(errors="replace").rstrip()
                self._last_line = text.strip() or self._last_line
                tell(text)


class Supervisor:
    """`calmly`: what is being answered is finished first. Otherwise all end within half a second."""

    def __init__(self, parts: Sequence[Part], *, calmly: bool) -> None:
        self._parts = parts
        self._calmly = calmly
        self._children: list[Child] = []

    def __enter__(self) -> Supervisor:
        try:
            for part in self._parts:
                self._children.append(Child(part))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def look_after(self, until: Callable[[], bool]) -> None:
        while not until():
            for child in self._children:
                child.look_after()
            time.sleep(0.02)

    def _stop(self) -> None:
        # All at once, so that they take as long as the slowest.
        stopping = [threading.Thread(target=child.stop, kwargs={"calmly": self._calmly}) for child in self._children]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()


class Interrupted(BaseException):
    """Somebody asked us to stop. Not an error, so that nothing on the way takes it for one."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C, a kill and a closed terminal end the block wherever it is; a second one does not break the tidying."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for name in signals:
            signal.signal(name, signal.SIG_IGN)
        raise Interrupted

    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        # Otherwise nohup started us, to outlive the terminal.
        signals.append(signal.SIGHUP)
    before = [signal.signal(name, interrupt) for name in signals]
    try:
        yield
    except Interrupted:
        pass
    finally:
        for name, handler in zip(signals, before, strict=True):
            signal.signal(name, handler)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
