"""Resources in YAML files: changed, added, taken out and moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deployments.resources.editing.addresses import unreadable
from deployments.resources.editing.attempts import NoPlace, edited
from deployments.resources.editing.differing import Shape, change_map, change_value, exactly
from deployments.resources.editing.nodes import Node, Slot, composed
from deployments.resources.editing.settling import settled
from deployments.resources.editing.source import Source, Splice
from deployments.resources.editing.texts import YamlText
from deployments.resources.kinds import KINDS, Field, Kind, kinds_for
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource, Value
from deployments.resources.writing import write_file, written_fields
from deployments.resources.yaml_writing import write_yaml

_LISTS = ("list", "scalars")


def change_resource(content: bytes, resource: Resource, fields: Mapping[str, Value]) -> bytes:
    kind, file = KINDS[resource.kind], _file(resource)
    new = settled(kind, resource.fields, fields)
    if exactly(new) == exactly(dict(resource.fields)):
        return content
    resources = _read(file, content)
    place = _place(resources, resource)
    if not new and kind.form in ("section", "scalar", "rest"):
        return take_out(content, resource) or b""
    wanted = [*resources]
    wanted[place] = replace(resource, fields=new)
    if composed(Source(content).text) is None:
        return _begun(content, wanted)
    old_value, new_value = _as_it_stands(kind, resource.fields), _as_it_stands(kind, new)
    index = _index(resources, resource)

    def finely(text: YamlText, root: Node) -> None:
        if kind.form in ("yaml", "rest"):
            _change_root(text, root, resource.fields, new, Shape(kind.fields))
        else:
            change_value(text, _slot(root, kind, index), old_value, new_value, Shape(kind.fields))

    def whole(text: YamlText, root: Node) -> None:
        if kind.form in ("yaml", "rest"):
            raise NoPlace
        text.replace(_slot(root, kind, index), new_value)

    return edited(file, content, [finely, whole], wanted)


def put_in(content: bytes, new: Resource, index: int | None = None) -> bytes:
    """A new resource of a shared file, written by the writer: an item of a list at `index`, by default at the end."""
    kind, file = KINDS[new.kind], _file(new)
    resources = _read(file, content)
    new = replace(new, fields=written_fields(kind.fields, new.fields))
    siblings = [resource for resource in resources if resource.kind == new.kind]
    index = len(siblings) if index is None else index
    wanted = [*resources]
    if index < len(siblings):
        wanted.insert(_place(resources, siblings[index]), new)
    else:
        order = [*KINDS]
        known = [order.index(resource.kind) <= order.index(new.kind) for resource in resources]
        wanted.insert(sum(known) if kind.form != "rest" else len(resources), new)
    if composed(Source(content).text) is None:
        return _begun(content, wanted)
    value = _as_it_stands(kind, new.fields)
    old_list: list[Value] = [_as_it_stands(kind, resource.fields) for resource in siblings]

    def at_its_place(text: YamlText, root: Node) -> None:
        if kind.form in _LISTS and old_list:
            node = _list(root, kind)
            text.add_items(node, index - 1 if index else None, [value], range(len(node.items)))
        else:
            shape = Shape(tuple(Field(other.at, other.label) for other in kinds_for(file)))
            added: Value = [value] if kind.form in _LISTS else value
            before: dict[str, Value] = {kind.at: None} if kind.at in root.names() else {}
            _change_root(text, root, before, {kind.at: added}, shape)

    def whole(text: YamlText, root: Node) -> None:
        if kind.form not in _LISTS:
            raise NoPlace
        text.replace(_top(root, kind), [*old_list[:index], value, *old_list[index:]])

    return edited(file, content, [at_its_place, whole], wanted)


def take_out(content: bytes, resource: Resource) -> bytes | None:
    """The file without this resource; None when nothing is left of it."""
    kind, file = KINDS[resource.kind], _file(resource)
    resources = _read(file, content)
    place, index = _place(resources, resource), _index(resources, resource)
    wanted = [*resources[:place], *resources[place + 1 :]]
    if not wanted and b"#" not in content:
        return None

    def out(text: YamlText, root: Node) -> None:
        if kind.form in _LISTS:
            node = _list(root, kind)
            if len(node.items) > 1:
                text.remove_items(node, [index])
            else:
                text.replace(_top(root, kind), [])
            return
        keys = root.names()
        gone = [keys.index(name) for name in (resource.fields if kind.form == "rest" else [kind.at])]
        if len(gone) == len(keys):
            text.replace_all(root, "{}")
        else:
            text.remove_keys(root, gone)

    return edited(file, content, [out], wanted)


def move_item(content: bytes, resource: Resource, to: int) -> bytes:
    kind, file = KINDS[resource.kind], _file(resource)
    resources = _read(file, content)
    siblings = [other for other in resources if other.kind == resource.kind]
    index = _index(resources, resource)
    to = max(0, min(to, len(siblings) - 1))
    if to == index:
        return content
    moved = [*siblings]
    moved.insert(to, moved.pop(index))
    following = iter(moved)
    wanted = [next(following) if other.kind == resource.kind else other for other in resources]
    values: list[Value] = [_as_it_stands(kind, other.fields) for other in moved]

    def as_it_is(text: YamlText, root: Node) -> None:
        node = _list(root, kind)
        if node.flow:
            raise NoPlace
        text.move_item(node, index, to)

    def whole(text: YamlText, root: Node) -> None:
        text.replace(_top(root, kind), values)

    return edited(file, content, [as_it_is, whole], wanted)


def _change_root(text: YamlText, root: Node, old: Mapping[str, Value], new: Mapping[str, Value], shape: Shape) -> None:
    if root.shape != "map" or not root.entries or not change_map(text, root, old, new, shape):
        text.replace_all(root, write_yaml(new).removesuffix("\n"))


def _begun(content: bytes, wanted: Sequence[Resource]) -> bytes:
    """A file that held nothing but comments, if that."""
    source = Source(content)
    apart = "\n" if source.text and not source.text.endswith("\n") else ""
    written = apart + write_file(wanted).decode()
    return source.spliced([Splice(len(source.text), len(source.text), written)])


def _read(file: str, content: bytes) -> tuple[Resource, ...]:
    resources = read_file(file, content)
    if resources and resources[0].problem is not None:
        raise unreadable(file, resources[0])
    return resources


def _place(resources: Sequence[Resource], resource: Resource) -> int:
    return next(place for place, other in enumerate(resources) if other.path == resource.path)


def _index(resources: Sequence[Resource], resource: Resource) -> int:
    return _place([other for other in resources if other.kind == resource.kind], resource)


def _top(root: Node, kind: Kind) -> Slot:
    if root.shape != "map" or kind.at not in root.names():
        raise NoPlace
    return Slot(root, root.names().index(kind.at))


def _list(root: Node, kind: Kind) -> Node:
    node = _top(root, kind).node
    if node.shape != "list":
        raise NoPlace
    return node


def _slot(root: Node, kind: Kind, index: int) -> Slot:
    return Slot(_list(root, kind), index) if kind.form in _LISTS else _top(root, kind)


def _as_it_stands(kind: Kind, fields: Mapping[str, Value]) -> Value:
    return fields.get("code") if kind.form in ("scalar", "scalars") else dict(fields)


def _file(resource: Resource) -> str:
    return resource.file or resource.path
