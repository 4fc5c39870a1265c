"""P16, P17: 10,000 versions of 300 files, 3 changed each, beside git's packed repository of the same history.

Run: python benchmarks/storing.py [versions]. Files hold one short line, so that both sides weigh what names the files
and not the files: our rows of versions and paths with their indexes, git's one pack of commits, trees and blobs.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from installation import a_workspace, installed
from peers import git, median_seconds, missing, show, verdict

if TYPE_CHECKING:
    from deployments.models import Agent

RESOURCES, CHANGED, BATCH, REPEATED = 300, 3, 500, 10
SIZE_PROMISE, LOAD_PROMISE, LIST_PROMISE = 2.5, 0.2, 0.5

Files = dict[str, str]


def history(versions: int) -> Iterator[tuple[Files, Files]]:
    """Each version: all its files, and those that are new in it."""
    chance = random.Random(16)
    paths = [f"topics/area_{number % 12}/topic_{number}.yaml" for number in range(RESOURCES)]
    files = {path: f"name: {path} {chance.random()}\n" for path in paths}
    yield files, dict(files)
    for _ in range(versions - 1):
        changed = {path: f"name: {path} {chance.random()}\n" for path in chance.sample(paths, CHANGED)}
        files = files | changed
        yield files, changed


def main() -> None:
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if missing("git"):
        print("There is no git beside which to measure: install git. Nothing was measured.")
        return
    with installed(), tempfile.TemporaryDirectory() as name:
        repository = Path(name)
        packed = committed(repository, versions)
        workspace, person = a_workspace()
        small, large = kept(workspace, person, "small", 100), kept(workspace, person, "large", versions)
        ours = weight(large)
        rows = [
            [
                f"P16 manifests of {versions:,} versions",
                f"{packed / 1e6:,.1f} MB",
                f"{ours / 1e6:,.1f} MB",
                verdict(ours / packed, SIZE_PROMISE),
            ],
            ["    a version", f"{packed / versions:,.0f} B", f"{ours / versions:,.0f} B", ""],
        ]
        rows += reading(repository, small, large)
        show(f"{RESOURCES} files, {CHANGED} changed in each version", ["what", "git", "Slipway", "ratio"], rows)


def committed(repository: Path, versions: int) -> int:
    """The history in git, packed by `git gc`; the bytes of its pack and index."""
    git("init", "-q", "--initial-branch=main", folder=repository)
    load = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=repository, stdin=subprocess.PIPE)
    assert load.stdin
    for number, (_, changed) in enumerate(history(versions)):
        said = f"Version {number}".encode()
        who = b"Ana <ana@example.com> %d +0000" % (1_700_000_000 + number * 60)
        load.stdin.write(b"commit refs/heads/main\ncommitter %s\ndata %d\n%s\n" % (who, len(said), said))
        for path, text in changed.items():
            load.stdin.write(b"M 644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text.encode()))
    load.stdin.close()
    if load.wait():
        raise RuntimeError("git fast-import failed.")
    git("gc", "-q", "--prune=now", folder=repository)
    return sum(path.stat().st_size for path in (repository / ".git/objects/pack").iterdir())


def kept(workspace: object, person: object, slug: str, versions: int) -> Agent:
    """The same history in Slipway: content through the product's own store, versions as its verb writes them."""
    from django.utils import timezone

    from deployments.models import Agent, Deployment, Environment, Person, Version, Workspace, content
    from deployments.models.version import hash_of_version

    assert isinstance(workspace, Workspace)
    assert isinstance(person, Person)
    agent = Agent.objects.create(workspace=workspace, slug=slug, name=slug, created_by=person)
    sandbox = Environment.objects.create(agent=agent, slug="sandbox", label="Sandbox", position=0)
    began = timezone.now() - timedelta(minutes=versions)
    told, number, parent, before = history(versions), 0, None, None
    manifest: content.Manifest = {}
    while batch := list(islice(told, BATCH)):
        rows, placed = [], []
        new = {f"{path}\0{text}": text.encode() for _, changed in batch for path, text in changed.items()}
        blobs = content.Blob.objects.bulk_create(
            content.Blob(agent=agent, hash=content.hash_of(text), size=len(text), content=text) for text in new.values()
        )
        ids = dict(zip(new, (blob.pk for blob in blobs), strict=True))
        paths = content._interned(agent, batch[0][0])
        for files, changed in batch:
            number += 1
            manifest = manifest | {str(paths[path]): ids[f"{path}\0{text}"] for path, text in changed.items()}
            digest = content.digest_of(files)
            at, said = began + timedelta(minutes=number), f"Version {number}"
            version = Version(
                agent=agent,
                number=number,
                hash=hash_of_version(digest, parent, person.email, at, said),
                author=person,
                author_email=person.email,
                description=said,
                published_at=at,
                manifest=manifest,
                manifest_digest=digest,
            )
            rows.append(version)
            parent = version.hash
        Version.objects.bulk_create(rows, batch_size=BATCH)
        for version in rows:
            last = version is rows[-1] and number == versions
            ended = None if last else version.published_at + timedelta(minutes=1)
            placement = Deployment(
                agent=agent,
                environment=sandbox,
                version=version,
                verb=Deployment.Verb.PUBLISHED,
                by=person,
                started_at=version.published_at,
                ended_at=ended,
                replaced=before,
            )
            placed.append(placement)
            before = placement
        Deployment.objects.bulk_create(placed, batch_size=BATCH)
    return agent


def weight(agent: Agent) -> int:
    """Bytes of the rows that say what each version holds, with what is stored out of line and every index."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE deployments_version")
        cursor.execute("VACUUM FULL ANALYZE deployments_path")
        # What autovacuum does within a minute: until then the other tables are planned for as if they were empty.
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT pg_total_relation_size('deployments_version') + pg_total_relation_size('deployments_path')"
        )
        held: int = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM deployments_version")
        every: int = cursor.fetchone()[0]
    return held * agent.versions.count() // every


def reading(repository: Path, small: Agent, large: Agent) -> list[list[str]]:
    from deployments.models import Deployment, Listed, content, newest

    lean = {agent: agent.versions.without_manifest().get(number=50) for agent in (small, large)}

    def manifest(agent: Agent) -> Files:
        # As a page does, and as git is asked: the version is found, the question is what it holds.
        version = lean[agent]
        version.__dict__.pop("manifest", None)
        return content.files_of(agent, version.manifest)

    def listed(agent: Agent) -> list[Listed]:
        # What the Agents API lists.
        return newest(agent.ladder[0], 25)

    def as_objects() -> list[Deployment]:
        return list(Deployment.objects.filter(environment=large.ladder[0]).newest_first().with_details()[:25])

    assert len(manifest(large)) == RESOURCES
    assert len(listed(large)) == 25
    commit = git("rev-list", "--max-count=1", "--skip=50", "HEAD", folder=repository).strip()

    def ten(act: Callable[[], object]) -> Callable[[], None]:
        def acts() -> None:
            for _ in range(REPEATED):
                act()

        return acts

    # Each is over in a millisecond or few: ten in a row, for both sides, or the pause before weighs more than the work.
    asked: list[Callable[[], object]] = [
        lambda: git("ls-tree", "-r", commit, folder=repository),
        lambda: git("log", "-25", folder=repository),
        lambda: manifest(large),
        lambda: manifest(small),
        lambda: listed(large),
        lambda: listed(small),
        as_objects,
    ]
    medians = median_seconds(*map(ten, asked), rounds=9)
    tree, log, one, one_of_few, page, page_of_few, objects = (each / REPEATED for each in medians)
    return [
        _row("P17 one manifest", tree, one, LOAD_PROMISE),
        _row("P17 newest 25 versions and their deployments", log, page, LIST_PROMISE),
        ["    the same as the objects of a page", "", f"{objects * 1000:.2f} ms", f"{objects / log:.2f} x"],
        ["    one manifest, of 100 versions", "", f"{one_of_few * 1000:.2f} ms", _flat(one / one_of_few)],
        ["    newest 25, of 100 versions", "", f"{page_of_few * 1000:.2f} ms", _flat(page / page_of_few)],
    ]


def _row(name: str, theirs: float, ours: float, promise: float) -> list[str]:
    return [name, f"{theirs * 1000:.2f} ms", f"{ours * 1000:.2f} ms", verdict(ours / theirs, promise)]


def _flat(ratio: float) -> str:
    return f"with all of them {ratio:.2f} x"


if __name__ == "__main__":
    main()
