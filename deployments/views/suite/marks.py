"""What became of the test sets on versions and on a draft, in a word each, for the pages where releases are decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deployments.models import Agent, Draft, Run

# The first of these that any set came to is what is said of all of them.
_WORST = (Run.Status.FAILED, Run.Status.RUNNING, Run.Status.QUEUED, Run.Status.INCOMPLETE, Run.Status.PASSED)


@dataclass(frozen=True)
class Mark:
    """The newest run of each set on one content, by the set's name. `run` is the one to look at first."""

    runs: Sequence[Run]

    @property
    def run(self) -> Run:
        return min(self.runs, key=lambda run: _WORST.index(Run.Status(run.status)))

    @property
    def status(self) -> str:
        return self.run.status

    @property
    def label(self) -> str:
        match self.run.status:
            case Run.Status.FAILED:
                failed = sum(run.failed_count + run.error_count for run in self.runs)
                return f"{failed} {'test' if failed == 1 else 'tests'} failed"
            case Run.Status.PASSED:
                return "Tests passed"
            case Run.Status.INCOMPLETE:
                return "Tests incomplete"
        return "Tests running"


def marks_on(versions: Collection[int]) -> dict[int, Mark]:
    """By the version's key, for those of these on which a set has run. One query."""
    found: dict[int, list[Run]] = {}
    runs = Run.objects.filter(version__in=versions, case_set__isnull=False).not_cancelled()
    for run in runs.newest_of_each("version", "case_set") if versions else ():
        assert run.version_id is not None
        found.setdefault(run.version_id, []).append(run)
    return {version: Mark(_named(runs)) for version, runs in found.items()}


def mark_on_draft(agent: Agent, draft: Draft) -> Mark | None:
    """Of what the draft holds at this moment: each set, and what was run without one."""
    rows = Run.objects.filter(agent=agent, manifest_digest=draft.manifest_digest).on_draft().not_cancelled()
    runs = list(rows.newest_of_each("case_set"))
    return Mark(_named(runs)) if runs else None


def _named(runs: Collection[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: run.set_name.casefold())
