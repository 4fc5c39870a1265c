"""From pairs of resources to the entries of the page: a flow with all of its parts is one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import blake2s

from deployments.comparison.fields import fields_of
from deployments.comparison.flows import is_flow
from deployments.comparison.model import Item, Part
from deployments.comparison.order import Natural, natural
from deployments.comparison.pairing import Pair
from deployments.comparison.row import Change
from deployments.resources.kinds import GROUPS, KINDS

_ORDER_OF_GROUPS = {group: place for place, group in enumerate(GROUPS)}
_ORDER_OF_KINDS = {kind: place for place, kind in enumerate(KINDS)}
# Variables that one function brings along, up to which each is an item of its own.
MOST_ALONE = 4


def items_of(pairs: Sequence[Pair], flow_names: Mapping[str, str]) -> tuple[Item, ...]:
    """The items in the order of the page. Items of an ordered kind keep the order of their file.

    `flow_names`: by folder, the names of flows whose own file did not change.
    """
    became = {
        pair.left.flow: pair.right.flow for pair in pairs if pair.left and pair.right and is_flow(pair.right.kind)
    }
    items = []
    flows: dict[str, list[Part]] = {}
    variables: dict[tuple[Change, str], list[Part]] = {}
    for pair in pairs:
        part = _part(pair)
        folder = pair.one.flow
        if pair.one.file is None:
            variables.setdefault((part.change, _brought_by(pair)), []).append(part)
        elif folder is None:
            items.append(_item(part.path, part.kind, part.name, part.previous_name, part.change, [part]))
        else:
            # What was removed from a renamed flow belongs to the flow it became.
            flows.setdefault(became.get(folder) or folder, []).append(part)
    items.extend(_flow_item(folder, parts, flow_names) for folder, parts in flows.items())
    for (change, function), parts in variables.items():
        items.extend(_variable_items(change, function, parts))
    return tuple(sorted(items, key=_place))


def _part(pair: Pair) -> Part:
    one, left, right = pair.one, pair.left, pair.right
    before = left if left and right else one
    return Part(
        kind=one.kind.key,
        label=one.kind.label,
        name=one.name,
        previous_name=before.name if before.name != one.name else None,
        path=one.path,
        previous_path=before.path if before.path != one.path else None,
        file=one.file,
        previous_file=before.file if before.file != one.file else None,
        change=_change(pair),
        compare=partial(fields_of, pair),
    )


def _change(pair: Pair) -> Change:
    if pair.left is None:
        return "added"
    if pair.right is None:
        return "removed"
    # Out of its place in an order and edited as well: the edit is the news.
    is_new_name = pair.left.path != pair.right.path
    if pair.is_moved and (is_new_name or all(field.change == "same" for field in fields_of(pair))):
        return "moved"
    return "changed"


def _flow_item(folder: str, parts: list[Part], flow_names: Mapping[str, str]) -> Item:
    parts.sort(key=lambda part: (_ORDER_OF_KINDS[part.kind], natural(part.name), part.path))
    holder = KINDS[parts[0].kind].inside or parts[0].kind
    own = parts[0] if parts[0].kind == holder else None
    change: Change = own.change if own else "changed"
    return _item(
        folder, holder, own.name if own else flow_names[folder], own.previous_name if own else None, change, parts
    )


def _brought_by(pair: Pair) -> str:
    """The file of the function that a variable comes and goes with: of several, the first."""
    used_in = pair.one.shown.get("used_in")
    return str(used_in[0]) if isinstance(used_in, list) and used_in else ""


def _variable_items(change: Change, function: str, parts: list[Part]) -> list[Item]:
    """A few variables are an item each. Many of one function are one, which counts as many as it holds."""
    if len(parts) <= MOST_ALONE:
        return [_item(part.path, part.kind, part.name, None, change, [part]) for part in parts]
    parts.sort(key=lambda part: natural(part.name))
    name = f"{len(parts):,} variables in {function.rsplit('/', 1)[-1].removesuffix('.py')}"
    return [_item(f"#variables/{change}/{function}", parts[0].kind, name, None, change, parts)]


def _item(path: str, kind: str, name: str, previous_name: str | None, change: Change, parts: Sequence[Part]) -> Item:
    return Item(
        anchor=_anchor(kind, path),
        kind=kind,
        group=KINDS[kind].group,
        label=KINDS[kind].label,
        name=name,
        previous_name=previous_name,
        change=change,
        parts=tuple(parts),
    )


def _anchor(kind: str, path: str) -> str:
    """Readable in an address, and safe there and as an id whatever characters the path has."""
    readable = re.sub(r"[^a-z0-9]+", "-", path.rsplit("/", 1)[-1].lower()).strip("-")[:40]
    return f"{kind.replace('_', '-')}-{readable}-{blake2s(path.encode(errors='replace'), digest_size=4).hexdigest()}"


def _place(item: Item) -> tuple[int, int, Natural, str]:
    name = natural("" if KINDS[item.kind].ordered else item.name)
    path = "" if KINDS[item.kind].ordered else item.parts[0].path
    return _ORDER_OF_GROUPS[item.group], _ORDER_OF_KINDS[item.kind], name, path
