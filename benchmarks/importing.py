"""P18: importing and publishing an agent of 1,000 files beside `git add` and `git commit` of the same tree.

Run: python benchmarks/importing.py. Each time into an agent and a repository that did not exist before.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path

import agent_diff
from installation import a_workspace, installed
from peers import git, missing, show, verdict

FILES, ROUNDS, PROMISE = 1_000, 5, 10.0


def main() -> None:
    if missing("git"):
        print("There is no git beside which to measure: install git. Nothing was measured.")
        return
    files = agent_diff.agent(FILES, random.Random(18))
    with installed(), tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "agent"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        workspace, person = a_workspace()
        theirs, ours, parts = [], [], []
        for number in range(ROUNDS):
            theirs.append(committed(folder, Path(name) / f"git-{number}"))
            taken = imported(folder, workspace, person, number)
            ours.append(sum(taken))
            parts.append(taken)
    reading, importing, publishing = (statistics.median(each) * 1000 for each in zip(*parts, strict=True))
    peer, own = statistics.median(theirs), statistics.median(ours)
    show(
        f"An agent of {len(files):,} files, {sum(map(len, files.values())) // 1024:,} kB",
        ["what", "git", "Slipway", "ratio"],
        [
            ["P18 import and publish", f"{peer * 1000:,.0f} ms", f"{own * 1000:,.0f} ms", verdict(own / peer, PROMISE)],
            ["    reading the folder", "", f"{reading:,.0f} ms", ""],
            ["    storing, checking, comparing", "", f"{importing:,.0f} ms", ""],
            ["    publishing", "", f"{publishing:,.0f} ms", ""],
        ],
    )


def committed(folder: Path, repository: Path) -> float:
    shutil.copytree(folder, repository)
    git("init", "-q", folder=repository)
    started = time.perf_counter()
    git("add", "-A", folder=repository)
    git("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "-q", "-m", "First", folder=repository)
    return time.perf_counter() - started


def imported(folder: Path, workspace: object, person: object, number: int) -> tuple[float, float, float]:
    from deployments import pipeline
    from deployments.models import Person, Workspace
    from deployments.resources.archive import read_folder

    assert isinstance(workspace, Workspace)
    assert isinstance(person, Person)
    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug=f"agent-{next(_numbers)}", name="Agent", files={}, by=by)
    marks = [time.perf_counter()]
    reading = read_folder(folder)
    marks.append(time.perf_counter())
    # A file of its own, so that nothing found out about the content of the round before is remembered.
    files = reading.files | {"round.txt": f"{number}".encode()}
    draft = pipeline.import_files(agent, files, by=by).draft
    marks.append(time.perf_counter())
    assert draft is not None
    pipeline.publish(agent, state=draft.state, description="First", by=by)
    marks.append(time.perf_counter())
    return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


_numbers = count(1)

if __name__ == "__main__":
    main()
