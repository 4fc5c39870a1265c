"""What the checks found in an agent, kept apart by what it depends on.

What is wrong with a resource for itself and what it names depend on it and on what the others are called; all else
depends on what each resource shows of itself: its outline.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from deployments.resources.checking import fields, identities, mentioned, rules, together, unused
from deployments.resources.checking.facts import Facts, Trees
from deployments.resources.checking.finding import MOST_OF_A_SEVERITY, Finding, Report, Surroundings
from deployments.resources.checking.whole import Whole
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource

Found: TypeAlias = tuple[Resource, Finding]

_RANKS = {"error": 0, "warning": 1, "note": 2}
# Findings kept of what resources name: an agent with more of them is checked whole each time.
MOST_KEPT = 2 * MOST_OF_A_SEVERITY


class Parts:
    """`facts`: of every resource, in order. `is_lasting`: whether it may be asked again with other facts in places."""

    def __init__(self, facts: Sequence[Facts], trees: Trees) -> None:
        self.facts = facts
        self.whole = Whole(facts, trees)
        self.own = {place: own for place, each in enumerate(facts) if (own := _own(each, self.whole.around, trees))}
        self.before = self._of((identities.check, together.check))
        self.is_lasting = True
        self.named: dict[int, Sequence[Found]] = {}
        kept = 0
        for place, each in enumerate(facts):
            if named := self._named(each):
                kept += len(named)
                self.named[place] = named
            if kept > MOST_KEPT * len(_RANKS):
                self.is_lasting = False
                break
        self.behind = self._of((unused.check,))
        # Names that the rule about the unused looks for in code.
        self.sought = unused.names(self.whole)

    def findings(self, changed: Mapping[int, Facts], trees: Trees) -> list[Finding]:
        """Everything to say, with other facts in some places; the outlines of those are what they were."""
        own, named = dict(self.own), dict(self.named)
        for place, facts in changed.items():
            own[place] = _own(facts, self.whole.around, trees)
            named[place] = self._named(facts)
        report = Report(self.whole.around, trees)
        for place in sorted(own):
            resource = changed[place].resource if place in changed else self.facts[place].resource
            for finding in own[place]:
                report.take(resource, finding)
        for resource, finding in chain(self.before, *(named[place] for place in sorted(named)), self.behind):
            report.take(resource, finding)
        order = self.whole.order
        return sorted(report.findings, key=lambda finding: (_RANKS[finding.severity], order[finding.path]))

    def _named(self, facts: Facts) -> Sequence[Found]:
        self.whole.begin()
        mentioned.check_one(self.whole, facts)
        return self.whole.taken()

    def _of(self, checks: Iterable[Callable[[Whole], None]]) -> Sequence[Found]:
        self.whole.begin()
        for each in checks:
            each(self.whole)
        return self.whole.taken()


def is_alike(old: Facts, new: Facts, sought: Collection[str]) -> bool:
    """Whether nothing is said otherwise of the other resources when one takes the place of the other."""
    return _outline(old) == _outline(new) and unused.seen(old, sought) == unused.seen(new, sought)


def _outline(facts: Facts) -> tuple[object, ...]:
    resource = facts.resource
    asked = [resource.fields.get(name) for name in ("name", "is_default")]
    if facts.code is None:
        asked.append(resource.fields.get("code"))
    return (
        *(resource.kind, resource.path, resource.file, resource.name, resource.problem is None),
        *(facts.place, facts.called, repr(asked)),
        frozenset((each.manner, each.prefix, each.targets) for each in facts.mentions),
    )


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
