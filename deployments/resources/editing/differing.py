"""From an old value to a new one with as few changes of the text as there are differences."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from deployments.resources.editing.matching import common
from deployments.resources.editing.nodes import Node, Slot
from deployments.resources.editing.texts import YamlText
from deployments.resources.kinds import Field
from deployments.resources.resource import Value


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the inside of a value: the keys of a map, the columns of a table's rows."""

    fields: tuple[Field, ...] = ()
    rows: Shape | None = None
    key: str = ""
    values: Shape | None = None


def shape_of(field: Field | None) -> Shape:
    if field is None:
        return Shape()
    rows = Shape(field.columns) if field.columns else None
    return Shape(field.fields, rows, field.key, shape_of(field.values) if field.values else None)


def exactly(value: object) -> str:
    """Text that two values share when a file says the same of both."""
    return json.dumps(value, sort_keys=True)


def change_value(text: YamlText, slot: Slot, old: Value, new: Value, shape: Shape) -> None:
    if exactly(old) == exactly(new):
        return
    node = slot.node
    if isinstance(old, dict) and isinstance(new, dict) and node.shape == "map" and new and node.entries:
        if not change_map(text, node, old, new, shape):
            text.replace(slot, new)
    elif isinstance(old, list) and isinstance(new, list) and node.shape == "list" and new and node.items:
        if not _change_list(text, node, old, new, shape):
            text.replace(slot, new)
    else:
        text.replace(slot, new)


def change_map(text: YamlText, node: Node, old: Mapping[str, Value], new: Mapping[str, Value], shape: Shape) -> bool:
    """False when nothing of the map would be left to hold on to."""
    names = _declared_names(node, shape.fields)
    if not shape.fields:
        names, old = _renamed(text, node, names, old, new)
    gone = [index for index, name in enumerate(names) if name in old and name not in new]
    kept = [index for index in range(len(names)) if index not in set(gone)]
    if not kept:
        return bool(new) and text.replace_keys(node, new)
    for index in kept:
        name = names[index]
        if name in new:
            change_value(text, Slot(node, index), old.get(name), new[name], _inside(shape, name))
    if gone:
        text.remove_keys(node, gone)
    standing = {names[index]: index for index in kept}
    # What a merged map (`<<`) says already needs no key.
    said = {name for name in new if name in old and exactly(old[name]) == exactly(new[name])}
    missing = [name for name in new if name not in standing and name not in said]
    for after, group in _placed(missing, standing, [field.name for field in shape.fields] or list(new)).items():
        text.add_keys(node, after, {name: new[name] for name in group}, kept)
    return True


def _declared_names(node: Node, fields: Sequence[Field]) -> list[str]:
    """The keys as the kind calls them, whatever spelling the file uses."""
    keys = node.names()
    spelt: dict[str, str] = {}
    for field in fields:
        for name in (field.name, *field.also):
            if name in keys and field.name not in spelt.values():
                spelt[name] = field.name
    return [spelt.get(key, key) for key in keys]


def _renamed(
    text: YamlText, node: Node, names: list[str], old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[list[str], Mapping[str, Value]]:
    """Keys that people choose: another one in the same place is a new name, not another entry."""
    if list(old) != names or len(new) != len(names):
        return names, old
    renamed: dict[str, Value] = {}
    for index, (name, other) in enumerate(zip(names, new, strict=True)):
        is_new = name not in new and other not in old and exactly(old[name]) == exactly(new[other])
        if is_new:
            text.rename_key(node, index, other)
        renamed[other if is_new else name] = old[name]
    return list(renamed), renamed


def _inside(shape: Shape, name: str) -> Shape:
    if shape.values is not None:
        return shape.values
    return shape_of(next((field for field in shape.fields if field.name == name), None))


def _placed(names: Sequence[str], standing: Mapping[str, int], order: Sequence[str]) -> dict[int | None, list[str]]:
    """Behind which entry each new key goes: the last one before it in the order; unknown ones at the end."""
    ranks = {name: rank for rank, name in enumerate(order)}
    groups: dict[int | None, list[str]] = {}
    for name in sorted(names, key=lambda name: ranks.get(name, len(ranks))):
        rank = ranks.get(name, len(ranks))
        before = [other for other in standing if ranks.get(other, len(ranks)) < rank]
        if name not in ranks:
            place: int | None = max(standing.values())
        else:
            place = standing[max(before, key=lambda other: ranks[other])] if before else None
        groups.setdefault(place, []).append(name)
    return groups


def _change_list(text: YamlText, node: Node, old: list[Value], new: list[Value], shape: Shape) -> bool:
    pairs = _matched(old, new, shape.key)
    if not pairs:
        return False
    gone = sorted(set(range(len(old))) - set(pairs))
    for index, other in pairs.items():
        change_value(text, Slot(node, index), old[index], new[other], shape.rows or Shape())
    if gone:
        text.remove_items(node, gone)
    back = {other: index for index, other in pairs.items()}
    groups: dict[int | None, list[Value]] = {}
    after: int | None = None
    for other, value in enumerate(new):
        if other in back:
            after = back[other]
        else:
            groups.setdefault(after, []).append(value)
    for place, values in groups.items():
        text.add_items(node, place, values, list(pairs))
    return True


def _matched(old: list[Value], new: list[Value], key: str) -> dict[int, int]:
    """Which entry became which, in order: equal ones, then those of one key, then those between in turn."""
    pairs: dict[int, int] = {}
    anchors = [(-1, -1), *common([exactly(value) for value in old], [exactly(value) for value in new])]
    for (left, right), (next_left, next_right) in zip(anchors, [*anchors[1:], (len(old), len(new))], strict=True):
        if left >= 0:
            pairs[left] = right
        first = range(left + 1, next_left)
        second = range(right + 1, next_right)
        if key:
            named = [_name_of(old[index], key, index) for index in first]
            others = [_name_of(new[index], key, ("new", index)) for index in second]
            pairs.update((first[a], second[b]) for a, b in common(named, others))
        else:
            pairs.update(zip(first, second, strict=False))
    return dict(sorted(pairs.items()))


def _name_of(row: Value, key: str, otherwise: Hashable) -> Hashable:
    name = row.get(key) if isinstance(row, dict) else None
    return name if isinstance(name, str) else otherwise
