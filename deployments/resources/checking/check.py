"""Every check over a whole agent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from deployments.resources.checking import fields, identities, mentioned, rules, together, unused
from deployments.resources.checking.facts import Facts, Trees, of_agent, remembered
from deployments.resources.checking.finding import Finding, Report, Surroundings
from deployments.resources.checking.whole import Whole
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource

_RANKS = {"error": 0, "warning": 1, "note": 2}


def check(resources: Sequence[Resource]) -> list[Finding]:
    """Everything to say about an agent, errors first, then in the order of the resources."""
    trees: Trees = {}
    return _check([Facts(resource, trees) for resource in resources], trees)


def check_files(files: Mapping[str, str], load: Callable[[Collection[str]], Mapping[str, bytes]]) -> list[Finding]:
    """The same about the agent of these files, {path: key of the content}; a key never stands for another content.

    `load` gives the bytes of keys. It is asked for those alone that were not looked at of late.
    """
    trees: Trees = {}
    return _check(of_agent(remembered.of(files, load, trees), trees), trees)


def _check(facts: Sequence[Facts], trees: Trees) -> list[Finding]:
    report = Whole(facts, trees)
    for each in facts:
        for finding in _own(each, report.around, trees):
            report.take(each.resource, finding)
    for whole in (identities.check, together.check, mentioned.check, unused.check):
        whole(report)
    order = {resource.path: number for number, resource in enumerate(report.resources)}
    return sorted(report.findings, key=lambda finding: (_RANKS[finding.severity], order[finding.path]))


def _own(facts: Facts, around: Surroundings, trees: Trees) -> tuple[Finding, ...]:
    """What is wrong with a resource for itself, in an agent of such surroundings."""
    if facts.own is None or facts.own[0] != around:
        report = Report(around, trees)
        if facts.resource.problem is not None:
            _unread(report, facts.resource)
        else:
            fields.check(report, facts.resource)
            for word in KINDS[facts.resource.kind].rules:
                _rule(word)(report, facts.resource)
            identities.check_file_name(report, facts.resource)
        facts.own = around, tuple(report.findings)
    return facts.own[1]


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
