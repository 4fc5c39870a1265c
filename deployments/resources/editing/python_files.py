"""A Python file with other fields: code, description, parameters and delay, each in its own place."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from deployments.resources.editing.differing import exactly
from deployments.resources.editing.python_code import as_card, code_changes
from deployments.resources.editing.python_text import PythonText
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.settling import settled
from deployments.resources.editing.signatures import (
    added_parameter,
    in_turn,
    removed_parameter,
    renamed_parameter,
    typed_parameter,
)
from deployments.resources.editing.source import Source, Splice, applied
from deployments.resources.kinds import KINDS
from deployments.resources.python_parsing import main_function, parsed
from deployments.resources.python_source import DECORATED, DELAY_WORDS, decorator_lines, delay_word, literal
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource, Value


def change_python(content: bytes, resource: Resource, fields: Mapping[str, Value]) -> bytes:
    """Code that does not parse, or lacks the function the file is named after, is kept as it was typed; until it is put
    right, the card shows the decorators in it.
    """
    kind, path = KINDS[resource.kind], resource.file or resource.path
    old = dict(resource.fields)
    given = {
        name: as_card(value) if name == "code" and isinstance(value, str) else value for name, value in fields.items()
    }
    new = settled(kind, old, given)
    changed = [name for name in new | old if exactly(old.get(name)) != exactly(new.get(name))]
    if not changed:
        return content
    source = Source(content)
    file = PythonText(source.text, resource.name, kind.by_name)
    code = new.get("code")
    code = code if isinstance(code, str) else ""
    tree = parsed(code) if "code" in changed else None
    if tree is not None and file.decorators and main_function(tree, resource.name) is None:
        tree = None
    if "code" in changed and tree is not None:
        file = _with_code(file, code)
    for name in DECORATED:
        if name in changed:
            file = _with_field(file, name, new.get(name))
    if "code" in changed and tree is None:
        file = _with_code(file, code)
    result = source.retold(file.text) if file.text != source.text else content
    _check(path, result, new, changed, is_code=tree is not None or "code" not in changed)
    return result


def _with_code(file: PythonText, code: str) -> PythonText:
    return PythonText(applied(file.text, code_changes(file, code)), file.name, file.wanted)


def _with_field(file: PythonText, name: str, new: Value) -> PythonText:
    if file.function is None:
        raise EditRefused(f'The code has no function "{file.name}" that can be read; correct the code first.')
    if name == "description":
        return in_turn(file, lambda file: _described(file, new))
    if name == "delay":
        return in_turn(file, lambda file: _delayed(file, new))
    return _with_parameters(file, new)


def _described(file: PythonText, new: Value) -> str:
    calls = file.of_field("description")
    if not isinstance(new, str):
        return _without(file, calls[0]) if calls else file.text
    if calls:
        return applied(file.text, [Splice(*file.span(calls[0].args[0]), literal(new))])
    return _decorated(file, decorator_lines({"description": new}), after=())


def _delayed(file: PythonText, new: Value) -> str:
    calls = file.of_field("delay")
    if not isinstance(new, dict):
        return _without(file, calls[0]) if calls else file.text
    if not calls:
        return _decorated(file, decorator_lines({"delay": new}), after=("description", "parameters"))
    old = file.said["delay"]
    assert isinstance(old, dict)
    values = {word.arg: word.value for word in calls[0].keywords}
    if set(values) != set(new) & set(DELAY_WORDS) or calls[0].args:
        return applied(file.text, [Splice(*file.span(calls[0]), "\n".join(decorator_lines({"delay": new}))[1:])])
    changed = [word for word in DELAY_WORDS if word in new and exactly(old.get(word)) != exactly(new[word])]
    return applied(file.text, [Splice(*file.span(values[word]), delay_word(word, new[word])) for word in changed])


def _with_parameters(file: PythonText, new: Value) -> PythonText:
    wanted = [row for row in new if isinstance(row, dict)] if isinstance(new, list) else []
    names = [_word(row, "name") for row in wanted]
    for index, row in enumerate(_rows(file)):
        # The same row under another name: one that nobody else bears, in the place of one that nobody wants.
        name = _word(row, "name")
        if len(_rows(file)) == len(names) and name not in names and names[index] not in map(_name, _rows(file)):
            file = in_turn(
                file,
                lambda file, name=name, index=index: renamed_parameter(file, name, names[index]),  # type: ignore[misc]
                lambda file, index=index: _argument(file, index, 0, names[index]),  # type: ignore[misc]
            )
    if [name for name in map(_name, _rows(file)) if name in names] != [
        name for name in names if name in map(_name, _rows(file))
    ]:
        file = _reordered(file, names)
    for row in _rows(file):
        if _name(row) not in names:
            file = in_turn(
                file,
                lambda file, row=row: removed_parameter(file, _name(row)),  # type: ignore[misc]
                lambda file, row=row: _without(file, _call_of(file, _name(row))),  # type: ignore[misc]
            )
    for index, row in enumerate(wanted):
        file = _with_row(file, index, row)
    return file


def _with_row(file: PythonText, index: int, row: Mapping[str, Value]) -> PythonText:
    name, description, kind = _word(row, "name"), _word(row, "description"), _word(row, "type")
    rows = _rows(file)
    if index >= len(rows) or _name(rows[index]) != name:
        file = in_turn(file, lambda file: added_parameter(file, name, kind), lambda file: _added(file, index, row))
    elif _word(rows[index], "description") != description:
        file = in_turn(file, lambda file: _argument(file, index, 1, description))
    if _word(_rows(file)[index], "type") != kind:
        file = in_turn(file, lambda file: typed_parameter(file, name, kind))
    return file


def _reordered(file: PythonText, names: list[str]) -> PythonText:
    """The decorators in the order of the names, those that stay; each stands where one of them stood."""
    calls = [call for call in file.of_field("parameters") if _first(call) in names]
    ordered = sorted(calls, key=lambda call: names.index(_first(call)))
    splices = [
        Splice(*file.span(call), file.text[slice(*file.span(other))])
        for call, other in zip(calls, ordered, strict=True)
    ]
    return in_turn(file, lambda file: applied(file.text, splices))


def _added(file: PythonText, index: int, row: Mapping[str, Value]) -> str:
    lines = decorator_lines({"parameters": [dict(row)]})
    calls = file.of_field("parameters")
    if index < len(calls):
        place = file.text.rfind("\n", 0, file.span(calls[index])[0]) + 1
        return applied(file.text, [Splice(place, place, "".join(f"{line}\n" for line in lines))])
    return _decorated(file, lines, after=("description", "parameters"))


def _argument(file: PythonText, index: int, number: int, text: str) -> str:
    call = file.of_field("parameters")[index]
    return applied(file.text, [Splice(*file.span(call.args[number]), literal(text))])


def _decorated(file: PythonText, lines: list[str], *, after: tuple[str, ...]) -> str:
    """With these lines behind the decorators of the fields named, before everything else of the function."""
    before = [call for name in after for call in file.of_field(name)]
    if before:
        place = max(file.lines[(call.end_lineno or call.lineno) - 1].end for call in before) + 1
    else:
        seam = file.seam()
        assert seam is not None
        place = seam
    return applied(file.text, [Splice(place, place, "".join(f"{line}\n" for line in lines))])


def _without(file: PythonText, call: ast.Call) -> str:
    start = file.lines[call.lineno - 1].start
    end = file.span(call)[1]
    line_end = file.lines[(call.end_lineno or call.lineno) - 1].end
    rest = file.text[end:line_end]
    # A comment behind it is somebody's words and was on the card.
    end = end + len(rest) - len(rest.lstrip()) if rest.strip() else line_end + 1
    return applied(file.text, [Splice(start, min(end, len(file.text)), "")])


def _call_of(file: PythonText, name: str) -> ast.Call:
    return next(call for call in file.of_field("parameters") if _first(call) == name)


def _first(call: ast.Call) -> str:
    return str(ast.literal_eval(call.args[0]))


def _rows(file: PythonText) -> list[dict[str, Value]]:
    rows = file.said.get("parameters")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _name(row: Mapping[str, Value]) -> str:
    return _word(row, "name")


def _word(row: Mapping[str, Value], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _check(path: str, content: bytes, wanted: Mapping[str, Value], changed: list[str], *, is_code: bool) -> None:
    resource = read_file(path, content)[0]
    if resource.problem is not None:
        raise EditRefused(f'"{path}" could not be read with this in it: {resource.problem.message} Change it again.')
    for name in changed:
        if name == "code" and not is_code:
            continue
        # A signature follows its table, so the code may say more than was asked for.
        if name == "code" and "parameters" in changed:
            continue
        if exactly(resource.fields.get(name)) != exactly(wanted.get(name)) and is_code:
            raise EditRefused(f'"{path}" cannot be changed here without changing something else in it; edit its code.')
