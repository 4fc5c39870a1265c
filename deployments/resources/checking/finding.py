"""One thing that is wrong, and the report it is written into."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deployments.resources.kinds import KINDS, kind_for, kinds_for
from deployments.resources.kinds.kind import Severity
from deployments.resources.python_parsing import function_name, parsed
from deployments.resources.resource import Resource

# Nobody reads more, and a hostile file could be wrong in millions of ways.
MOST_OF_A_SEVERITY = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    # The resource's address.
    path: str
    # `conditions.2.child_step`; empty when it is the whole resource.
    field: str
    # Counted in the text of the field, or in the file when there is no field.
    line: int | None
    code: str
    severity: Severity
    # `Topic "Luggage limits": what is wrong. What to do.`
    message: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a check of one resource asks about the others: while it is the same, so are its findings."""

    # Kinds of which some may exist unseen, because their file could not be read.
    unread: frozenset[str]
    variants: tuple[str, ...]
    # The code of the default language, where it is known, and those of all that are configured.
    language: str | None
    languages: tuple[str, ...]
    default_languages: tuple[str, ...]


@dataclass
class Report:
    """What was found so far, and what there is to know of the agent beside the resource that is looked at."""

    around: Surroundings
    # Syntax trees are large: they live no longer than one check of an agent.
    trees: dict[str, ast.Module | None]
    findings: dict[Finding, None] = field(default_factory=dict)
    count: Counter[Severity] = field(default_factory=Counter)

    def add(
        self,
        resource: Resource,
        code: str,
        message: str,
        *,
        at: str = "",
        line: int | None = None,
        severity: Severity = "error",
    ) -> None:
        self.take(resource, Finding(resource.path, at, line, code, severity, f"{title(resource)}: {message}"))

    def take(self, resource: Resource, finding: Finding) -> None:
        severity = finding.severity
        # The same reference twice in one line is one thing to mend.
        if self.count[severity] == MOST_OF_A_SEVERITY or finding in self.findings:
            return
        self.count[severity] += 1
        if self.count[severity] == MOST_OF_A_SEVERITY:
            rest = f"{MOST_OF_A_SEVERITY:,} {severity}s were found and the rest are not listed. Begin with these."
            finding = replace(finding, message=f"{title(resource)}: {rest}")
        self.findings[finding] = None

    def tree(self, resource: Resource) -> ast.Module | None:
        return tree_of(resource, self.trees)


def tree_of(resource: Resource, trees: dict[str, ast.Module | None]) -> ast.Module | None:
    if resource.path not in trees:
        code = resource.fields.get("code")
        trees[resource.path] = parsed(code) if isinstance(code, str) else None
    return trees[resource.path]


_SHARED_LABELS = {"voice_greeting", "voice_style", "chat_greeting", "chat_style"}


def title(resource: Resource) -> str:
    """How a message names the resource."""
    kinds = kinds_for(resource.file or "") if resource.problem is not None else ()
    if len(kinds) == 1 and resource.problem is not None:
        return f'{kinds[0].label} "{resource.file}"'
    kind = KINDS[resource.kind]
    if kind.key in _SHARED_LABELS:
        return f"{kind.label} ({kind.group.lower()})"
    if resource.name == kind.label:
        return kind.label
    return f'{kind.label} "{resource.name}"'


def title_of(path: str) -> str:
    """How a message names the file of one resource that is not at hand."""
    kind = kind_for(path)
    name = path if kind.key == "text_file" else function_name(path)
    return title(Resource(kind.key, path, path, kind.label if "*" not in kind.paths[0] else name))


def listed(words: Sequence[str], last: str = "or") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
