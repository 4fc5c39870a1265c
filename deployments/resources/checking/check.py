"""Every check over a whole agent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deployments.resources.checking import fields, identities, mentioned, rules, together, unused
from deployments.resources.checking.finding import Finding, Report
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource

_RANKS = {"error": 0, "warning": 1, "note": 2}


def check(resources: Sequence[Resource]) -> list[Finding]:
    """Everything to say about an agent, errors first, then in the order of the resources."""
    report = Report(resources)
    for resource in resources:
        if resource.problem is not None:
            _unread(report, resource)
            continue
        fields.check(report, resource)
        for word in KINDS[resource.kind].rules:
            _rule(word)(report, resource)
    for whole in (identities.check, together.check, mentioned.check, unused.check):
        whole(report)
    order = {resource.path: number for number, resource in enumerate(resources)}
    return sorted(report.findings, key=lambda finding: (_RANKS[finding.severity], order[finding.path]))


def _unread(report: Report, resource: Resource) -> None:
    assert resource.problem is not None
    line = resource.problem.line
    where = f" in line {line}" if line else ""
    report.add(resource, "parse", f"{resource.problem.message.strip()} Correct the file{where}.", line=line)


def _rule(word: str) -> Callable[[Report, Resource], None]:
    name, _, argument = word.partition(":")
    if argument:
        return lambda report, resource: rules.WITH_FIELD[name](report, resource, argument)
    return rules.RULES[name]
