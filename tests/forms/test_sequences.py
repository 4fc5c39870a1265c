"""Any sequence of edits through the forms gives the files that the same edits give which are made by other means."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from deployments.forms.editing import Raw, changes, controls, raw_from, with_act
from deployments.forms.editing.typed import ON, fits
from deployments.resources import KINDS, Field, Kind, Resource, Value, editing, read_file
from deployments.views.browsing.resources import reshapes
from deployments.views.drafting.creating import _first
from tests.forms.by_hand import Gesture, Step, commented, comments_in, edited, reshaped, said
from tests.resources.examples_of_agents import folder
from tests.views.test_forms_of_every_kind import NOTHING, leaves, sent_by

WORDS = (
    "Ask the pier",
    "Gate: 4 #2",
    "it's “on”",
    "- no\n- 'list'",
    "中央駅 [B]",
    "{{fn:find_cabin}}",
    "yes",
    "012",
    "#",
)
EDITS = 60
OFF = "off"
OLDER = ("agent_settings/personality.yaml", "agent_settings/role.yaml")
PYTHON = {key for key, kind in KINDS.items() if kind.form == "python"}


def an_agent_by_hand() -> dict[str, bytes]:
    """With the older forms of the role, which a folder may hold beside the newer one."""
    older = {path: held for path, held in folder("older").items() if path in OLDER}
    files = {**folder("agent"), **older}
    return {path: commented(held) if path.endswith(".yaml") else held for path, held in files.items()}


def editable(path: str, content: bytes) -> list[Resource]:
    found = [each for each in read_file(path, content) if not each.problem and KINDS[each.kind].fields]
    return [each for each in found if KINDS[each.kind].form not in ("bytes", "derived", "rest")]


def offered(resource: Resource) -> tuple[Field, ...]:
    """The fields of its form: a name is changed by renaming, save where it is all there is."""
    kind = KINDS[resource.kind]
    name = kind.file_name_from or kind.identity
    return tuple(each for each in kind.fields if each.name != name or len(kind.fields) == 1)


@pytest.mark.parametrize("seed", range(6))
def test_a_sequence_of_edits_is_the_same_edits_of_the_files(seed: int) -> None:
    chance = random.Random(seed)
    files = an_agent_by_hand()
    found = {path: editable(path, held) for path, held in files.items()}
    kinds = sorted({each.kind for resources in found.values() for each in resources})
    done = set()

    for turn in range(EDITS):
        kind = kinds[(turn + seed * EDITS) % len(kinds)]
        resource = chance.choice([each for resources in found.values() for each in resources if each.kind == kind])
        gestures = list(gestures_for(resource, chance))
        act = chance.choice(sorted({each.act for each in gestures}))
        gesture = chance.choice([each for each in gestures if each.act == act])
        file = resource.file or resource.path
        before = files[file]
        number = [each.path for each in found[file] if each.kind == kind].index(resource.path)
        expected = edited(before, resource, number, gesture)

        files |= by_form(files, resource, gesture)

        assert said(files[file], resource) == expected, (resource.path, gesture)
        if KINDS[kind].form not in ("text", "python", "json"):
            assert set(comments_in(before)) - set(comments_in(files[file])) <= dropped(gesture), (
                resource.path,
                gesture,
            )
            assert b"\n" not in files[file].replace(b"\r\n", b"")
        found[file] = editable(file, files[file])
        done.add(act)

    assert {"set", "add"} < done


@pytest.mark.parametrize("act", ["delete", "duplicate", "move", "rename", "create"])
def test_what_is_made_renamed_copied_moved_and_deleted_is_so_in_its_file_and_in_no_other(act: str) -> None:
    files = an_agent_by_hand()
    done = set()
    for path, content in files.items():
        for resource in editable(path, content):
            if resource.kind in done or not _may(resource, act):
                continue
            number = [each.path for each in editable(path, content) if each.kind == resource.kind].index(resource.path)
            if act == "move" and not number:
                continue
            expected = _told(files, resource, reshaped(files, resource, number, act, "another_name"))
            made = _told(files, resource, _by_product(files, resource, act))
            if act == "create":
                _forget_first_values(made[path][KINDS[resource.kind].at][-1], KINDS[resource.kind])

            assert made == expected, resource.path
            done.add(resource.kind)

    assert len(done) >= {"delete": 35, "duplicate": 20, "move": 1, "rename": 18, "create": 12}[act]


def _may(resource: Resource, act: str) -> bool:
    if act == "create":
        return KINDS[resource.kind].form == "list" and bool(KINDS[resource.kind].identity)
    may = {"delete": "deletable", "duplicate": "duplicable", "move": "movable", "rename": "renamable"}
    return reshapes(resource)[may[act]]


def _by_product(files: Mapping[str, bytes], resource: Resource, act: str) -> Mapping[str, bytes | None]:
    match act:
        case "delete":
            return editing.delete(files, resource.path)
        case "duplicate":
            return editing.duplicate(files, resource.path, "another_name")
        case "move":
            return editing.move(files, resource.path, 0)
        case "rename":
            return editing.rename(files, resource.path, "another_name", update_references=False)
    return editing.create(files, resource.kind, "another_name", _first(KINDS[resource.kind], "another_name"))


def _forget_first_values(item: dict[str, Any], kind: Kind) -> None:
    """What a new one holds beside its name: what must be there, for somebody to fill in."""
    for name in [name for name in item if name != kind.identity]:
        assert kind.by_name[name].required
        del item[name]


def _told(files: Mapping[str, bytes], resource: Resource, changes: Mapping[str, bytes | None]) -> dict[str, Any]:
    """What each file that changes says then."""
    changed = {path: held for path, held in changes.items() if held != files.get(path)}
    return {path: None if held is None else said(held, resource, path) for path, held in changed.items()}


@pytest.mark.parametrize(
    ("path", "old"),
    [
        ("config/handoffs.yaml#handoffs/harbour_master", "harbour_master"),
        ("functions/find_cabin.py", "find_cabin"),
        ("config/sms_templates.yaml#sms_templates/boarding_time", "boarding_time"),
    ],
)
def test_a_new_name_stands_wherever_the_old_one_stood(path: str, old: str) -> None:
    files = an_agent_by_hand()
    word = re.compile(rb"(?<![\w])%s(?![\w])" % old.encode())
    expected = {word.sub(b"pier", each.encode()).decode(): word.sub(b"pier", held) for each, held in files.items()}

    changes = editing.rename(files, path, "pier", update_references=True)

    assert {each: held for each, held in {**files, **changes}.items() if held is not None} == expected


def dropped(gesture: Gesture) -> set[bytes]:
    """The comment of a key that is taken out goes with it."""
    return {b"# About %s.\r" % str(gesture.steps[0]).encode()} if gesture.value is None else set()


def by_form(files: Mapping[str, bytes], resource: Resource, gesture: Gesture) -> dict[str, bytes]:
    """The form as it opens, the button that is pressed, what is typed, and what saving that makes of the file."""
    fields = offered(resource)
    sent, _ = sent_by(fields, resource.fields)
    at = address(resource, gesture.steps)
    if gesture.act == "add":
        sent = pressed(fields, sent, f"add {at.rpartition('.')[0]}")
    if gesture.act in ("add", "set"):
        sent |= typed(resource, gesture, at)
    else:
        sent = pressed(fields, sent, f"{gesture.act} {at}")
    wanted, errors = changes(fields, raw_of_sent(fields, sent), resource.fields)
    assert not errors, (resource.path, gesture, errors)
    file = resource.file or resource.path
    made = editing.change({file: files[file]}, resource.path, wanted)
    return {path: held for path, held in made.items() if held is not None}


def raw_of_sent(fields: tuple[Field, ...], sent: Mapping[str, str]) -> dict[str, Raw]:
    # A tick that was taken away is not sent.
    sent = {name: text for name, text in sent.items() if text is not OFF}
    return {each.name: raw_from(each, each.name, sent) for each in fields}


def pressed(fields: tuple[Field, ...], sent: Mapping[str, str], act: str) -> dict[str, str]:
    """What the form that comes back would send."""
    shown = leaves(controls(fields, with_act(fields, raw_of_sent(fields, sent), act), NOTHING))
    return {each.name: each.text for each in shown if each.sort != "flag" or each.text}


def typed(resource: Resource, gesture: Gesture, at: str) -> dict[str, str]:
    """The controls that it changes, with their texts."""
    field, value = field_at(resource, gesture.steps), gesture.value
    if resource.kind in PYTHON and gesture.steps == ("code",):
        return {at: str(resource.fields["code"]).replace(*value, 1)}
    if field.type == "table":
        return {f"{at}.{name}": str(each) for name, each in value.items()}
    if field.type == "map":
        at, key = f"{at}.@value", {f"{at}.@key": str(gesture.steps[-1])} if gesture.act == "add" else {}
        return key | {at: str(value)}
    if field.type == "json":
        return {at: json.dumps(value)}
    return {at: (ON if value else OFF) if isinstance(value, bool) else str(value).replace("\n", "\r\n")}


def field_at(resource: Resource, steps: tuple[Step, ...]) -> Field:
    """The field of the last name on the way; of an entry of a map or a row of a table that map or table."""
    field, inner = None, KINDS[resource.kind].fields
    for step in steps:
        if field is not None and field.values is not None and field.values.fields + field.values.columns:
            inner = field.values.fields
        elif isinstance(step, str) and (field is None or field.values is None):
            field = next(each for each in inner if each.name == step)
            inner = (*field.fields, *field.columns)
    assert field is not None
    return field


def address(resource: Resource, steps: tuple[Step, ...]) -> str:
    """`conditions.2.child_step`: rows count from 1, and an entry of a map is the row in which it stands."""
    here: Any = resource.fields
    found: list[str] = []
    is_map = False
    inner: Sequence[Field] = KINDS[resource.kind].fields
    for step in steps:
        if is_map:
            keys = list(here or {})
            found.append(str((keys.index(step) if step in keys else len(keys)) + 1))
            is_map = False
        elif isinstance(step, int):
            found.append(str(step + 1))
        else:
            field = next(each for each in inner if each.name == step)
            inner, is_map = (*field.fields, *field.columns), field.values is not None
            found.append(step)
        is_there = (isinstance(step, int) and step < len(here or ())) or (
            isinstance(step, str) and step in (here or {})
        )
        here = here[step] if is_there else None
    return ".".join(found)


def gestures_for(resource: Resource, chance: random.Random) -> Iterator[Gesture]:
    """Everything that its form lets somebody do, each with something to type."""
    kind = KINDS[resource.kind]
    if kind.form == "text":
        text = str(resource.fields["text"])
        yield Gesture("set", ("text",), f"{chance.choice(WORDS)}\n{text}")
    elif kind.form == "python":
        yield from _of_code(resource, chance)
    else:
        for field in offered(resource):
            yield from _of_field(field, resource.fields.get(field.name), (field.name,), chance)


def _of_code(resource: Resource, chance: random.Random) -> Iterator[Gesture]:
    code = str(resource.fields["code"])
    line = next((each for each in code.splitlines() if each.startswith("    ") and each.strip().isprintable()), None)
    if line:
        yield Gesture("set", ("code",), (line, f"    conv.state.extra = {chance.choice(WORDS)!r}\n{line}"))
    if resource.fields.get("description"):
        yield Gesture("set", ("description",), chance.choice(WORDS))
    rows = resource.fields.get("parameters")
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict) and row.get("description"):
            yield Gesture("set", ("parameters", number, "description"), chance.choice(WORDS))


def _of_field(field: Field, value: Value, steps: tuple[Step, ...], chance: random.Random) -> Iterator[Gesture]:
    if field.older or not fits(field, value):
        return
    rows = value if isinstance(value, list) else []
    match field.type:
        case "section":
            held = value if isinstance(value, dict) else {}
            is_off = field.omitted == "disabled" and not held  # and not kept, so the form asks for it to be on
            for each in field.fields if not is_off else field.fields[:1]:
                yield from _of_field(each, held.get(each.name), (*steps, each.name), chance)
        case "list":
            yield from _of_rows(rows, steps)
            yield Gesture("add", (*steps, len(rows)), _word(field, chance))
            for number in range(len(rows)):
                yield Gesture("set", (*steps, number), _word(field, chance))
        case "table":
            yield from _of_rows(rows, steps)
            texts = [each for each in field.columns if each.type in ("text", "prose", "ref") and not each.older]
            yield Gesture("add", (*steps, len(rows)), {each.name: _word(each, chance) for each in texts})
            for number, row in enumerate(rows):
                for each in field.columns if isinstance(row, dict) else ():
                    yield from _of_field(each, row.get(each.name), (*steps, number, each.name), chance)
        case "map" if field.values is not None and field.values.type in ("text", "prose"):
            keys = list(value) if isinstance(value, dict) else []
            yield Gesture("add", (*steps, f"key_{len(keys)}"), _word(field.values, chance))
            for key in keys:
                yield Gesture("drop", (*steps, key))
                yield Gesture("set", (*steps, key), _word(field.values, chance))
        case "map":
            pass
        case _:
            yield Gesture("set", steps, _single(field, value, chance))


def _of_rows(rows: list[Value], steps: tuple[Step, ...]) -> Iterator[Gesture]:
    for number in range(len(rows)):
        yield Gesture("drop", (*steps, number))
        if number:
            yield Gesture("up", (*steps, number))


def _single(field: Field, value: Value, chance: random.Random) -> Any:
    match field.type:
        case "flag":
            return not value
        case "whole":
            return chance.randint(1, 99)
        case "number":
            return chance.choice((3, 2.5, 0.25))
        case "choice":
            return chance.choice(field.choices)
        case "json":
            return {"a": [1, True, chance.choice(WORDS)]}
    return _word(field, chance)


def _word(field: Field, chance: random.Random) -> str:
    if field.to:
        return chance.choice(("find_cabin", "front_desk", "harbour_master"))
    return chance.choice(WORDS if field.type in ("prose", "code") else [each for each in WORDS if "\n" not in each])
