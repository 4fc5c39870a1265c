"""What the benchmarks share: timing, git as a peer, and a table with the ratio beside the promise."""

from __future__ import annotations

import gc
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

# Benchmarks run as files, `python benchmarks/lines.py`: the product is beside them.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def median_seconds(*runs: Callable[[], object], rounds: int = 7) -> list[float]:
    """The median time of each, taken in turns so that a noisy moment hits all of them alike."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for taken, run in zip(times, runs, strict=True):
            gc.collect()
            start = time.perf_counter()
            run()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def git(*arguments: str, folder: Path | None = None) -> str:
    """What git prints. A difference is not a failure."""
    ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    if ran.returncode > 1:
        raise RuntimeError(ran.stderr.decode())
    return ran.stdout.decode(errors="replace")


def missing(*commands: str) -> list[str]:
    return [command for command in commands if shutil.which(command) is None]


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left", box=None)
    for column in columns:
        table.add_column(column, justify="left" if column == columns[0] else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    # A table that is read later from a log is never cut to the width of a terminal.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def verdict(ratio: float, promise: float) -> str:
    return f"{ratio:.2f} x (promise {promise:g} x{'' if ratio <= promise else ', MISSED'})"
