"""One thing that is wrong, and the report it is written into."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from deployments.resources.kinds import KINDS, kinds_for
from deployments.resources.python_source import parsed
from deployments.resources.references import Directory, Mention, mentions
from deployments.resources.resource import Resource

Severity: TypeAlias = Literal["error", "warning", "note"]


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


@dataclass
class Report:
    """The agent being checked, and what was found so far."""

    resources: Sequence[Resource]
    findings: dict[Finding, None] = field(default_factory=dict)
    count: Counter[Severity] = field(default_factory=Counter)
    _trees: dict[str, ast.Module | None] = field(default_factory=dict)

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
        if self.count[severity] == MOST_OF_A_SEVERITY:
            return
        finding = Finding(resource.path, at, line, code, severity, f"{title(resource)}: {message}")
        # The same reference twice in one line is one thing to mend.
        if finding in self.findings:
            return
        self.count[severity] += 1
        if self.count[severity] == MOST_OF_A_SEVERITY:
            rest = f"{MOST_OF_A_SEVERITY:,} {severity}s were found and the rest are not listed. Begin with these."
            finding = replace(finding, message=f"{title(resource)}: {rest}")
        self.findings[finding] = None

    @cached_property
    def by_kind(self) -> dict[str, list[Resource]]:
        grouped: dict[str, list[Resource]] = {key: [] for key in KINDS}
        for resource in self.resources:
            grouped[resource.kind].append(resource)
        return grouped

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.resources)

    @cached_property
    def mentions(self) -> list[Mention]:
        return list(mentions(self.resources, self.tree))

    @cached_property
    def unread(self) -> frozenset[str]:
        """Kinds of which some may exist unseen, because their file could not be read."""
        unread = {
            kind.key
            for resource in self.resources
            if resource.problem is not None
            for kind in kinds_for(resource.file or "")
        }
        # Variables are made by functions.
        return frozenset(unread | ({"variable"} if any(KINDS[key].form == "python" for key in unread) else set()))

    @cached_property
    def variants(self) -> list[str]:
        return [resource.name for resource in self.by_kind["variant"]]

    @cached_property
    def languages(self) -> tuple[str | None, tuple[str, ...]]:
        """The default language, and all that are configured."""
        if self.unread & {"language_default", "language_extra"}:
            return None, ()
        codes = {
            key: [code for each in self.by_kind[key] if isinstance(code := each.fields.get("code"), str)]
            for key in ("language_default", "language_extra")
        }
        default = codes["language_default"][0] if codes["language_default"] else None
        return default, (*codes["language_default"], *codes["language_extra"])

    def tree(self, resource: Resource) -> ast.Module | None:
        if resource.path not in self._trees:
            code = resource.fields.get("code")
            self._trees[resource.path] = parsed(code) if isinstance(code, str) else None
        return self._trees[resource.path]


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


def kind_in_words(key: str) -> str:
    """A kind within a sentence: "topic", but "SMS template"."""
    label = KINDS[key].label
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def listed(words: Sequence[str], last: str = "or") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
