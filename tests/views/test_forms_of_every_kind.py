"""Whatever a file holds, its form brings it back as it was; what is typed is what the file then says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deployments.forms.editing import Control, Told, address, changes, controls, raw_from, raw_of
from deployments.resources import KINDS, Field, Resource, Value, editing, read_file, write_file
from tests.resources.strategies import files

WORDS = st.text("abcXYZäé中 #:'\"-{}[],", min_size=1, max_size=30).map(str.strip).filter(bool)
NOTHING = Told({}, {}, {})
PATHS = sorted({kind.paths[0].replace("**/", "").replace("*", "some") for kind in KINDS.values() if kind.paths})


def leaves(made: list[Control]) -> Iterator[Control]:
    for control in made:
        if control.sort == "section":
            yield from leaves(list(control.inside))
        elif control.sort == "rows":
            for row in control.rows:
                yield from leaves(list(row.controls))
        else:
            yield control


def sent_by(fields: tuple[Field, ...], held: Mapping[str, Value]) -> tuple[dict[str, str], list[Control]]:
    """What a browser sends for the form as it stands: line ends as CRLF or none at all, no tick for what is off."""
    raw = {field.name: raw_of(field, held.get(field.name)) for field in fields}
    shown = list(leaves(controls(fields, raw, NOTHING)))
    ends = {"prose": "\r\n", "code": "\r\n"}
    sent = {
        each.name: each.text.replace("\n", ends.get(each.sort, ""))
        for each in shown
        if each.sort != "flag" or each.text
    }
    return sent, shown


def read_back(fields: tuple[Field, ...], sent: Mapping[str, str], held: Mapping[str, Value]) -> dict[str, Value]:
    wanted, errors = changes(fields, {field.name: raw_from(field, field.name, sent) for field in fields}, held)
    assert not errors
    return wanted


def with_value(held: Mapping[str, Value], name: str, value: Value) -> dict[str, Value]:
    """The same fields with another value at `conditions.2.child_step`; `@value` and rows as a form counts them."""
    result: Any = deepcopy(dict(held))
    here, steps = result, [step for step in name.split(".") if step != "@value"]
    for place, step in enumerate(steps):
        key: Any = step
        if isinstance(here, list):
            key = int(step) - 1
        elif step.isdecimal() and step not in here:
            key = list(here)[int(step) - 1]
        if place == len(steps) - 1:
            here[key] = value
        elif isinstance(here, dict):
            here = here.setdefault(key, {})
        else:
            here = here[key]
    return dict(result)


def test_a_finding_stands_beside_the_control_it_speaks_of_or_the_nearest_there_is() -> None:
    rows = Field("rows", "Rows", "table", columns=(Field("texts", "Texts", "map", values=Field("text", "Text")),))
    fields = (rows, Field("names", "Names", "list"))
    held: dict[str, Value] = {"rows": [{"texts": {"a": "1", "a.b c": "2"}}], "names": ["x"]}
    raw = {each.name: raw_of(each, held[each.name]) for each in fields}

    assert address(fields, raw, "rows.1.texts.a") == "rows.1.texts.1.@value"
    assert address(fields, raw, "rows.1.texts.a.b c") == "rows.1.texts.2.@value"
    assert address(fields, raw, "rows.1.texts.gone") == "rows.1.texts"
    assert address(fields, raw, "rows.1.unknown") == "rows"
    assert address(fields, raw, "names.1") == "names.1"
    assert address(fields, raw, "names.2") == "names"
    assert address(fields, raw, "other") == ""


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_typed_words_are_the_same_edit_as_one_of_the_file(path: str, data: st.DataObject) -> None:
    content = write_file(data.draw(files(path)))
    for resource in read_file(path, content):
        kind = KINDS[resource.kind]
        if resource.problem or kind.form in ("bytes", "derived", "rest"):
            continue
        sent, shown = sent_by(kind.fields, resource.fields)
        assert read_back(kind.fields, sent, resource.fields) == {}
        _typed(content, resource, sent, shown, data)


def _typed(content: bytes, resource: Resource, sent: dict[str, str], shown: list[Control], data: st.DataObject) -> None:
    file, fields = resource.file or resource.path, KINDS[resource.kind].fields
    # What is typed into a section that is off is refused; see tests/views/test_editing.py.
    off = {each.name for each in fields if each.omitted == "disabled" and f"{each.name}.is_enabled" not in sent}
    texts = [
        each
        for each in shown
        if each.sort in ("text", "prose") and "@" not in each.name and each.name.partition(".")[0] not in off
    ]
    if not texts:
        return
    control, words = data.draw(st.sampled_from(texts)), data.draw(WORDS)
    top = control.name.partition(".")[0]
    wanted = read_back(fields, sent | {control.name: words}, resource.fields)
    expected = with_value(resource.fields, control.name, words)[top]
    assert by_form(content, file, resource, wanted) == by_form(content, file, resource, {top: expected})


def by_form(content: bytes, file: str, resource: Resource, wanted: Mapping[str, Value]) -> object:
    try:
        return editing.change({file: content}, resource.path, wanted)
    except editing.EditRefused as refused:
        return str(refused)
