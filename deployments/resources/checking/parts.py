"""What the checks found in an agent, kept apart by what it depends on.

What is wrong with a resource for itself and what it names depend on it and on what the others are called; all else
depends on what each resource shows of itself: its outline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from deployments.resources.checking import fields, identities, mentioned, rules, together, unused
from deployments.resources.checking.changing import Change
from deployments.resources.checking.facts import Facts, Trees
from deployments.resources.checking.finding import MOST_OF_A_SEVERITY, Finding, Report, Surroundings
from deployments.resources.checking.named import Amended, Key, Named, keyed, names_of
from deployments.resources.checking.whole import SURROUNDING, Taking, Whole
from deployments.resources.kinds import KINDS
from deployments.resources.references import Directory, Mention, Sought, sought
from deployments.resources.resource import Resource

Found: TypeAlias = tuple[Resource, Finding]

_RANKS = {"error": 0, "warning": 1, "note": 2}
# Findings kept of what resources name: an agent with more is checked whole each time. As many of what nothing names.
MOST_KEPT = 2 * MOST_OF_A_SEVERITY


class Parts:
    """`facts`: of every resource, in order. `is_lasting`: whether it may be asked again about a change of them."""

    def __init__(self, facts: Sequence[Facts], trees: Trees) -> None:
        self.facts = dict(keyed(facts))
        self.keys = {id(each.resource): key for key, each in self.facts.items()}
        self.order = {each.resource.path: key for key, each in self.facts.items()}
        self.whole = Whole(facts, trees)
        self.own = {key: own for key, each in self.facts.items() if (own := _own(each, self.whole.around, trees))}
        self.before = self._of((identities.check, together.check))
        self.is_lasting = True
        self.mentions: dict[Key, Sequence[Found]] = {}
        kept = 0
        for key, each in self.facts.items():
            if found := _mentions(self.whole, self.whole.directory, each):
                kept += len(found)
                self.mentions[key] = found
            if kept > MOST_KEPT * len(_RANKS):
                self.is_lasting = False
                break
        self.behind = {self.keys[id(resource)]: (resource, finding) for resource, finding in self._of((unused.check,))}

    def findings(self, trees: Trees) -> list[Finding]:
        """Everything to say."""
        return self._said(Report(self.whole.around, trees), self.own, self.mentions, self.behind, {}, {})

    def again(self, change: Change, trees: Trees) -> list[Finding] | None:
        """The same of the changed agent; None where what changed says more of others than that they are called so."""
        if not self._is_apart(change):
            return None
        directory = self.amended(change)
        report = Taking(self.whole.around, trees)
        gone = {self.keys[id(each.resource)] for each in change.gone}
        own = {key: found for key, found in self.own.items() if key not in gone}
        mentions = {key: found for key, found in self.mentions.items() if key not in gone}
        behind = {key: found for key, found in self.behind.items() if key not in gone}
        for key, each in change.new.items():
            own[key] = _own(each, self.whole.around, trees)
        moved = self._moved(change, directory)
        for each in self._seeing(change, directory, moved):
            mentions[directory.key(each)] = _mentions(report, directory, each)
        code = [each for each in chain(directory.staying(self._code), change.new.values()) if each.code is not None]
        for key, each in self._sought_anew(change, directory, moved).items():
            behind.pop(key, None)
            report.begin()
            unused.check_one(report, directory, each, code)
            if found := report.taken():
                behind[key] = found[0]
        # Of very many the first were kept, which are enough while as many as are listed are still among them.
        if len(self.behind) >= MOST_KEPT and len(self.behind.keys() & behind.keys()) < MOST_OF_A_SEVERITY:
            return None
        order = {each.resource.path: key for key, each in change.new.items()}
        return self._said(Report(self.whole.around, trees), own, mentions, behind, change.new, order)

    def amended(self, change: Change) -> Amended:
        return Amended(self.whole.directory, self._named, change.gone, change.new)

    @cached_property
    def _named(self) -> Named:
        return Named(self.facts)

    @cached_property
    def _ties(self) -> Counter[object]:
        return Counter(tie for each in self.facts.values() for tie, _ in each.ties)

    @cached_property
    def _code(self) -> Sequence[Facts]:
        return [each for each in self.facts.values() if each.code is not None]

    @cached_property
    def _words_sought(self) -> frozenset[str]:
        """Names that the rule about the unused looks for in code."""
        return unused.names(self.whole)

    def _is_apart(self, change: Change) -> bool:
        """Whether all that came and went is one of many that have nothing in common but their names."""
        ties, kinds = Counter[object](), Counter[str]()
        for each, more in chain(((each, -1) for each in change.left), ((each, 1) for each in change.came)):
            kind = KINDS[each.resource.kind]
            if each.resource.problem is not None or kind.key in SURROUNDING or together.RULES & set(kind.rules):
                return False
            kinds[kind.key] += more
            for tie, _ in each.ties:
                ties[tie] += more
        for key, more in kinds.items():
            limit, before = KINDS[key].limit, len(self.whole.by_kind[key])
            if limit is not None and max(before, before + more) > limit:
                return False
        return all(max(self._ties[tie], self._ties[tie] + more) <= 1 for tie, more in ties.items())

    def _moved(self, change: Change, directory: Amended) -> list[Sought]:
        """The names by which something else is found than before, or nothing."""
        asked = dict.fromkeys(name for each in chain(change.left, change.came) for name in names_of(each))
        before = self.whole.directory
        return [name for name in asked if _as_called(before.first(name)) != _as_called(directory.first(name))]

    def _seeing(self, change: Change, directory: Amended, moved: Iterable[Sought]) -> Iterable[Facts]:
        """Of whom what they name is to be looked at again."""
        others = [each for name in moved for each in directory.mentioning(name)]
        importing = directory.importing if directory.has_other_files else ()
        return {id(each): each for each in chain(change.new.values(), others, importing)}.values()

    def _sought_anew(self, change: Change, directory: Amended, moved: Iterable[Sought]) -> dict[Key, Facts]:
        """Of which it may be otherwise now whether anything names them."""
        said = _said_otherwise(change.gone, change.new.values())
        said += [
            mention
            for name in moved
            for other in directory.mentioning(name)
            for mention in other.mentions
            if name in sought(mention)
        ]
        directories = (self.whole.directory, directory)
        meant = [resource for mention in said for each in directories if (resource := each.find(mention)) is not None]
        words = {name for _, name in self._seen(change.gone) ^ self._seen(change.new.values())}
        if words:
            meant += [each for kind in unused.KINDS_SOUGHT for each in self.whole.by_kind[kind] if each.name in words]
        keys = [key for resource in meant if (key := self.keys.get(id(resource))) is not None]
        concerned = chain(directory.staying(self.facts[key] for key in keys), change.new.values())
        return {directory.key(each): each for each in concerned if each.resource.kind in unused.KINDS_SOUGHT}

    def _seen(self, facts: Iterable[Facts]) -> set[tuple[str, str]]:
        return {(each.resource.path, name) for each in facts for name in unused.seen(each, self._words_sought)}

    def _said(
        self,
        report: Report,
        own: Mapping[Key, Sequence[Finding]],
        mentions: Mapping[Key, Sequence[Found]],
        behind: Mapping[Key, Found],
        new: Mapping[Key, Facts],
        order: Mapping[str, Key],
    ) -> list[Finding]:
        for key in sorted(own):
            for finding in own[key]:
                report.take((new.get(key) or self.facts[key]).resource, finding)
        last = (behind[key] for key in sorted(behind, key=lambda key: (_kind_of(behind[key][0]), key)))
        for resource, finding in chain(self.before, *(mentions[key] for key in sorted(mentions)), last):
            report.take(resource, finding)
        return sorted(
            report.findings,
            key=lambda finding: (_RANKS[finding.severity], order.get(finding.path) or self.order[finding.path]),
        )

    def _of(self, checks: Iterable[Callable[[Whole], None]]) -> Sequence[Found]:
        self.whole.begin()
        for each in checks:
            each(self.whole)
        return self.whole.taken()


def _mentions(report: Taking, directory: Directory, facts: Facts) -> Sequence[Found]:
    report.begin()
    mentioned.check_one(report, directory, facts)
    return report.taken()


def _kind_of(resource: Resource) -> int:
    return unused.KINDS_SOUGHT.index(resource.kind)


def _as_called(resource: Resource | None) -> tuple[str, str] | None:
    return (resource.path, resource.name) if resource else None


def _said_otherwise(gone: Iterable[Facts], new: Iterable[Facts]) -> list[Mention]:
    before, now = (
        {(each.resource.path, mention.manner, mention.targets): mention for each in facts for mention in each.mentions}
        for facts in (gone, new)
    )
    return [before.get(key) or now[key] for key in before.keys() ^ now.keys()]


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
