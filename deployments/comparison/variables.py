"""Variables: every `conv.state.<name>` in any function is one, and it stands in no file of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from deployments.keeping import Kept
from deployments.resources.kinds import kind_for
from deployments.resources.reading import variable
from deployments.resources.resource import Resource
from deployments.resources.variables import variables_in

Manifest: TypeAlias = Mapping[str, str]
Load: TypeAlias = Callable[[Collection[str]], Mapping[str, bytes]]
# In how many functions of a version each variable is used.
Uses: TypeAlias = Mapping[str, int]
# Gives the uses of the left and of the right side, None where they are not known.
UsesOf: TypeAlias = Callable[[], tuple[Uses | None, Uses | None]]

# Functions read at a time, while it is looked for one that still uses a variable.
AT_A_TIME = 200

# A blob never changes under its hash, so neither does what it uses.
_known: Kept[frozenset[str]] = Kept(most=20_000, weight=20_000)


def changed_variables(
    left: Manifest, right: Manifest, paths: Iterable[str], load: Load, uses_of: UsesOf | None = None
) -> tuple[list[Resource], list[Resource]]:
    """The variables only one side has: of the left, of the right. `paths`: those whose blobs differ.

    With the uses of either side no function is read but those that differ. They are asked for when there is a doubt.
    """
    differing = {path for path in paths if _is_function(path)}
    if not differing:
        return [], []
    before, after = _used(left, differing, load), _used(right, differing, load)
    doubtful = before.keys() ^ after.keys()
    left_uses, right_uses = uses_of() if uses_of and doubtful else (None, None)
    # What an unchanged function uses was there before and still is.
    if left_uses is not None:
        kept = {name for name in doubtful if left_uses.get(name, 0) > len(before.get(name, ()))}
    elif right_uses is not None:
        kept = {name for name in doubtful if right_uses.get(name, 0) > len(after.get(name, ()))}
    else:
        kept = used_in(right, doubtful, load, apart_from=differing)
    return (
        [variable(name, before[name]) for name in sorted(doubtful - kept) if name in before],
        [variable(name, after[name]) for name in sorted(doubtful - kept) if name in after],
    )


def used_in(
    manifest: Manifest, names: Collection[str], load: Load, apart_from: Collection[str] = frozenset()
) -> set[str]:
    """Which of these variables any function uses. Functions are read until every one was met."""
    waiting = [path for path in manifest if path not in apart_from and _is_function(path)] if names else []
    found: set[str] = set()
    while waiting and len(found) < len(names):
        found |= _used(manifest, waiting[:AT_A_TIME], load).keys() & set(names)
        del waiting[:AT_A_TIME]
    return found


def _is_function(path: str) -> bool:
    return path.endswith(".py") and kind_for(path).form == "python"


def _used(manifest: Manifest, paths: Iterable[str], load: Load) -> Mapping[str, list[str]]:
    """Each variable with the files that use it."""
    hashes = {path: manifest[path] for path in sorted(paths) if path in manifest}
    names = _known.several(
        set(hashes.values()),
        lambda missing: {blob: variables_in(held.decode(errors="replace")) for blob, held in load(missing).items()},
    )
    used: dict[str, list[str]] = {}
    for path, blob in hashes.items():
        for name in names[blob]:
            used.setdefault(name, []).append(path)
    return used
