"""Two manifests in, a comparison out. What is equal by hash is never read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from deployments.comparison.flows import config_path, is_flow
from deployments.comparison.items import items_of
from deployments.comparison.known import Known
from deployments.comparison.model import Comparison
from deployments.comparison.pairing import Pair, pair
from deployments.comparison.variables import Load, Manifest, UsesOf, changed_variables
from deployments.keeping import differing_in, forgets
from deployments.resources import read_file
from deployments.resources.decoding import decoded, refuse_merge_markers
from deployments.resources.kinds import kind_for
from deployments.resources.python_parsing import certainly_differ, function_name
from deployments.resources.reading import read_function
from deployments.resources.resource import Resource
from deployments.resources.yaml_reading import NotRead

# Files larger than this are read anew each time: the memory of parsed files is for the many small ones.
LARGEST_KEPT = 32_000


def compare(
    left: Manifest,
    right: Manifest,
    load: Load,
    uses_of: UsesOf | None = None,
    differing: Collection[str] | None = None,
    compiling: tuple[bool, bool] = (False, False),
) -> Comparison:
    """What differs between two versions, each a manifest of file path to blob hash.

    `load` is asked for the blobs that differ, once, and for the files of flows that need a name. When a variable seems
    new or gone, other functions are read until one uses it; what `uses_of` says of either side spares that.
    `differing`: the paths whose blobs differ, for who knows them. `compiling`: whether all code of the left and of the
    right side is known to compile, since it was checked when it was published.
    """
    paths = sorted(differing_in(left, right) if differing is None else differing)
    blobs = load({manifest[path] for manifest in (left, right) for path in paths if path in manifest})
    before: list[Known] = []
    after: list[Known] = []
    unread = set()
    for path in paths:
        was, becomes = (blobs[manifest[path]] if path in manifest else None for manifest in (left, right))
        if was is not None and becomes is not None and _certainly_differ(path, was, becomes):
            unread.add(path)
            before.append(_unread(path, was, compiles=compiling[0]))
            after.append(_unread(path, becomes, compiles=compiling[1]))
        else:
            resources, other_resources = _read(path, (was, becomes))
            before.extend(resources)
            after.extend(other_resources)
    pairs = pair(before, after, unread)
    load = _beside(blobs, load)
    gone, new = changed_variables(left, right, paths, load, uses_of)
    variables = [*(Pair(Known.of(name), None) for name in gone), *(Pair(None, Known.of(name)) for name in new)]

    touched = {resource.file for one in pairs for resource in (one.left, one.right) if resource}
    formatting = tuple(path for path in paths if path not in touched)
    return Comparison(items_of([*pairs, *variables], _flow_names(pairs, left, right, load)), formatting)


def _beside(blobs: Mapping[str, bytes], load: Load) -> Load:
    """Loads what is not there yet."""

    def loaded(hashes: Collection[str]) -> Mapping[str, bytes]:
        missing = [blob for blob in hashes if blob not in blobs]
        held = {blob: blobs[blob] for blob in hashes if blob in blobs}
        return {**held, **load(missing)} if missing else held

    return loaded


def _certainly_differ(path: str, left: bytes, right: bytes) -> bool:
    """Functions are many, and parsing them costs more than all else: the bytes tell of most that they changed."""
    if kind_for(path).form != "python":
        return False
    try:
        text, other = decoded(left), decoded(right)
        refuse_merge_markers(text)
        refuse_merge_markers(other)
    except NotRead:
        return False
    return certainly_differ(text, other, function_name(path))


def _unread(path: str, content: bytes, *, compiles: bool) -> Known:
    def read() -> Resource:
        if compiles:
            return read_function(path, decoded(content), compiles=True)
        return _resources(path, content)[0].resource

    return Known(kind_for(path).key, path, path, function_name(path), read)


def _read(path: str, contents: Sequence[bytes | None]) -> list[Sequence[Known]]:
    """The resources of a file on both sides; where one of them is broken, both as the plain text they are."""
    both = [() if content is None else _resources(path, content) for content in contents]
    if any(known.resource.problem for resources in both for known in resources):
        return [
            [] if content is None else [_plain(path, content, resources)]
            for content, resources in zip(contents, both, strict=True)
        ]
    return list(both)


def _resources(path: str, content: bytes) -> tuple[Known, ...]:
    return _kept(path, content) if len(content) <= LARGEST_KEPT else _known(path, content)


def _known(path: str, content: bytes) -> tuple[Known, ...]:
    return tuple(map(Known.of, read_file(path, content)))


_kept = lru_cache(maxsize=2_000)(_known)
forgets(_kept.cache_clear)


def _plain(path: str, content: bytes, resources: Sequence[Known]) -> Known:
    if len(resources) == 1 and resources[0].resource.problem:
        return resources[0]
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return Known.of(Resource("text_file", path, path, path, {"text": text}))


def _flow_names(pairs: Sequence[Pair], left: Manifest, right: Manifest, load: Load) -> Mapping[str, str]:
    """The names of the flows whose own file did not change, by folder: the same on both sides."""
    own = {pair.one.flow for pair in pairs if is_flow(pair.one.kind)}
    names = {pair.one.flow: pair.one.flow.rsplit("/", 1)[-1] for pair in pairs if pair.one.flow}
    paths = {folder: config_path(folder) for folder in names.keys() - own}
    blobs = {folder: blob for folder, path in paths.items() if (blob := right.get(path) or left.get(path))}
    contents = load(set(blobs.values())) if blobs else {}
    for folder, blob in blobs.items():
        flows = _resources(paths[folder], contents[blob])
        names[folder] = next((flow.name for flow in flows if is_flow(flow.kind)), names[folder])
    return names
