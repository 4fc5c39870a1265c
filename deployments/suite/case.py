"""A test case as its file says it. What is of another type than declared is as if it were absent; the checks say so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast, get_args

from pydantic import JsonValue, TypeAdapter

from deployments.resources.kinds import kinds_for
from deployments.resources.kinds.tests import CaseSeverity, Check, ValueType
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource, Value
from deployments.runtime.playbook.fields import as_text, rows, section, text, texts
from deployments.runtime.turns import Channel

# Where the files of cases are.
FOLDER = "test_suite/"
# Repeated without end.
EVER = -1


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One row. `turn`: 1 is the first answer to something said, 0 the greeting; absent, it is any turn for what must
    be said, the end of the conversation for a place, every turn for the rest.

    `name` is a state variable; `value` is text, of a state variable JSON; `seconds` belongs to `faster than`.
    """

    check: Check
    turn: int | None = None
    name: str = ""
    value: str = ""
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Argument:
    """What an argument must be, read as `type` says."""

    name: str
    value: JsonValue
    type: ValueType = "string"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A function that must be called with these arguments among others; not `asserted`: that must not be."""

    name: str
    arguments: Sequence[Argument] = ()
    asserted: bool = True


@dataclass(frozen=True, kw_only=True)
class Mock:
    """An answer of an integration, given `repeat` times (`EVER`: without end)."""

    status: int
    body: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1


@dataclass(frozen=True, kw_only=True)
class Case:
    """`path` is its file, `digest` the SHA-256 of that file's bytes. `severity` is normal where nothing is said.

    `turns` are what the caller says one after another (`""` is a silence); without any the caller is played after the
    `scenario`. `function_results`: {function: what it returns instead of running}. `api_mocks`: {integration:
    {operation: answers in their order}}. `simulated_at` is a moment in UTC where the clock stands still.
    """

    path: str
    name: str
    digest: str
    scenario: str = ""
    channel: Channel = "voice"
    language: str | None = None
    variant: str | None = None
    caller_number: str | None = None
    simulated_at: datetime | None = None
    tags: Sequence[str] = ()
    severity: CaseSeverity = "normal"
    sip_headers: Mapping[str, str] = field(default_factory=dict)
    integration_attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    api_mocks: Mapping[str, Mapping[str, Sequence[Mock]]] = field(default_factory=dict)
    function_results: Mapping[str, JsonValue] = field(default_factory=dict)
    turns: Sequence[str] = ()
    expectations: Sequence[Expectation] = ()
    calls: Sequence[Call] = ()
    # Statements that only a model can judge.
    assertions: Sequence[str] = ()


def cases_in(files: Mapping[str, bytes]) -> list[Case]:
    """The cases among a version's files, {path: content}, in the order of their names.

    A file that cannot be read as a test is left out, as an agent that holds one cannot be published.
    """
    found = [
        case_of(resource, content)
        for path, content in files.items()
        if is_case(path)
        for resource in read_file(path, content)
        if resource.kind == "test_case"
    ]
    return sorted(found, key=lambda case: (case.name.casefold(), case.path))


def is_case(path: str) -> bool:
    """Whether the file of this path is a test case."""
    return any(kind.key == "test_case" for kind in kinds_for(path))


def as_snapshot(case: Case) -> dict[str, Any]:
    """For a JSON column: what a result keeps of its case, the name first."""
    written: dict[str, Any] = _CASE.dump_python(case, mode="json")
    return {"name": written.pop("name"), **written}


def from_snapshot(written: object) -> Case:
    """What `as_snapshot` wrote. Raises pydantic's ValidationError where it is something else."""
    return _CASE.validate_python(written)


_CASE = TypeAdapter(Case)


def case_of(resource: Resource, content: bytes) -> Case:
    """The case of a test's resource; `content` is its file."""
    ours = section(resource.fields.get("slipway"))
    severity = as_text(ours.get("severity"))
    return Case(
        path=resource.path,
        name=resource.name,
        digest=hashlib.sha256(content).hexdigest(),
        scenario=text(resource, "scenario").strip(),
        channel="webchat" if text(resource, "channel") == "webchat" else "voice",
        language=text(resource, "language").strip() or None,
        variant=text(resource, "variant").strip() or None,
        caller_number=text(resource, "caller_number").strip() or None,
        simulated_at=_moment(text(resource, "simulated_at").strip()),
        tags=texts(resource.fields.get("tags")),
        severity=cast(CaseSeverity, severity) if severity in get_args(CaseSeverity) else "normal",
        sip_headers={name: str(value) for name, value in section(resource.fields.get("sip_headers")).items()},
        integration_attributes=dict(section(resource.fields.get("integration_attributes"))),
        api_mocks=_mocks(resource.fields.get("api_mocks")),
        function_results={
            name: row.get("returns")
            for row in rows(ours.get("function_results"))
            if (name := as_text(row.get("name")).strip())
        },
        turns=_lines(ours.get("turns")),
        expectations=tuple(made for row in rows(ours.get("expectations")) if (made := _expectation(row)) is not None),
        calls=tuple(
            call for row in rows(resource.fields.get("function_call_assertions")) if (call := _call(row)) is not None
        ),
        assertions=texts(resource.fields.get("prompt_assertions")),
    )


def _lines(value: Value) -> tuple[str, ...]:
    """Nothing after a dash is a silence too."""
    if not isinstance(value, list):
        return ()
    return tuple("" if one is None else str(one).strip() for one in value if not isinstance(one, list | dict))


def _moment(written: str) -> datetime | None:
    """Without a zone it is UTC."""
    try:
        read = datetime.fromisoformat(written)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _expectation(row: Mapping[str, Value]) -> Expectation | None:
    check, turn, seconds = as_text(row.get("check")), row.get("turn"), row.get("seconds")
    if check not in get_args(Check):
        return None
    return Expectation(
        check=cast(Check, check),
        turn=turn if isinstance(turn, int) and not isinstance(turn, bool) else None,
        name=as_text(row.get("name")).strip(),
        value=as_text(row.get("value")).strip(),
        seconds=float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None,
    )


def _call(row: Mapping[str, Value]) -> Call | None:
    name = as_text(row.get("name")).strip()
    if not name:
        return None
    arguments = [
        Argument(
            name=as_text(one.get("parameter_name")).strip(),
            value=one.get("expected_value"),
            type=cast(ValueType, kind) if (kind := one.get("value_type")) in get_args(ValueType) else "string",
        )
        for one in rows(row.get("arguments"))
    ]
    return Call(name=name, arguments=tuple(arguments), asserted=row.get("is_asserted") is not False)


def _mocks(value: Value) -> dict[str, dict[str, tuple[Mock, ...]]]:
    return {
        integration: {operation: tuple(_mock(row) for row in rows(answers)) for operation, answers in told.items()}
        for integration, told in section(value).items()
        if isinstance(told, dict)
    }


def _mock(row: Mapping[str, Value]) -> Mock:
    respond, repeat = section(row.get("respond")), row.get("repeat")
    status = respond.get("status")
    return Mock(
        status=status if isinstance(status, int) else 200,
        body=respond.get("body"),
        headers={name: str(one) for name, one in section(respond.get("headers")).items()},
        repeat=repeat if isinstance(repeat, int) and not isinstance(repeat, bool) else 1,
    )
