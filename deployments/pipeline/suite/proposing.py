"""A test case from a conversation that somebody had: what was heard becomes the script, what happened is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from deployments.models import Agent, Conversation, Role
from deployments.pipeline.actor import Actor
from deployments.pipeline.conversations.redacting import REDACTED, Redaction
from deployments.pipeline.drafts import draft_of, tree_of
from deployments.pipeline.edits import change_files
from deployments.pipeline.refusal import JOINERS, Refusal, Refused, unless
from deployments.pipeline.suite.sets import refusal_to_test
from deployments.resources import Resource, Value, clean, file_name, write_file
from deployments.runtime import turns
from deployments.suite.case import FOLDER

LONGEST_NAME = 60
# Of a conversation that goes on for ever: what a case can hold in reasonable time.
LONGEST_SCRIPT = 200
MOST_CONVERSATIONS = 50
_ATTEMPTS = 3
_TYPES: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def save_as_cases(agent: Agent, conversations: Sequence[Conversation], *, by: Actor) -> list[str]:
    """Put a test case of each into the draft; the paths of their files. Each conversation comes with its `thread`.

    Whoever reads the agent reads its cases. So of a caller nothing stands in one that not everybody may read, and of a
    test nothing that `by` may not. Raises `Refused`: `no_permission`, `nothing_said`, `nothing_chosen`,
    `too_many_conversations`, and what `change_files` raises.
    """
    unless(refusal_to_test(agent, by=by))
    if not conversations:
        unless(Refusal("nothing_chosen", "Choose at least one conversation."))
    if len(conversations) > MOST_CONVERSATIONS:
        unless(Refusal("too_many_conversations", f"At most {MOST_CONVERSATIONS} conversations become cases at once."))
    role = by.person.role_in(agent.workspace_id) or Role.VIEWER
    made = [_proposed(each, role) for each in conversations]
    for attempt in range(1, _ATTEMPTS + 1):
        files = _named(made, _taken(agent))
        try:
            change_files(agent, files, seen={}, by=by)
        except Refused as refused:
            # Somebody else's new file has taken a name at this moment.
            if refused.code != "file_changed" or attempt == _ATTEMPTS:
                raise
        else:
            break
    return list(files)


def _taken(agent: Agent) -> set[str]:
    """The files there are, in small letters: where case does not count, two of one name would be one."""
    return {path.lower() for path in tree_of(agent, draft_of(agent)).files}


def _named(made: Sequence[tuple[str, dict[str, Value]]], taken: set[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for wanted, fields in made:
        number, name = 1, wanted
        while (path := FOLDER + file_name(name)) in taken:
            number += 1
            name = f"{wanted} {number}"
        taken.add(path)
        files[path] = write_file([Resource("test_case", path, path, name, {"name": name, **fields})])
    return files


def _proposed(held: Conversation, role: Role) -> tuple[str, dict[str, Value]]:
    """The name it would like, and the fields of its file."""
    redaction = Redaction.of(held, role if held.tested else Role.VIEWER)
    rows = held.turns.order_by("number").values_list("record", flat=True)[: LONGEST_SCRIPT + 1]
    had = [turns.read(turns.Turn, redaction.value(record)) for record in rows]
    spoken = [turn for turn in had if turn.heard is not None][:LONGEST_SCRIPT]
    if not any(turn.heard for turn in spoken):
        unless(Refusal("nothing_said", "Nobody said anything in this conversation, so there is nothing to test."))
    setting = turns.read(turns.Setting, redaction.value(held.thread.setting))
    standing = turns.read(turns.Standing, redaction.value(held.thread.standing))
    number = redaction.number(held.caller_number)
    fields: dict[str, Value] = {
        "scenario": f"Say what was said in the conversation of {held.began_at.astimezone(UTC):%d %B %Y, %H:%M} UTC.",
        "channel": setting.channel,
        "language": setting.language or standing.language,
        "variant": setting.variant or standing.variant or "",
        "caller_number": "" if number == REDACTED else number,
        "simulated_at": f"{setting.began.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "sip_headers": {name: value for name, value in setting.sip_headers.items() if REDACTED not in value},
        "slipway": {
            "severity": "normal",
            "turns": [turn.heard or "" for turn in spoken],
            "expectations": _expected(held, standing, spoken, redaction),
        },
        "function_call_assertions": _calls(spoken),
    }
    name = _name(redaction.text(held.summary) or spoken[0].heard or "")
    return name, {key: value for key, value in fields.items() if value not in ("", {}, [])}


def _name(summary: str) -> str:
    """Its first words, as many as a name holds; something with a letter in it."""
    words = " ".join("".join(one if one.isprintable() or one in JOINERS else " " for one in summary).split())
    short = words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME].rpartition(" ")[0] or words[:LONGEST_NAME]
    short = short.rstrip(" .,;:!?")
    return short if clean(short, lower=True) else "Conversation"


def _expected(
    held: Conversation, standing: turns.Standing, spoken: Sequence[turns.Turn], redaction: Redaction
) -> list[Value]:
    """Where it ended and how; of one that went nowhere the last words that were answered."""
    rows: list[Value] = []
    if standing.flow:
        rows.append({"check": "flow", "value": standing.flow})
        if standing.step:
            rows.append({"check": "step", "value": standing.step})
    if held.handed_off:
        there = redaction.text(held.handoff_destination)
        rows.append({"check": "hand-off"} if REDACTED in there else {"check": "hand-off", "value": there})
    elif held.outcome == Conversation.Outcome.HANGUP:
        rows.append({"check": "ends", "value": "hangup"})
    if not rows and not _calls(spoken):
        answers = [(number, turn.said) for number, turn in enumerate(spoken, start=1) if turn.heard and turn.said]
        if answers and REDACTED not in answers[-1][1]:
            number, said = answers[-1]
            rows.append({"check": "says", "turn": number, "value": said.strip().split("\n")[0][:500]})
    return rows


def _calls(spoken: Sequence[turns.Turn]) -> list[Value]:
    """Each function that was called and went well, once, with the arguments of its first call."""
    first: dict[str, turns.FunctionRun] = {}
    for turn in spoken:
        for run in turn.functions:
            if run.by == "model" and run.error is None:
                first.setdefault(run.name, run)
    return [_call(first[name]) for name in sorted(first)]


def _call(run: turns.FunctionRun) -> Value:
    """Arguments that are lists or objects, or hold what is hidden, are left out: nothing is asserted of them."""
    arguments: list[Value] = [
        {"parameter_name": name, "expected_value": value, "value_type": _TYPES[type(value)]}
        for name, value in run.arguments.items()
        if type(value) in _TYPES and not (isinstance(value, str) and REDACTED in value)
    ]
    return {"name": run.name, "arguments": arguments} if arguments else {"name": run.name}
