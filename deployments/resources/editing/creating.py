"""New resources: an item of a shared file, a section, a whole file."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from deployments.resources.editing.addresses import kind_named, refuse_taken
from deployments.resources.editing.attempts import checked
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.settling import settled
from deployments.resources.editing.yaml_files import put_in
from deployments.resources.kinds import KINDS, Kind
from deployments.resources.names import clean
from deployments.resources.python_source import DECORATED
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource, Value
from deployments.resources.shared_files import identity_of
from deployments.resources.writing import write_file

_LEADING = {"conv": "conv: Conversation", "flow": "flow: Flow"}


def create(
    files: Mapping[str, bytes], kind: str, name: str, fields: Mapping[str, Value], *, inside: str = ""
) -> dict[str, bytes | None]:
    """A new resource of this kind. `inside` is the folder of the flow or variant that it belongs to, where it does."""
    declared = kind_named(kind)
    if declared.form in ("bytes", "derived", "rest"):
        raise EditRefused(f'"{declared.label}" cannot be made from fields; add a file instead.')
    if declared.is_shared:
        return _in_shared_file(files, declared, name, fields)
    path = path_for(declared, name, inside)
    refuse_taken(files, path)
    return {path: _new_file(declared, path, name, fields)}


def path_for(kind: Kind, name: str, inside: str = "", *, extension: str = "") -> str:
    """Where the file of a resource of this name goes."""
    if not kind.paths:
        return name.strip()
    pattern = kind.paths[0]
    if "*" not in pattern:
        return pattern
    stem = _stem(kind, name)
    ending = extension or pattern.rpartition(".")[2]
    if kind.key == "flow":
        return f"flows/{stem}/flow_config.yaml"
    folder = pattern.replace("**/", "").rpartition("/")[0]
    if "*" in folder:
        if not inside:
            raise EditRefused(f"{kind.one_begins} belongs inside another resource; say which one.")
        folder = folder.replace("*", inside.strip("/").rpartition("/")[2])
    return f"{folder}/{stem}.{ending}"


def _stem(kind: Kind, name: str) -> str:
    if kind.form == "python":
        if not name.isidentifier() or keyword.iskeyword(name):
            raise EditRefused(
                f'"{name}" cannot be the name of {kind.one}; use letters, digits and _, and no word of Python.'
            )
        if KINDS["function"] is kind and name in ("start_function", "end_function"):
            raise EditRefused(f'"{name}" is the name of a special function; choose another name.')
        return name
    if kind.file_name_from:
        stem = clean(name, lower=True)
        if not stem:
            raise EditRefused("A name needs a letter or a digit; choose another name.")
        return stem
    stem, dot, ending = name.strip().rpartition(".")
    stem = stem if dot and ending.lower() == "md" else name.strip()
    if not stem or "/" in stem:
        raise EditRefused("The name of a document must not be empty and holds no /; choose another name.")
    return stem


def refuse_same_name(kind: Kind, name: str, siblings: list[Resource]) -> None:
    if not kind.identity:
        return
    if not name.strip():
        raise EditRefused(f"{kind.one_begins} needs a name; choose one.")
    for other in siblings:
        if other.kind == kind.key and identity_of(kind, other.name) == identity_of(kind, name):
            raise EditRefused(f'There is already {kind.one} "{other.name}"; choose another name.')


def _in_shared_file(
    files: Mapping[str, bytes], kind: Kind, name: str, fields: Mapping[str, Value]
) -> dict[str, bytes | None]:
    path = next((path for path in kind.paths if path in files), kind.paths[0])
    content = files.get(path, b"")
    present = [resource for resource in read_file(path, content) if resource.kind == kind.key]
    if kind.form in ("section", "scalar"):
        if present:
            raise EditRefused(f'"{kind.label}" is there already; change that one.')
    else:
        refuse_same_name(kind, name, present)
    given = {**fields, kind.identity: name} if kind.identity else {**fields}
    settled_fields = settled(kind, {}, given)
    if not settled_fields:
        raise EditRefused(f'"{kind.label}" would hold nothing; fill in a field.')
    new = Resource(kind.key, f"{path}#{kind.at}", path, name, settled_fields)
    return {path: put_in(content, new) if path in files else write_file([new])}


def _new_file(kind: Kind, path: str, name: str, fields: Mapping[str, Value]) -> bytes:
    given = {**fields, kind.file_name_from: name.strip()} if kind.file_name_from else {**fields}
    if kind.form == "python" and not given.get("code"):
        given["code"] = _first_code(kind, name, given)
    new = settled(kind, {}, given)
    resource = Resource(kind.key, path, path, name, new)
    content = write_file([resource])
    if kind.form == "python":
        said = read_file(path, content)[0].fields
        if any(name in new and name not in said for name in DECORATED):
            raise EditRefused(f'The code needs a function "{name}" that can be read; correct it.')
        return content
    return checked(resource, read_file(path, content)[0].fields if kind.form == "yaml" else new, content)


def _first_code(kind: Kind, name: str, fields: Mapping[str, Value]) -> str:
    rows = fields.get("parameters")
    types = {"Integer": "int", "Number": "float", "Boolean": "bool"}
    described = [
        f"{row.get('name')}: {types.get(str(row.get('type')), 'str')}"
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    leading = [_LEADING[parameter] for parameter in kind.parameters]
    return f"def {name}({', '.join([*leading, *described])}):\n    pass\n"
