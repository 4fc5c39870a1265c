"""What one resource says by itself to the checks of a whole agent: found out once a content, and remembered."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from deployments.keeping import Kept
from deployments.resources.checking.finding import Finding, Surroundings, tree_of
from deployments.resources.checking.ties import ties_of
from deployments.resources.kinds import KINDS
from deployments.resources.kinds.prefixes import DEFAULT_STEP, DEFAULT_STEP_DOUBTED
from deployments.resources.reading import place_of, read_file, variable, variables_of
from deployments.resources.references import Mention, mentions, names_of
from deployments.resources.resource import Resource
from deployments.resources.spots import spots

Trees: TypeAlias = dict[str, ast.Module | None]
# Of a field: the prefixes that may stand in it, and those of them that are doubted.
Allowance: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]

_WORD = re.compile(r"\w+")
# The bytes of the files whose facts are remembered; the facts are a few times heavier.
REMEMBERED = 48_000_000


class Facts:
    """Of one resource. `own`: what it was found to have wrong by itself, and in which surroundings."""

    __slots__ = ("allowed", "called", "code", "mentions", "own", "place", "resource", "ties", "words")

    def __init__(self, resource: Resource, trees: Trees) -> None:
        self.resource = resource
        self.place = place_of(resource)
        self.mentions: tuple[Mention, ...] = tuple(mentions([resource], lambda each: tree_of(each, trees)))
        self.called = names_of(resource)
        self.ties = tuple(ties_of(resource))
        self.allowed = _allowed(resource)
        code = resource.fields.get("code") if KINDS[resource.kind].form == "python" else None
        self.code = code if isinstance(code, str) else None
        self.words = frozenset(_WORD.findall(self.code)) if self.code is not None else frozenset[str]()
        self.own: tuple[Surroundings, tuple[Finding, ...]] | None = None


def _allowed(resource: Resource) -> Mapping[str, Allowance]:
    if resource.problem is not None:
        return {}
    is_plain_step = (
        "default_step_references" in KINDS[resource.kind].rules and resource.fields.get("step_type") == "default_step"
    )
    return {
        spot.name: (DEFAULT_STEP, DEFAULT_STEP_DOUBTED)
        if is_plain_step
        else (spot.field.references, spot.field.doubted_references)
        for spot in spots(resource)
        if spot.field.references is not None
    }


@dataclass(frozen=True, slots=True)
class FileFacts:
    facts: tuple[Facts, ...]
    variables: frozenset[str]
    size: int


def file_facts(path: str, content: bytes, trees: Trees) -> FileFacts:
    found = read_file(path, content)
    return FileFacts(
        tuple(Facts(each, trees) for each in found), variables_of([each.kind for each in found], content), len(content)
    )


def of_agent(files: Mapping[str, FileFacts], trees: Trees) -> list[Facts]:
    """The facts of every resource of an agent, its variables among them, in the order of `read_all`."""
    facts: list[Facts] = []
    used: dict[str, list[str]] = {}
    for path in sorted(files):
        facts += files[path].facts
        for name in files[path].variables:
            used.setdefault(name, []).append(path)
    facts += [Facts(variable(name, used_in=paths), trees) for name, paths in used.items()]
    return sorted(facts, key=lambda each: each.place)


_facts: Kept[FileFacts] = Kept(most=100_000, weight=REMEMBERED)


def facts_of_files(
    files: Mapping[str, str], load: Callable[[Collection[str]], Mapping[str, bytes]], trees: Trees
) -> dict[str, FileFacts]:
    """Of these files, {path: key of the content}. `load` gives the bytes of the keys that are not remembered."""

    def read(missing: Collection[tuple[str, str]]) -> dict[tuple[str, str], FileFacts]:
        contents = load({key for _, key in missing})
        return {(path, key): file_facts(path, contents[key], trees) for path, key in missing}

    found = _facts.several(files.items(), read, lambda facts: facts.size)
    return {path: facts for (path, _), facts in found.items()}
