"""What is kept of a case that was held: the conversation, and what each expectation says of it.

Plain data that survives JSON: `as_json` writes it, `read` reads it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pydantic import JsonValue, TypeAdapter

from deployments.runtime.turns import Turn

# incomplete: nothing failed, but something was not judged, or nothing was asserted. It counts as passed nowhere.
Status: TypeAlias = Literal["passed", "failed", "error", "incomplete", "timed_out"]
Judged: TypeAlias = Literal["passed", "failed", "not judged"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`told` is what was expected, such as 'says "9 o'clock"'; `reason` why it is so, a sentence.

    `kind`: a row of the expectations, a function call, or a statement judged by a model (`told` is the statement).
    `turn` is where it was decided: the place in `Result.turns`, None for the whole. `name` and `arguments` are those
    of an expected call.
    """

    kind: Literal["expectation", "call", "assertion"]
    told: str
    status: Judged
    reason: str = ""
    turn: int | None = None
    name: str = ""
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """`reason` says in one sentence why it did not pass. `turns` begin with the greeting; the end function's turn is
    not among them. `seconds` are the wall's, `engine` is who answered. `notes` are for the reader: what was mocked,
    what stayed unused, who played the caller.
    """

    status: Status
    reason: str = ""
    verdicts: Sequence[Verdict] = ()
    turns: Sequence[Turn] = ()
    seconds: float = 0.0
    engine: str = ""
    notes: Sequence[str] = ()


def as_json(result: Result) -> dict[str, Any]:
    """For a JSON column."""
    written: dict[str, Any] = _RESULT.dump_python(result, mode="json")
    return written


def read(written: object) -> Result:
    """What `as_json` wrote. Raises pydantic's ValidationError where it is something else."""
    return _RESULT.validate_python(written)


_RESULT = TypeAdapter(Result)
