"""Variables: every `conv.state.<name>` in any function is one, and it stands in no file of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from deployments.comparison.cache import Bounded
from deployments.resources.kinds import kind_for
from deployments.resources.reading import variable
from deployments.resources.resource import Resource
from deployments.resources.variables import variables_in

Manifest: TypeAlias = Mapping[str, str]
Load: TypeAlias = Callable[[Collection[str]], Mapping[str, bytes]]

# A blob never changes under its hash, so neither does what it uses.
_known: Bounded[str, frozenset[str]] = Bounded(20_000)


def changed_variables(left: Manifest, right: Manifest, load: Load) -> tuple[list[Resource], list[Resource]]:
    """The variables only one side has: of the left, of the right."""
    differing = {path for path, _ in left.items() ^ right.items() if _is_function(path)}
    if not differing:
        return [], []
    before, after = _used(left, differing, load), _used(right, differing, load)
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    if gone or new:
        # What an unchanged function uses was there before and still is.
        unchanged = [path for path in right if path not in differing and _is_function(path)]
        kept = _used(right, unchanged, load).keys()
        gone, new = gone - kept, new - kept
    return [variable(name, before[name]) for name in sorted(gone)], [
        variable(name, after[name]) for name in sorted(new)
    ]


def _is_function(path: str) -> bool:
    return path.endswith(".py") and kind_for(path).form == "python"


def _used(manifest: Manifest, paths: Iterable[str], load: Load) -> Mapping[str, list[str]]:
    """Each variable with the files that use it."""
    hashes = {path: manifest[path] for path in sorted(paths) if path in manifest}
    names = {blob: known for blob in set(hashes.values()) if (known := _known.get(blob)) is not None}
    missing = set(hashes.values()) - names.keys()
    if missing:
        read = {blob: variables_in(content.decode(errors="replace")) for blob, content in load(missing).items()}
        _known.update(read)
        names |= read
    used: dict[str, list[str]] = {}
    for path, blob in hashes.items():
        for name in names[blob]:
            used.setdefault(name, []).append(path)
    return used


def forget_variables() -> None:
    _known.clear()
