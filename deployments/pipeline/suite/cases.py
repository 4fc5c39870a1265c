"""Which test cases a content of an agent has."""

from __future__ import annotations

from collections.abc import Collection

from deployments.keeping import Kept
from deployments.models import Agent, Environment, Run, content
from deployments.models.content import Manifest
from deployments.pipeline.conversations.beginning import With
from deployments.suite.case import Case, cases_in, is_case

# The same files hold the same cases, in whatever version or draft; reading hundreds of them takes a second.
_READ = Kept[list[Case]](most=32, weight=20_000)


def cases_of(agent: Agent, manifest: Manifest) -> list[Case]:
    """Every case, by name. Of hundreds of files only those of cases are read. The list is shared: leave it as it is."""
    files = {path: blob for path, blob in content.files_of(agent, manifest).items() if is_case(path)}

    def read() -> list[Case]:
        held = content.load(agent, set(files.values()))
        return cases_in({path: held[blob] for path, blob in files.items()})

    return _READ.get((agent.pk, frozenset(files.items())), read, len)


def manifest_of(what: With) -> Manifest:
    """Of what is run against. Of an environment: what stands there now; nothing, where nothing does."""
    if isinstance(what, Environment):
        active = what.active
        return active.version.manifest if active else {}
    return what.manifest


def manifest_of_run(run: Run) -> Manifest:
    return run.version.manifest if run.version else run.manifest


def those(cases: Collection[Case], paths: Collection[str]) -> list[Case]:
    """Those of these paths, as ordered there; what is not among them is left out."""
    by_path = {case.path: case for case in cases}
    return [by_path[path] for path in dict.fromkeys(paths) if path in by_path]
