"""Which resource of one version is which of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployments.comparison.entries import out_of_place
from deployments.comparison.flows import is_flow
from deployments.comparison.identity import candidate, flow_candidate
from deployments.comparison.known import Known
from deployments.comparison.renames import renamed
from deployments.comparison.values import equal
from deployments.resources.normal import certainly_differ

# The folder of each renamed flow, and its new one.
_Became = Mapping[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """A resource that differs, as it is on both sides. `is_moved` says that its name, its file or its place is new."""

    left: Known | None
    right: Known | None
    is_moved: bool = False

    @property
    def one(self) -> Known:
        found = self.right or self.left
        assert found is not None
        return found


def pair(left: Sequence[Known], right: Sequence[Known], certain: Collection[str] = ()) -> list[Pair]:
    """All pairs that differ: edited, moved, added, removed. `certain`: addresses where both sides are known to."""
    keys, other_keys = list(_keys(left)), list(_keys(right))
    places = {key: j for j, key in enumerate(other_keys)}
    matched = [(i, places[key]) for i, key in enumerate(keys) if key in places]
    out = _out_of_order(matched, left, keys, other_keys)
    pairs = [
        Pair(left[i], right[j], is_moved=(i, j) in out)
        for i, j in matched
        if (i, j) in out or left[i].path in certain or not same_meaning(left[i], right[j])
    ]
    known, other_known = {i for i, _ in matched}, {j for _, j in matched}
    removed = [resource for i, resource in enumerate(left) if i not in known]
    added = [resource for j, resource in enumerate(right) if j not in other_known]
    pairs.extend(_with_renames(removed, added))
    order = {id(resource): place for resources in (left, right) for place, resource in enumerate(resources)}
    return sorted(pairs, key=lambda pair: order[id(pair.one)])


def same_meaning(left: Known, right: Known) -> bool:
    if left.kind is not right.kind or certainly_differ(left.resource, right.resource):
        return False
    return equal(dict(left.meaning), dict(right.meaning))


def _keys(resources: Sequence[Known]) -> Iterator[Hashable]:
    """What a resource is known by; of several that are known by the same, the first, the second and so on."""
    seen: dict[Hashable, int] = defaultdict(int)
    for resource in resources:
        key = resource.identity
        seen[key] += 1
        yield key, seen[key]


def _out_of_order(
    matched: list[tuple[int, int]],
    left: Sequence[Known],
    keys: list[Hashable],
    other: list[Hashable],
) -> set[tuple[int, int]]:
    """Of the kinds whose order matters, the matched ones that left their place."""
    by_kind: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, j in matched:
        if left[i].is_ordered:
            by_kind[left[i].kind.key].append((i, j))
    out: set[tuple[int, int]] = set()
    for pairs in by_kind.values():
        out |= out_of_place(pairs, [keys[i] for i, _ in pairs], [other[j] for _, j in pairs])
    return out


def _with_renames(removed: list[Known], added: list[Known]) -> Iterator[Pair]:
    """Removed and added ones; what is one resource under a new name, as a pair.

    Flows come first: what belongs to a renamed flow is then looked for in the flow it became.
    """
    flows = [known for known in removed if is_flow(known.kind)]
    other_flows = [known for known in added if is_flow(known.kind)]
    became: dict[str | None, str | None] = {}
    for i, j in renamed(
        [flow_candidate(flow, removed) for flow in flows], [flow_candidate(flow, added) for flow in other_flows]
    ):
        became[flows[i].flow] = other_flows[j].flow

    before, after = _buckets(removed, became), _buckets(added, {})
    for bucket in (*before, *(bucket for bucket in after if bucket not in before)):
        lefts, rights = before.get(bucket, []), after.get(bucket, [])
        pairs = _bucket_pairs(lefts, rights, became)
        yield from (Pair(lefts[i], rights[j], is_moved=True) for i, j in pairs)
        known, other_known = {i for i, _ in pairs}, {j for _, j in pairs}
        yield from (Pair(resource, None) for i, resource in enumerate(lefts) if i not in known)
        yield from (Pair(None, resource) for j, resource in enumerate(rights) if j not in other_known)


def _buckets(resources: Sequence[Known], became: _Became) -> dict[Hashable, list[Known]]:
    """Resources that could be one another: of one kind, and parts of a flow only within that flow."""
    buckets: dict[Hashable, list[Known]] = defaultdict(list)
    for known in resources:
        folder = None if is_flow(known.kind) else known.flow
        buckets[known.kind.key, became.get(folder, folder)].append(known)
    return buckets


def _bucket_pairs(lefts: list[Known], rights: list[Known], became: _Became) -> list[tuple[int, int]]:
    places = {resource.path: j for j, resource in enumerate(rights)}
    along = [(i, places[path]) for i, left in enumerate(lefts) if (path := _path_in(left, became)) in places]
    if lefts and is_flow(lefts[0].kind):
        # Which flow became which was settled by all they hold.
        return along
    known, other_known = {i for i, _ in along}, {j for _, j in along}
    rest = [i for i in range(len(lefts)) if i not in known]
    other_rest = [j for j in range(len(rights)) if j not in other_known]
    found = renamed([candidate(lefts[i]) for i in rest], [candidate(rights[j]) for j in other_rest])
    return along + [(rest[i], other_rest[j]) for i, j in found]


def _path_in(known: Known, became: _Became) -> str:
    """The address it would have, had nothing but the folder of its flow got another name."""
    folder = became.get(known.flow)
    if known.flow is None or folder is None:
        return known.path
    return folder + known.path.removeprefix(known.flow)
