"""Starts a command on a leash (`leash.py`), from which nothing escapes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hosting import leash


@dataclass(frozen=True)
class Identity:
    """As whom a command runs: as ourselves, as an ordinary id in a namespace of its own, or as another user."""

    namespace: int = 0
    user: int = 0


OURSELVES = Identity()
# Seconds between asking and forcing.
_PATIENCE = 0.2


class Leashed:
    """A running command. Ends with us; `stop` ends it earlier."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        identity: Identity = OURSELVES,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        output: IO[bytes] | int,
        ask: int = signal.SIGTERM,
        force: int = signal.SIGKILL,
    ) -> None:
        options = leash.Options(
            identity.namespace, identity.user, int(ask), int(force), _PATIENCE, str(folder) if folder else ""
        )
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, *options.as_arguments(), *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Not among the arguments, which every user of the machine can list.
            env=dict(os.environ if environment is None else environment),
            bufsize=0,
            start_new_session=True,
        )

    @property
    def ended(self) -> int | None:
        if self.process.poll() is not None:
            self._let_go()
        return self.process.returncode

    @property
    def how_it_ended(self) -> str:
        status = abs(self.process.returncode or 0)
        number = status if self.process.returncode in range(-64, 0) else status - 128
        return f"killed by signal {number}" if 0 < number < 65 else f"status {status}"

    def wait(self, seconds: float | None = None) -> int:
        status = self.process.wait(seconds)
        self._let_go()
        return status

    def stop(self, *, calmly: bool = True) -> None:
        assert self.process.stdin
        if calmly and not self.process.stdin.closed:
            with contextlib.suppress(BrokenPipeError, subprocess.TimeoutExpired):
                self.process.stdin.write(b"s")
                self.process.wait(20)
        self._let_go()
        self.process.wait()

    def _let_go(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()


def run(
    command: Sequence[str | Path], *, identity: Identity = OURSELVES, folder: Path | None = None
) -> tuple[int, str]:
    """Its exit status and all it said. Interrupted or killed meanwhile, we leave nothing running."""
    running = Leashed(command, identity=identity, folder=folder, output=subprocess.PIPE)
    assert running.process.stdout is not None
    try:
        said = running.process.stdout.read().decode(errors="replace")
        return running.wait(), said
    finally:
        running.stop(calmly=False)
        running.process.stdout.close()
