"""For every kind: a change through its fields gives exactly those fields, and every other line is as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.resources import KINDS, Resource, Value, kinds_for, read_file, same
from deployments.resources.editing import change
from deployments.resources.normal import normal
from tests.resources.odd_files import odd_file, stands_in
from tests.resources.strategies import PATHS, PLAIN_TEXTS, fields_of, files, one_file
from tests.resources.test_writing import plainly

EVERY_EXAMPLE = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("path", sorted(set(PATHS.values())))
@EVERY_EXAMPLE
@given(data=st.data())
def test_a_change_through_fields_leaves_all_else_as_it_was(path: str, data: st.DataObject) -> None:
    resources = data.draw(files(path))
    mark = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    line_end = data.draw(st.sampled_from(["\r\n", "\n"]))
    written, lines = odd_file(resources, path, line_end)
    content = mark + written
    assert plainly(read_file(path, content)) == plainly(resources)
    if not resources:
        return
    number = data.draw(st.integers(0, len(resources) - 1))
    resource = resources[number]
    wanted = data.draw(new_fields(resource))
    said = {**resource.fields, **{name: value for name, value in wanted.items() if value is not None}}
    expected = {name: value for name, value in said.items() if wanted.get(name, "") is not None}

    result = change({path: content}, resource.path, wanted).get(path, content)

    assert result is not None
    read = read_file(path, result)
    assert plainly([*read[:number], *read[number + 1 :]]) == plainly([*resources[:number], *resources[number + 1 :]])
    assert same(normal(read[number]), normal(replaced(resource, expected)))
    for name, value in wanted.items():
        if isinstance(value, str) and name in expected:
            assert read[number].fields[name] == value
    assert result.startswith(mark)
    assert line_end == "\n" or b"\n" not in content or result.count(b"\n") == result.count(b"\r\n")
    changed = {(number, name) for name in wanted if differs(resource.fields.get(name), wanted[name])}
    if kinds_for(path)[0].form not in ("text", "python", "json"):
        kept = [line.text for line in lines if line.owner not in changed and not line.text.endswith("{}")]
        assert stands_in(kept, [line.removesuffix("\r") for line in result.decode("utf-8-sig").split("\n")])


@EVERY_EXAMPLE
@given(data=st.data())
def test_many_edits_in_turn_say_what_the_same_edits_of_the_fields_say(data: st.DataObject) -> None:
    path = data.draw(
        st.sampled_from(sorted({path for path in PATHS.values() if path.endswith(("yaml", "yml", "json"))}))
    )
    resources = data.draw(files(path))
    content, _ = odd_file(resources, path)
    said = [dict(resource.fields) for resource in resources]
    for _ in range(4 if resources else 0):
        number = data.draw(st.integers(0, len(resources) - 1))
        wanted = data.draw(new_fields(replaced(resources[number], said[number])))
        said[number] = {
            name: value for name, value in {**said[number], **wanted}.items() if wanted.get(name, "") is not None
        }

        result = change({path: content}, resources[number].path, wanted).get(path, content)

        assert result is not None
        content = result
    read = read_file(path, content)
    assert len(read) == len(resources)
    for resource, now, fields in zip(resources, read, said, strict=True):
        assert same(normal(now), normal(replaced(resource, fields)))


def differs(old: Value, new: Value) -> bool:
    return json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True)


def replaced(resource: Resource, fields: dict[str, Value]) -> Resource:
    return Resource(resource.kind, resource.path, resource.file, resource.name, fields)


def new_fields(resource: Resource) -> st.SearchStrategy[dict[str, Any]]:
    """Some fields of the kind with other values, its name apart; None takes one out."""
    kind = KINDS[resource.kind]
    if kind.form == "text":
        return st.fixed_dictionaries({"text": PLAIN_TEXTS})
    if kind.form == "python":
        return one_file(kind, resource.path).map(
            lambda other: {**dict.fromkeys(set(resource.fields) - {"code"}), **other.fields}
        )
    if resource.kind == "other_keys":
        return st.sampled_from(sorted(resource.fields)).flatmap(
            lambda name: st.fixed_dictionaries({name: st.sampled_from([1, "a\nb", ["c"], {"d": "e"}])})
        )
    fixed = {kind.identity, kind.file_name_from, "name"}
    if kind.form == "scalars":
        return st.just({})
    if kind.form == "scalar":
        return st.sampled_from([{"code": "fr-FR"}, {"code": "no"}])
    declared = {field.name for field in kind.fields} - fixed
    drawn = fields_of(kind.fields, kind).map(
        lambda fields: {name: value for name, value in fields.items() if name in declared}
    )
    gone = (
        st.sets(st.sampled_from(sorted(set(resource.fields) & declared)), max_size=1)
        if set(resource.fields) & declared and len(resource.fields) > 1
        else st.just(set())
    )
    return st.tuples(drawn, gone).map(
        lambda both: both[0] | (dict.fromkeys(both[1]) if set(resource.fields) - both[1] else {})
    )
