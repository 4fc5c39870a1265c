"""The first screen of a comparison: 900 changed resources with 50,000 changed lines, and three among 10,000 resources.
Run: python benchmarks/first_screen.py

Whole requests through the pages, of versions that this process never compared before, then the same again. Processor
time, which a machine that does much else changes little; of git that of its own process.
"""

from __future__ import annotations

import gc
import random
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import agent_diff
from agent_diff import Files
from installation import a_workspace, installed
from peers import git, missing, show, verdict

from hosting.readiness import collect_static_files

if TYPE_CHECKING:
    from django.test import Client

    from deployments.models import Person, Workspace

RESOURCES, LINES = 900, 56
FEW, MANY = 100, 10_000
COLD_PROMISE, EQUAL_PROMISE = 10, 3
ROUNDS = 5


def main() -> None:
    chance = random.Random(0)
    large = rewritten(agent_diff.agent(RESOURCES, chance), chance)
    with installed():
        collect_static_files()
        workspace, person = a_workspace()
        first, again, size = opened(workspace, person, "large", *large)
        equal = {}
        for count in (FEW, MANY):
            files = agent_diff.agent(count, random.Random(count))
            equal[count] = opened(
                workspace, person, f"with-{count}", files, agent_diff.edited(files, 3, random.Random(count))
            )
    theirs = None if missing("git") else by_git(*large)
    rows = [
        ("for the first time", f"{first * 1000:.0f} ms", verdict(first / theirs, COLD_PROMISE) if theirs else ""),
        ("again", f"{again * 1000:.0f} ms", f"{again / theirs:.2f} x" if theirs else ""),
    ]
    told = f"git diff takes {theirs * 1000:.0f} ms" if theirs else "git is missing: apt-get install git"
    title = f"{RESOURCES} changed resources, {RESOURCES * LINES:,} new lines, {size:,} bytes ({told})"
    show(title, ["first screen", "taken", "beside git"], rows)
    show(
        f"Three changed resources among {MANY:,}",
        ["first screen", f"among {FEW}", "among all", "ratio"],
        [
            (name, f"{small * 1000:.1f} ms", f"{all_ * 1000:.1f} ms", verdict(all_ / small, EQUAL_PROMISE))
            for name, small, all_ in zip(("for the first time", "again"), equal[FEW][:2], equal[MANY][:2], strict=True)
        ],
    )


def rewritten(files: Files, chance: random.Random) -> tuple[Files, Files]:
    """Every resource with so many lines more, of which each is another one in the second version."""
    sides: tuple[Files, Files] = ({}, {})
    for path, content in files.items():
        for side in sides:
            indent = "    conv.log.info" if path.endswith(".py") else "  "
            said = [repr(agent_diff.sentence(chance)) for _ in range(LINES)]
            more = [f"{indent}({each})" if path.endswith(".py") else f"{indent}{each}" for each in said]
            if path.endswith((".py", ".yaml")) and (path.endswith(".py") or b"|-\n" in content):
                head, mark, rest = content.decode().partition("|-\n")
                text = f"{head}{mark}" + "\n".join(more) + f"\n{rest}" if mark else head + "\n".join(more) + "\n"
                side[path] = text.encode()
            else:
                side[path] = content
    return sides


def opened(workspace: Workspace, person: Person, slug: str, left: Files, right: Files) -> tuple[float, float, int]:
    """Processor time of the first screen, of the same again, and its bytes."""
    from django.test import Client

    from deployments import pipeline
    from deployments.models import Draft

    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug=slug, name=slug, files=left, by=by)
    hashes: list[str] = []
    for files in (left, right):
        if hashes:
            pipeline.import_files(agent, files, by=by)
        draft = Draft.objects.get(agent=agent)
        hashes.append(pipeline.publish(agent, state=draft.state, description="", by=by).version.short)
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    page = f"/agents/{slug}/compare/{hashes[0]}...{hashes[1]}/"
    size = shown(client, page)  # code and templates are there from now on
    return (
        statistics.median(_taken(lambda: shown(client, page), before=forgotten) for _ in range(ROUNDS)),
        statistics.median(_taken(lambda: shown(client, page)) for _ in range(ROUNDS)),
        size,
    )


def shown(client: Client, page: str) -> int:
    answer = client.get(page)
    assert answer.status_code == 200
    assert re.search(r"resources? differs?<|resources differ<", answer.text), "The page shows no difference."
    return len(answer.content)


def forgotten() -> None:
    from deployments.keeping import forget_everything

    forget_everything()


def _taken(run: Callable[[], object], before: Callable[[], None] | None = None) -> float:
    if before:
        before()
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def by_git(left: Files, right: Files) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git("init", "-q", folder=folder)
        before, after = (agent_diff.committed(folder, files) for files in (left, right))
        git("gc", "-q", folder=folder)
        return statistics.median(_child(lambda: git("diff", before, after, folder=folder)) for _ in range(ROUNDS))


def _child(run: Callable[[], object]) -> float:
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


if __name__ == "__main__":
    main()
