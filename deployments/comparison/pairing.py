"""Which resource of one version is which of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployments.comparison.entries import out_of_place
from deployments.comparison.flows import flow_of, is_flow, path_in
from deployments.comparison.identity import candidate, identity, is_ordered
from deployments.comparison.order import settled
from deployments.comparison.renames import Candidate, renamed
from deployments.comparison.values import equal
from deployments.resources.kinds import KINDS
from deployments.resources.normal import normal
from deployments.resources.resource import Resource


@dataclass(frozen=True, slots=True)
class Pair:
    """A resource that differs, as it is on both sides. `is_moved` says that its name, its file or its place is new."""

    left: Resource | None
    right: Resource | None
    is_moved: bool = False

    @property
    def one(self) -> Resource:
        found = self.right or self.left
        assert found is not None
        return found


def pair(left: Sequence[Resource], right: Sequence[Resource]) -> list[Pair]:
    """All pairs that differ: edited, moved, added, removed."""
    keys, other_keys = list(_keys(left)), list(_keys(right))
    places = {key: j for j, key in enumerate(other_keys)}
    matched = [(i, places[key]) for i, key in enumerate(keys) if key in places]
    out = _out_of_order(matched, left, right, keys, other_keys)
    pairs = [
        Pair(left[i], right[j], is_moved=(i, j) in out)
        for i, j in matched
        if (i, j) in out or not same_meaning(left[i], right[j])
    ]
    known, other_known = {i for i, _ in matched}, {j for _, j in matched}
    removed = [resource for i, resource in enumerate(left) if i not in known]
    added = [resource for j, resource in enumerate(right) if j not in other_known]
    pairs.extend(_with_renames(removed, added))
    places = {id(resource): place for resources in (left, right) for place, resource in enumerate(resources)}
    return sorted(pairs, key=lambda pair: places[id(pair.one)])


def same_meaning(left: Resource, right: Resource) -> bool:
    if left.kind != right.kind:
        return False
    kind = KINDS[left.kind]
    return equal(settled(normal(left), kind), settled(normal(right), kind))


def _keys(resources: Sequence[Resource]) -> Iterator[Hashable]:
    """What a resource is known by; of several that are known by the same, the first, the second and so on."""
    seen: dict[Hashable, int] = defaultdict(int)
    for resource in resources:
        key = identity(resource)
        seen[key] += 1
        yield key, seen[key]


def _out_of_order(
    matched: list[tuple[int, int]],
    left: Sequence[Resource],
    right: Sequence[Resource],
    keys: list[Hashable],
    other: list[Hashable],
) -> set[tuple[int, int]]:
    """Of the kinds whose order matters, the matched ones that left their place."""
    by_kind: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, j in matched:
        if is_ordered(left[i]):
            by_kind[left[i].kind].append((i, j))
    out: set[tuple[int, int]] = set()
    for pairs in by_kind.values():
        out |= out_of_place(pairs, [keys[i] for i, _ in pairs], [other[j] for _, j in pairs])
    return out


def _with_renames(removed: list[Resource], added: list[Resource]) -> Iterator[Pair]:
    """Removed and added ones; what is one resource under a new name, as a pair.

    Flows come first: what belongs to a renamed flow is then looked for in the flow it became.
    """
    flows, other_flows = list(filter(is_flow, removed)), list(filter(is_flow, added))
    became: dict[str, str] = {}
    for i, j in renamed([_flow(flow, removed) for flow in flows], [_flow(flow, added) for flow in other_flows]):
        became[_folder(flows[i])] = _folder(other_flows[j])

    before, after = _buckets(removed, became), _buckets(added, {})
    for bucket in (*before, *(bucket for bucket in after if bucket not in before)):
        lefts, rights = before.get(bucket, []), after.get(bucket, [])
        pairs = _bucket_pairs(lefts, rights, became)
        yield from (Pair(lefts[i], rights[j], is_moved=True) for i, j in pairs)
        known, other_known = {i for i, _ in pairs}, {j for _, j in pairs}
        yield from (Pair(resource, None) for i, resource in enumerate(lefts) if i not in known)
        yield from (Pair(None, resource) for j, resource in enumerate(rights) if j not in other_known)


def _flow(flow: Resource, resources: Sequence[Resource]) -> Candidate:
    """A flow is known by all that is in it: its own few fields say little."""
    parts = sorted((part for part in resources if flow_of(part) == flow_of(flow)), key=lambda part: part.path)
    known = [candidate(part) for part in parts]
    return Candidate(
        flow.name, "\n".join(filter(None, (one.body for one in known))), "\n".join(one.text for one in known)
    )


def _folder(flow: Resource) -> str:
    folder = flow_of(flow)
    assert folder is not None
    return folder


def _buckets(resources: Sequence[Resource], became: Mapping[str, str]) -> dict[Hashable, list[Resource]]:
    """Resources that could be one another: of one kind, and parts of a flow only within that flow."""
    buckets: dict[Hashable, list[Resource]] = defaultdict(list)
    for resource in resources:
        folder = flow_of(resource)
        buckets[resource.kind, became.get(folder, folder) if folder else None].append(resource)
    return buckets


def _bucket_pairs(lefts: list[Resource], rights: list[Resource], became: Mapping[str, str]) -> list[tuple[int, int]]:
    places = {resource.path: j for j, resource in enumerate(rights)}
    along = [(i, places[path]) for i, left in enumerate(lefts) if (path := path_in(left, became)) in places]
    known, other_known = {i for i, _ in along}, {j for _, j in along}
    rest = [i for i in range(len(lefts)) if i not in known]
    other_rest = [j for j in range(len(rights)) if j not in other_known]
    found = renamed([candidate(lefts[i]) for i in rest], [candidate(rights[j]) for j in other_rest])
    return along + [(rest[i], other_rest[j]) for i, j in found]
