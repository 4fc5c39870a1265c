"""Two JSON values in, what differs between them out: place by place, each side as the JSON that stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from deepdiff import DeepDiff


@dataclass(frozen=True, slots=True)
class Difference:
    """At a JSON Pointer. `left` and `right` are JSON; None where nothing stands."""

    path: str
    left: str | None
    right: str | None

    @property
    def change(self) -> Literal["added", "removed", "changed"]:
        return "added" if self.left is None else "removed" if self.right is None else "changed"


def differences(left: object, right: object) -> list[Difference]:
    """Every leaf that differs, in the order the right side has them, then what only the left has."""
    before, after = dict(_leaves(left)), dict(_leaves(right))
    found = DeepDiff(before, after, verbose_level=2, view="tree", threshold_to_diff_deeper=0)
    paths = {level.path(output_format="list")[0] for levels in found.values() for level in levels}
    order = [*after, *(path for path in before if path not in after)]
    return [Difference(path, before.get(path), after.get(path)) for path in order if path in paths]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value that holds no other, under its pointer. An empty object or list is one too, but not the whole."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict | list) and (value or not path):
        for name, each in inner:
            yield from _leaves(each, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")
    else:
        yield path, json.dumps(value, ensure_ascii=False)
