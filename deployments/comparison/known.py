"""A resource together with what it means, worked out once however often it is asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property

from deployments.comparison.flows import folder_of
from deployments.comparison.order import settled
from deployments.comparison.values import key_of
from deployments.resources.kinds import KINDS, Kind
from deployments.resources.normal import normal
from deployments.resources.resource import Resource, Value


class Known:
    """`read` gives the resource itself, when somebody looks into it."""

    def __init__(self, kind: str, path: str, file: str | None, name: str, read: Callable[[], Resource]) -> None:
        self.kind: Kind = KINDS[kind]
        self.name, self.path, self.file = name, path, file
        self._read = read

    @classmethod
    def of(cls, resource: Resource) -> Known:
        return cls(resource.kind, resource.path, resource.file, resource.name, lambda: resource)

    @cached_property
    def resource(self) -> Resource:
        return self._read()

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """The fields as they are compared. No value is the same as no field."""
        return {name: value for name, value in normal(self.resource).items() if value is not None}

    @cached_property
    def shown(self) -> Mapping[str, Value]:
        """The fields of the card: those compared, and those shown for context only."""
        context = {field.name for field in self.kind.fields if not field.compared}
        if not context:
            return self.values
        return {**self.values, **{name: value for name, value in self.resource.fields.items() if name in context}}

    @cached_property
    def meaning(self) -> Mapping[str, Value]:
        """What is equal when nothing that counts differs: the fields, without orders that mean nothing."""
        return settled(self.values, self.kind)

    @cached_property
    def flow(self) -> str | None:
        """The folder of the flow it belongs to."""
        return folder_of(self.kind, self.path)

    @property
    def is_ordered(self) -> bool:
        """Whether it lives by its place among others and has no name."""
        return self.kind.ordered and not self.kind.identity

    @cached_property
    def identity(self) -> Hashable:
        """What it is known by: its address, or for what has no name, what it applies to."""
        if self.is_ordered:
            applies = [field.name for field in self.kind.fields if field.required or field.name == "language_code"]
            return self.kind.key, *(key_of(self.values.get(name)) for name in applies)
        return self.path
