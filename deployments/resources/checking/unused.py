"""Functions, SMS templates and entities that nothing refers to. Only notes: code may find them by other ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from deployments.resources.checking.facts import Facts
from deployments.resources.checking.finding import Report
from deployments.resources.checking.named import Amended, names_of
from deployments.resources.checking.whole import Whole
from deployments.resources.kinds import KINDS
from deployments.resources.references import target_of
from deployments.resources.resource import Resource

_WORD = re.compile(r"\w+")
KINDS_SOUGHT = ("function", "flow_function", "sms_template", "entity")


def names(report: Whole) -> frozenset[str]:
    """The names that are sought in the code of an agent."""
    return frozenset(resource.name for key in KINDS_SOUGHT for resource in report.by_kind[key])


def seen(facts: Facts, sought: Collection[str]) -> frozenset[str]:
    """Which of these names stand in the code of a resource."""
    if facts.code is None:
        return frozenset()
    code = facts.code
    return (facts.words & frozenset(sought)) | {name for name in sought if not _WORD.fullmatch(name) and name in code}


def check(report: Whole) -> None:
    candidates = [resource for key in KINDS_SOUGHT for resource in report.by_kind[key]]
    if not candidates:
        return
    used = set()
    for mention in report.mentions:
        found = report.directory.find(mention)
        if found is not None and found is not mention.by:
            used.add(target_of(found))
    # In how many files each name stands, so that thousands of functions are not each sought in thousands of files.
    names = frozenset(resource.name for resource in candidates)
    words = {each.resource.path: each.words for each in report.facts if each.code is not None}
    count = Counter(name for each in words.values() for name in names & each)
    for resource in candidates:
        if _WORD.fullmatch(resource.name):
            is_in_code = count[resource.name] > (resource.name in words.get(resource.path, ()))
        else:
            is_in_code = any(resource.name in each.code for each in report.facts if each.code is not None)
        if target_of(resource) not in used and not is_in_code:
            say(report, resource)


def check_one(report: Report, directory: Amended, facts: Facts, code: Iterable[Facts]) -> None:
    """Of one of them. `code`: the facts of all code of the agent."""
    if not _is_mentioned(directory, facts) and not _is_in_code(facts.resource, code):
        say(report, facts.resource)


def _is_mentioned(directory: Amended, facts: Facts) -> bool:
    target = target_of(facts.resource)
    return any(
        (found := directory.find(mention)) is not None and found is not mention.by and target_of(found) == target
        for name in names_of(facts)
        for other in directory.mentioning(name)
        for mention in other.mentions
    )


def _is_in_code(resource: Resource, code: Iterable[Facts]) -> bool:
    name = resource.name
    if _WORD.fullmatch(name):
        return any(name in each.words for each in code if each.resource.path != resource.path)
    return any(name in each.code for each in code if each.code is not None)


def say(report: Report, resource: Resource) -> None:
    message = f"nothing refers to this {KINDS[resource.kind].in_words}. Refer to it or take it out."
    report.add(resource, "unused", message, severity="note")
