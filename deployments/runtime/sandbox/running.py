"""One function of an agent, run in the sandbox: what it is given, what came of it, and what stopped it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Literal, Protocol, TypeAlias

from pydantic_monty import (
    Monty,
    MontyCrashedError,
    MontyRuntimeError,
    MontySyntaxError,
    OSPolicy,
    ResourceLimits,
)

from deployments.resources.resource import Value
from deployments.runtime.sandbox.lent import Sleep, lent, out_of_time
from deployments.runtime.sandbox.modules import name_of
from deployments.runtime.sandbox.program import Feed, Program

# Seconds of computing and in all, bytes of memory and of what is printed, and calls within calls.
COMPUTING = 3.0
IN_ALL = 10.0
MEMORY = 100 * 1024 * 1024
PRINTED = 1024 * 1024
DEPTH = 200
STATE = 1024 * 1024
GIVEN_BACK = 4 * 1024 * 1024
# Letters of what it raises that are kept.
SAID = 4_000

_LIMITS: ResourceLimits = {
    "max_feed_duration_secs": COMPUTING,
    "max_memory": MEMORY,
    "max_recursion_depth": DEPTH,
}
_PARTS = ("language", "declared", "library", "values", "loading", "given", "crossing", "records", "conversation")
_INSIDE = Path(__file__).parent / "inside"
_PRELUDE = "\n".join((_INSIDE / f"{part}.py").read_text() for part in _PARTS)
_RUN = """
_CONV = Conversation(_GIVEN)
_FLOW = Flow(_GIVEN)
_first = [_CONV, _FLOW] if _ENTRY[2] else [_CONV]
_result = _own(_ENTRY[0], _ENTRY[1])(*_first, **_ARGUMENTS)
{
    "result": _out(_result, "the result"),
    "effects": _EFFECTS,
    "state": {name: _out(value, "conv.state." + name) for name, value in _CONV.state.items()},
}
"""

# What the interpreter puts in the place of values within values beyond its bound.
_TOO_DEEP = '"<deeply nested>"'

Json: TypeAlias = object


class Host(Protocol):
    """What a function may ask of the world outside, each within the time that is left."""

    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        """`{"status", "text", "headers", "url"}`."""

    def prompt_llm(self, prompt: str, show_history: bool, return_json: bool) -> Json: ...

    def get_secret(self, name: str) -> str:
        """Raises KeyError."""

    def validate_entity(self, value: Json, config: Json) -> Json: ...


@dataclass(frozen=True)
class Given:
    """What a conversation tells a function. `state` is as an earlier run left it; times are the conversation's."""

    now: datetime
    seed: str = ""
    id: str = ""
    account_id: str = ""
    project_id: str = ""
    env: str = "sandbox"
    channel_type: str = "webchat.polyai"
    language: str = "en-US"
    default_language: str = "en-US"
    languages: Sequence[str] = ()
    current_flow: str | None = None
    current_step: str | None = None
    caller_number: str | None = None
    callee_number: str | None = None
    sip_headers: Mapping[str, str] = field(default_factory=dict)
    integration_attributes: Mapping[str, Json] = field(default_factory=dict)
    transcript_alternatives: Sequence[str] = ()
    real_time_config: Mapping[str, Json] = field(default_factory=dict)
    variant_name: str | None = None
    variants: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    state: Mapping[str, Json] = field(default_factory=dict)
    entities: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    history: Sequence[tuple[str, str]] = ()
    templates: Sequence[Mapping[str, Json]] = ()
    handoffs: Sequence[Mapping[str, Json]] = ()
    # Name, module, and whether it takes the flow.
    functions: Sequence[tuple[str, str, bool]] = ()
    flow_functions: Sequence[tuple[str, str, bool]] = ()
    translations: Mapping[str, str] = field(default_factory=dict)
    metrics: Sequence[tuple[str, Json]] = ()
    integrations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Functions that return this instead of running, where another function calls them.
    results: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """The function to run: where it stands, and whether it takes the flow beside the conversation."""

    path: str
    name: str
    with_flow: bool


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `effects` are in the order they were asked for; `state` is all of it, ready to be kept."""

    result: Json
    effects: Sequence[Sequence[Json]]
    state: Mapping[str, Json]
    printed: str
    seconds: float


Reason: TypeAlias = Literal["raised", "time", "memory", "depth", "state", "unloadable", "crashed"]


class Failed(Exception):
    """A run that did not come to its end: nothing of it counts. `path` and `line` are the agent's own, where known."""

    def __init__(self, reason: Reason, message: str, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.path = path
        self.line = line


class Sandbox:
    """Worker processes that run functions, kept warm. Usable from many threads."""

    def __init__(self, processes: int = 2) -> None:
        self._pool = Monty(min_processes=1, max_processes=processes, checkout_timeout=IN_ALL)

    def __enter__(self) -> Sandbox:
        self._pool.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._pool.__exit__(*raised)

    def run(
        self,
        program: Program,
        entry: Entry,
        arguments: Mapping[str, Value],
        given: Given,
        host: Host,
        in_all: float = IN_ALL,
    ) -> Outcome:
        """Run a function, for so many seconds in all. Raises Unloadable, and Failed with what stopped it."""
        feed = program.feed(
            entry.path, frozenset(name for name in _classes_in(given.state) if program.modules.get(name))
        )
        began = monotonic()
        printed = _Printed()
        known = sorted({*program.attributes, *given.state})
        inputs = {
            "_SOURCES": dict(feed.sources),
            "_GIVEN": {**_plain(given), "known": known},
            "_ENTRY": [name_of(entry.path), entry.name, entry.with_flow],
            "_ARGUMENTS": dict(arguments),
        }
        policy: OSPolicy = {"datetime": given.now, "random_start": {"seed": given.seed}, "sleep": "call_host"}
        try:
            with self._pool.checkout(limits=_LIMITS, os_policy=policy, assert_message_annotations=False) as session:
                answer = session.feed_run(
                    _PRELUDE + _RUN,
                    inputs=inputs,
                    external_lookup=_outside(host, given, began + in_all, in_all),
                    print_callback=printed,
                    os=Sleep(began + in_all, in_all),
                )
        except MontyRuntimeError as error:
            raise _failure(error, feed) from None
        except MontySyntaxError as error:
            raise Failed("unloadable", str(error)) from None
        except MontyCrashedError:
            raise Failed("crashed", "The function took its sandbox down and was stopped.") from None
        except TimeoutError:
            raise Failed("time", f"No sandbox was free in {IN_ALL:.0f} s: too many functions run at once.") from None
        _bounded(answer)
        return Outcome(answer["result"], answer["effects"], answer["state"], printed.text, monotonic() - began)


def _bounded(answer: Mapping[str, Json]) -> None:
    """Raises Failed for more than is kept, and for what the interpreter handed over only in part."""
    state, rest = json.dumps(answer["state"]), json.dumps([answer["result"], answer["effects"]])
    if len(state) > STATE:
        raise Failed("state", "conv.state would hold more than 1 MB.")
    if len(rest) > GIVEN_BACK:
        raise Failed("memory", "What the function returned and asked for is more than 4 MB.")
    for text, where in ((state, "conv.state would hold"), (rest, "the function returned or asked for")):
        if _TOO_DEEP in text:
            raise Failed("state", f"What {where} is nested too deeply to be kept.")


def _classes_in(value: Json) -> Iterator[str]:
    """The modules of the classes whose objects are kept there."""
    if isinstance(value, list):
        for one in value:
            yield from _classes_in(one)
    elif isinstance(value, Mapping):
        for mark, inner in value.items():
            if mark in ("$object", "$member") and isinstance(inner, list) and inner:
                yield str(inner[0])
            yield from _classes_in(inner)


class _Printed:
    def __init__(self) -> None:
        self.text = ""

    def __call__(self, stream: str, text: str) -> None:
        self.text += text[: PRINTED - len(self.text)]


def _outside(host: Host, given: Given, until: float, in_all: float) -> dict[str, Callable[..., Json]]:
    def timed(ask: Callable[..., Json]) -> Callable[..., Json]:
        def asked(*arguments: Json) -> Json:
            if monotonic() > until:
                raise out_of_time(in_all)
            return ask(*arguments)

        return asked

    return {
        "_call_api": timed(host.call_api),
        "_prompt_llm": timed(host.prompt_llm),
        "_get_secret": timed(host.get_secret),
        "_validate_entity": timed(host.validate_entity),
        **lent(given.now),
    }


def _plain(given: Given) -> dict[str, Json]:
    return {one.name: getattr(given, one.name) for one in fields(given) if one.name not in ("now", "seed")}


def _failure(error: MontyRuntimeError, feed: Feed) -> Failed:
    message = str(error).strip()
    message = f"{message[:SAID]}…" if len(message) > SAID else message
    reason: Reason = "raised"
    if message.startswith("TimeoutError: feed time limit"):
        reason, message = "time", f"The function computed for more than {COMPUTING:.0f} s and was stopped."
    elif message.startswith("MemoryError"):
        reason, message = "memory", f"The function needed more than {MEMORY // 1024 // 1024} MB and was stopped."
    elif message.startswith("RecursionError"):
        reason, message = "depth", f"The function called itself more than {DEPTH} calls deep and was stopped."
    for frame in reversed(error.traceback()):
        if frame.filename == "<string>":
            place = feed.place(frame.line)
            if place is not None:
                return Failed(reason, message, *place)
    return Failed(reason, message)
