"""The same edits made to a file by other means than the product's: ruamel's round trip, json, ast, replaced text."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from deployments.resources import KINDS, Field, Kind, Resource

Step: TypeAlias = "str | int"


@dataclass(frozen=True)
class Gesture:
    """What is done to the value at `steps` below a resource: set, add, drop, or swap with the one before it."""

    act: str
    steps: tuple[Step, ...]
    value: Any = None


def commented(content: bytes) -> bytes:
    """As somebody wrote it on another machine: a comment above every key, and line ends of two characters."""
    told = re.sub(rb"^(?=([a-z_]+):)", lambda key: b"# About " + key[1] + b".\n", content, flags=re.MULTILINE)
    return (b"# By hand.\n" + told + b"\n# The end.\n").replace(b"\n", b"\r\n")


def comments_in(content: bytes) -> list[bytes]:
    return re.findall(rb"^# (?:By hand|About \w+|The end)\.\r$", content, flags=re.MULTILINE)


def edited(content: bytes, resource: Resource, number: int, gesture: Gesture) -> Any:
    """What the file says after it. `number`: which of its kind the resource is in the file."""
    kind = KINDS[resource.kind]
    if kind.form == "text":
        return gesture.value
    if kind.form == "python":
        return _of_code(content, gesture)
    document = json.loads(content) if kind.form == "json" else _yaml().load(content.decode("utf-8-sig"))
    if kind.form == "scalar":
        document[kind.at] = gesture.value
    elif kind.form == "scalars":
        document[kind.at][number] = gesture.value
    else:
        _done(_place(document, resource, number), gesture)
    return told(document, resource)


def reshaped(
    files: Mapping[str, bytes], resource: Resource, number: int, act: str, name: str
) -> Mapping[str, bytes | None]:
    """The files that change when a resource is made beside this one, or it is renamed, copied, moved or deleted."""
    kind, file = KINDS[resource.kind], resource.file or resource.path
    content = files[file]
    if kind.is_shared:
        return {file: _with_items(content, kind, number, act, name)}
    if kind.key == "flow":
        folder = file.rpartition("/")[0]
        new = {path: f"flows/{name}{path.removeprefix(folder)}" for path in files if path.startswith(folder + "/")}
    else:
        stem, dot, ending = file.rpartition("/")[2].rpartition(".")
        new = {file: f"{file.removesuffix(stem + dot + ending)}{name}{dot}{ending}" if kind.paths else name}
    if act == "delete":
        return dict.fromkeys(new)
    gone = dict.fromkeys(new) if act == "rename" else {}
    return gone | {to: _named(files[path], resource, name) if path == file else files[path] for path, to in new.items()}


def _with_items(content: bytes, kind: Kind, number: int, act: str, name: str) -> bytes:
    document = _yaml().load(content.decode("utf-8-sig"))
    if kind.form in ("section", "scalar"):
        del document[kind.at]
        return _dumped(document)
    items = document[kind.at]
    match act:
        case "delete":
            del items[number]
        case "duplicate":
            copy = json.loads(json.dumps(items[number]))
            renamed = {kind.identity: name} if kind.identity else {}
            items.insert(number + 1, name if kind.form == "scalars" else {**copy, **renamed})
        case "move":
            items.insert(0, items.pop(number))
        case "rename" if kind.form == "scalars":
            items[number] = name
        case "rename":
            items[number][kind.identity] = name
        case _:
            items.append({kind.identity: name})
    if not items:
        del document[kind.at]
    return _dumped(document)


def _named(content: bytes, resource: Resource, name: str) -> bytes:
    kind = KINDS[resource.kind]
    if kind.form == "python":
        return re.sub(rb"\bdef %s\b" % resource.name.encode(), b"def " + name.encode(), content)
    if kind.file_name_from and kind.file_name_from in resource.fields:
        document = _yaml().load(content.decode("utf-8-sig"))
        document[kind.file_name_from] = name
        return _dumped(document)
    return content


def said(content: bytes, resource: Resource, path: str = "") -> Any:
    """What a file says, read without the product."""
    if path and path.rpartition(".")[2] != (resource.file or resource.path).rpartition(".")[2]:
        return content
    match KINDS[resource.kind].form:
        case "text":
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        case "python":
            return _of_code(content, None)
        case "json":
            return told(json.loads(content), resource)
        case _:
            return told(_yaml().load(content.decode("utf-8-sig")), resource)


def told(document: Any, resource: Resource) -> Any:
    """Plain values, where what is empty or at its default is as if it were not there."""
    kind = KINDS[resource.kind]
    plain = json.loads(json.dumps(document))
    if kind.form in ("yaml", "json"):
        return _meant(kind.fields, plain)
    if isinstance(plain, dict) and kind.form == "section" and isinstance(plain.get(kind.at), dict):
        plain[kind.at] = _meant(kind.fields, plain[kind.at])
    if isinstance(plain, dict) and kind.form == "list":
        plain[kind.at] = [_meant(kind.fields, each) for each in plain.get(kind.at) or []]
    return plain


def _place(document: Any, resource: Resource, number: int) -> Any:
    kind = KINDS[resource.kind]
    if kind.form == "list":
        return document[kind.at][number]
    return document[kind.at] if kind.form == "section" else document


def _done(here: Any, gesture: Gesture) -> None:
    *way, last = gesture.steps
    for step, following in zip(way, gesture.steps[1:], strict=True):
        if isinstance(step, str) and here.get(step) is None:
            here[step] = [] if isinstance(following, int) else {}
        here = here[step]
    if gesture.act == "drop":
        del here[last]
    elif gesture.act == "up":
        assert isinstance(last, int)
        here[last - 1], here[last] = here[last], here[last - 1]
    elif isinstance(here, list) and last == len(here):
        here.append(gesture.value)
    else:
        here[last] = gesture.value


def _of_code(content: bytes, gesture: Gesture | None) -> Any:
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    if gesture is not None and gesture.steps == ("code",):
        text = text.replace(*gesture.value, 1)
    tree = ast.parse(text)
    header = [
        each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func).startswith("func_")
    ]
    if gesture is not None and gesture.steps != ("code",):
        name, place = ("func_description", 0) if gesture.steps == ("description",) else ("func_parameter", 1)
        calls = [each for each in header if ast.unparse(each.func) == name]
        at = gesture.steps[1] if name == "func_parameter" else 0
        assert isinstance(at, int)
        calls[at].args[place] = ast.Constant(gesture.value)
    return ast.unparse(tree)


def _meant(fields: Sequence[Field], value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    by_name = {field.name: field for field in fields}
    made = {name: _meant_by(by_name[name], each) if name in by_name else each for name, each in value.items()}
    return {name: each for name, each in made.items() if not _says_nothing(by_name.get(name), each)}


def _says_nothing(field: Field | None, value: Any) -> bool:
    if value in (None, "", [], {}):
        return True
    return field is not None and value == (False if field.default is None else field.default)


def _meant_by(field: Field, value: Any) -> Any:
    if isinstance(value, dict) and field.fields:
        return _meant(field.fields, value)
    if isinstance(value, dict) and field.values is not None:
        return {name: _meant_by(field.values, each) for name, each in value.items()}
    if isinstance(value, list) and field.columns:
        value = [_meant(field.columns, each) for each in value]
    return sorted(value, key=str) if isinstance(value, list) and field.sorted else value


def _dumped(document: Any) -> bytes:
    written = io.StringIO()
    _yaml().dump(document, written)
    return written.getvalue().encode()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    return yaml
