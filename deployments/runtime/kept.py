"""Values as functions leave them: what JSON cannot say is marked, and read here without the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import JsonValue

_PLAIN = frozenset({"$tuple", "$set", "$frozenset", "$deque", "$datetime", "$date", "$time", "$decimal"})


def readable(value: JsonValue) -> JsonValue:
    """The value as prose and readers take it: dates as ISO, objects by their fields, members by their name."""
    if isinstance(value, list):
        return [readable(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((mark, inner),) = value.items()
        match mark, inner:
            case "$object", [_, _, fields]:
                return readable(fields)
            case "$member", [_, _, name]:
                return name
            case "$timedelta", [int() as days, int() as seconds, int() as microseconds]:
                return str(timedelta(days, seconds, microseconds))
            case "$bounded", [_, items]:
                return readable(items)
            case "$defaultdict", [_, pairs]:
                return readable({"$pairs": pairs})
            case "$pairs" | "$counter", [*pairs]:
                return {_key(pair[0]): readable(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}
            case _ if mark in _PLAIN:
                return readable(inner)
    return {key: readable(one) for key, one in value.items()}


def readable_state(state: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: readable(value) for name, value in state.items()}


class ReadableState(Mapping[str, JsonValue]):
    """The same as `readable_state`, of which only what is asked for is made."""

    def __init__(self, state: Mapping[str, JsonValue]) -> None:
        self.state = state

    def __getitem__(self, name: str) -> JsonValue:
        return readable(self.state[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.state)

    def __len__(self) -> int:
        return len(self.state)


def _key(value: JsonValue) -> str:
    return value if isinstance(value, str) else str(readable(value))
