"""The registry: every kind of resource, declared once. Imports nothing but the shapes of values.

A new kind is one entry in the module of its group. What a file is follows from its path alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from deployments.resources.kinds import (
    agent,
    channels,
    files,
    flows,
    functions,
    integrations,
    knowledge,
    lists,
    safety,
    speech,
    tests,
)
from deployments.resources.kinds.kind import Field, FieldType, Form, Kind

_MODULES = (functions, flows, knowledge, agent, lists, integrations, channels, speech, safety, tests, files)

KINDS: Mapping[str, Kind] = {kind.key: kind for module in _MODULES for kind in module.KINDS}

# In the order of the left tree of a comparison.
GROUPS: tuple[str, ...] = (
    "Functions",
    "Variables",
    "Flows",
    "Knowledge",
    "Agent",
    "SMS",
    "Handoffs",
    "Variants",
    "Entities",
    "Integrations",
    "Voice",
    "Chat",
    "Speech recognition",
    "Response control",
    "Safety",
    "Translations",
    "Tests",
    "Documents",
    "Advanced",
    "Other files",
)


@lru_cache(maxsize=8192)
def kinds_for(path: str) -> tuple[Kind, ...]:
    """The kinds that live in the file at this path: several for a shared file, none for a file nobody claims."""
    fixed = _FIXED.get(path)
    if fixed:
        return fixed
    # A package marker is nobody's function.
    if path.endswith("/__init__.py"):
        return ()
    for kind in _PATTERNED:
        if any(pattern.match(path) for pattern in kind.patterns):
            return (kind,)
    return ()


def kind_for(path: str) -> Kind:
    """The kind of the file at this path, the first one for a shared file."""
    kinds = kinds_for(path)
    return kinds[0] if kinds else KINDS["text_file"]


def _fixed() -> Mapping[str, tuple[Kind, ...]]:
    fixed: dict[str, tuple[Kind, ...]] = {}
    for kind in KINDS.values():
        for path in kind.paths:
            if "*" not in path:
                fixed[path] = (*fixed.get(path, ()), kind)
    return fixed


_FIXED = _fixed()
_PATTERNED = tuple(kind for kind in KINDS.values() if any("*" in path for path in kind.paths))

__all__ = ["GROUPS", "KINDS", "Field", "FieldType", "Form", "Kind", "kind_for", "kinds_for"]
