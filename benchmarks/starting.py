"""P19: the embedded database started beside the wheel's initdb and pg_ctl. Run: python benchmarks/starting.py"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from peers import show, verdict

from hosting import binaries
from hosting.embedded import EmbeddedPostgres

COLD, WARM = 1.2, 1.0
ROUNDS = 5
# PostgreSQL refuses to run as root: the peer gets the same namespace as ours.
AS_SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()


def main() -> None:
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="slipway-start-") as folder:
            ours.append((_our_start(Path(folder)), _our_start(Path(folder))))
        with tempfile.TemporaryDirectory(prefix="wheel-start-") as folder:
            theirs.append((_their_start(Path(folder)), _their_start(Path(folder))))
    rows = []
    for index, (name, promise) in enumerate((("cold", COLD), ("warm", WARM))):
        mine, peer = (min(times[index] for times in all_times) for all_times in (ours, theirs))
        rows.append([name, f"{mine:.2f} s", f"{peer:.2f} s", verdict(mine / peer, promise)])
    show(f"P19: starting PostgreSQL, best of {ROUNDS}", ["start", "embedded", "initdb, pg_ctl", "ratio"], rows)


def _our_start(folder: Path) -> float:
    database = EmbeddedPostgres(folder)
    began = time.perf_counter()
    database.start()
    taken = time.perf_counter() - began
    database.stop()
    return taken


def _their_start(folder: Path) -> float:
    tools, data = binaries.newest().folder, folder / "data"
    options = f"-k {folder} -c listen_addresses="
    began = time.perf_counter()
    if not data.exists():
        _run(tools / "initdb", "--pgdata", data, "--auth=trust", "--encoding=UTF8")
    _run(tools / "pg_ctl", "--pgdata", data, "--wait", "--log", folder / "log", "-o", options, "start")
    taken = time.perf_counter() - began
    _run(tools / "pg_ctl", "--pgdata", data, "--wait", "--mode=fast", "stop")
    return taken


def _run(*command: str | Path) -> None:
    subprocess.run([*AS_SOMEBODY, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    if AS_SOMEBODY and shutil.which("unshare") is None:
        raise SystemExit("As root this needs unshare (util-linux), or run it as an ordinary user.")
    main()
