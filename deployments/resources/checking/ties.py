"""By what a resource would be taken for another one: no two of an agent share any of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from deployments.resources.kinds import KINDS
from deployments.resources.names import clean
from deployments.resources.reading import flow_folder
from deployments.resources.references import plain
from deployments.resources.resource import Resource
from deployments.resources.shared_files import identity_of

# The rule it is, among which resources, and the name.
Tie: TypeAlias = tuple[str, str, str]


def ties_of(resource: Resource) -> Iterator[tuple[Tie, str]]:
    """Each with the field that it is told at."""
    kind = KINDS[resource.kind]
    if kind.identity and kind.form != "derived":
        is_any_case = "unique_ignoring_case" in kind.rules
        key = plain(resource.name).casefold() if is_any_case else plain(identity_of(kind, resource.name))
        if key:
            yield ("identity", kind.key, key), kind.identity
    if "unique_topic_name" in kind.rules:
        # Topics and child topics have names of their own together. A path is a name too, so only names that are
        # written are cleaned.
        written = resource.fields.get("name")
        name = clean(written, lower=True) if isinstance(written, str) else resource.name
        yield ("topic", "", plain(name)), "name"
    elif kind.file_name_from:
        scope = flow_folder(resource.path) if kind.inside else ""
        yield (kind.key, scope, plain(clean(resource.name, lower=True))), kind.file_name_from
