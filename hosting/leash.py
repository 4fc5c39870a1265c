"""Runs one command that ends when whoever started it ends, however that was.

Started by `leashing.py` as a script of its own, isolated and without site packages, so that it begins at once. Its
standard input is a pipe that only the starter holds: a byte on it asks for a calm stop, its end (the starter is gone)
for a quick one. What the command leaves behind is ended too, also when the command itself was killed.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Only for the reader: it takes longer to import than all the rest.
    from typing import Any

LINUX = sys.platform == "linux"
NAMESPACE_REFUSED, CANNOT_START = 97, 98
_CALM_SECONDS = 10.0
_NEW_USER, _SUBREAPER, _DIE_WITH_PARENT = 0x10000000, 36, 1


class Options:
    def __init__(self, namespace: int, user: int, ask: int, force: int, patience: float, folder: str) -> None:
        self.namespace = namespace
        self.user = user
        self.ask = ask
        self.force = force
        self.patience = patience
        self.folder = folder

    def as_arguments(self) -> list[str]:
        return [str(value) for value in vars(self).values()]


def options_of(arguments: list[str]) -> tuple[Options, list[str]]:
    namespace, user, ask, force, patience, folder, *command = arguments
    return Options(int(namespace), int(user), int(ask), int(force), float(patience), folder), command


def main(options: Options, command: list[str]) -> int:
    # Orphans of the command come to us instead of to init, so that none of them is lost.
    _process_control(_SUBREAPER, 1)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    leash = os.getpid()
    child = os.fork()
    if child == 0:
        _become(options, command, leash)
    status = _wait(child, woken, options)
    _end_what_is_left(child)
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _wait(child: int, woken: int, options: Options) -> int:
    watched = [0, woken]
    steps: list[tuple[float, int, bool]] = []
    while True:
        due = max(0.0, steps[0][0] - time.monotonic()) if steps else None
        ready, _, _ = select.select(watched, [], [], due)
        if woken in ready:
            if signal.SIGTERM in os.read(woken, 512) and 0 in watched:
                watched, steps = [woken], _steps(options, options.patience)
            status = _reap(child)
            if status is not None:
                return status
        if 0 in ready and 0 in watched:
            calm = bool(os.read(0, 1))
            # After a calm request the pipe stays watched: the starter may still die while it waits for us.
            watched = [0, woken] if calm else [woken]
            steps = _steps(options, _CALM_SECONDS if calm else options.patience)
        if steps and time.monotonic() >= steps[0][0]:
            _, how, everybody = steps.pop(0)
            _send(child, how, everybody)


def _steps(options: Options, patience: float) -> list[tuple[float, int, bool]]:
    """When to send which signal: the asking one, the forcing one, and the one that cannot be refused."""
    now = time.monotonic()
    return [
        (now, options.ask, False),
        (now + patience, options.force, options.force == signal.SIGKILL),
        (now + patience + 5, signal.SIGKILL, True),
    ]


def _send(child: int, how: int, everybody: bool) -> None:
    try:
        if everybody:
            os.killpg(child, how)
        else:
            os.kill(child, how)
    except ProcessLookupError:
        pass


def _reap(child: int) -> int | None:
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == child:
            found = status


def _end_what_is_left(child: int) -> None:
    _send(child, signal.SIGKILL, everybody=True)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        for pid in _children():
            _send(pid, signal.SIGKILL, everybody=False)
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.005)
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as listed:
            return [int(pid) for pid in listed.read().split()]
    except OSError:
        return []


def _become(options: Options, command: list[str], leash: int) -> None:
    try:
        signal.set_wakeup_fd(-1)
        for changed in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(changed, signal.SIG_DFL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if options.namespace:
            _enter_namespace(options.namespace)
        elif options.user:
            os.setgroups([])
            os.setgid(options.user)
            os.setuid(options.user)
        if options.folder:
            os.chdir(options.folder)
        # Should the leash itself be killed, the kernel ends the command (Linux; elsewhere only the pipe does).
        die_with_parent(leash, options.force)
        os.execvp(command[0], command)
    except OSError as error:
        print(f"{error.filename or command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(CANNOT_START)


def die_with_parent(parent: int, how: int) -> None:
    _process_control(_DIE_WITH_PARENT, how)
    if os.getppid() != parent:
        os._exit(CANNOT_START)


def _enter_namespace(ordinary: int) -> None:
    """PostgreSQL refuses to run as root: show it an ordinary id, while its files stay root's."""
    user, group = os.geteuid(), os.getegid()
    if not LINUX or _libc().unshare(_NEW_USER) != 0:
        os._exit(NAMESPACE_REFUSED)
    try:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{ordinary} {user} 1"),
            ("gid_map", f"{ordinary} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    except OSError:
        os._exit(NAMESPACE_REFUSED)


def _process_control(option: int, value: int) -> None:
    if LINUX:
        _libc().prctl(option, value, 0, 0, 0)


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    # Not by way of sys.exit: nothing is left to tidy, and the interpreter's own ending costs milliseconds.
    os._exit(main(*options_of(sys.argv[1:])))
