"""The world outside of a case: the answers its file gives, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from threading import Lock

from pydantic import JsonValue

from deployments.runtime.sandbox.running import Json
from deployments.suite.case import EVER, Mock

NOT_SENT, NONE_LEFT = 503, 500


class Mocked:
    """Nothing leaves this machine. `notes` tell what was asked for and had no answer. Called from threads."""

    def __init__(
        self, mocks: Mapping[str, Mapping[str, Sequence[Mock]]], real_time: Mapping[str, JsonValue] | None = None
    ) -> None:
        self.notes: list[str] = []
        self._real_time = real_time or {}
        self._lock = Lock()
        # Each with how often it may still be given.
        self._left = {
            (integration, operation): [[mock, mock.repeat] for mock in answers]
            for integration, operations in mocks.items()
            for operation, answers in operations.items()
        }

    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        with self._lock:
            left = self._left.get((integration, operation))
            if left is None:
                self._note(f"{integration}.{operation} has no mock: it was answered with {NOT_SENT}, and not sent.")
                return _answer(NOT_SENT, "not sent")
            mock = _next(left)
            if mock is None:
                self._note(f"{integration}.{operation} has no mock left: it was answered with {NONE_LEFT}.")
                return _answer(NONE_LEFT, "no mock left")
        return _answer(mock.status, _written(mock.body), mock.headers)

    def get_secret(self, name: str) -> str:
        """A test knows none. Raises KeyError."""
        raise KeyError(name)

    def real_time_config(self) -> Mapping[str, JsonValue]:
        return self._real_time

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _next(left: list[list[object]]) -> Mock | None:
    for entry in left:
        mock, times = entry
        assert isinstance(mock, Mock)
        assert isinstance(times, int)
        if times == EVER or times > 0:
            entry[1] = times if times == EVER else times - 1
            return mock
    return None


def _written(body: JsonValue) -> str:
    """Text as it is, everything else as JSON."""
    if body is None:
        return ""
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> dict[str, Json]:
    return {"status": status, "text": text, "headers": dict(headers or {}), "url": ""}
