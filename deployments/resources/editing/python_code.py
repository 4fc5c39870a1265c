"""The code of a Python file as the card shows it, put back into the file around what the card does not show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from deployments.resources.editing.python_text import Line, PythonText
from deployments.resources.editing.source import Splice
from deployments.resources.python_parsing import HEADERS, main_function, parsed
from deployments.resources.python_source import place_of_header


def as_card(code: str) -> str:
    """What a card shows of this code once it is in a file: no header line, no empty lines first."""
    lines = [line for line in code.split("\n") if line.rstrip() not in HEADERS]
    while lines and not lines[0].strip():
        del lines[0]
    return "\n".join(lines)


def code_changes(old: PythonText, code: str) -> list[Splice]:
    """`code` is as a card shows it. Lines that stayed are not touched, nor are decorators and the header."""
    lines = code.split("\n") if code else []
    seam = old.seam()
    if not old.card:
        place = len(old.text)
        apart = "\n" if old.text and not old.text.endswith("\n") else ""
        return [Splice(place, place, apart + code)] if code else []
    # In two parts, so that decorators stay at the function however much changed on both sides of them.
    old_split = 0 if seam is None else sum(line.start < seam for line in old.card)
    new_split = _beginning_of_function(code, old.name) if seam is not None else 0
    if new_split is None:
        new_split = min(old_split, len(lines))
    header_place = place_of_header(parsed(code))
    return [
        *_changed(old, range(old_split), lines[:new_split], seam, header_place),
        *_changed(old, range(old_split, len(old.card)), lines[new_split:], None, header_place - new_split),
    ]


def _beginning_of_function(code: str, name: str) -> int | None:
    tree = parsed(code)
    function = main_function(tree, name) if tree else None
    if function is not None:
        return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1
    found = [*re.finditer(rf"^(?:async +)?def +{re.escape(name)}\b", code, re.MULTILINE)]
    return code.count("\n", 0, found[-1].start()) if found else None


def _changed(old: PythonText, part: range, new: Sequence[str], seam: int | None, header_place: int) -> list[Splice]:
    before = [old.text[old.card[index].start : old.card[index].end] for index in part]
    start = 0
    while start < min(len(before), len(new)) and before[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(before), len(new)) - start and before[-1 - end] == new[-1 - end]:
        end += 1
    gone = [old.card[index] for index in part[start : len(before) - end]]
    added = [*new[start : len(new) - end]]
    if not gone:
        return [_inserted(old, part, start, added, seam)] if added else []
    hidden = _hidden(old.text, gone)
    place = header_place - start if 0 <= header_place - start <= len(added) and seam is not None else 0
    added[place:place] = hidden
    first, last = gone[0], gone[-1].end
    if first.behind:
        # The line break behind the decorator stays where it is.
        opening = len(old.text[: first.start].rstrip(" \t"))
        return [Splice(opening, last, "".join(f"\n{line}" for line in added))]
    if added:
        return [Splice(first.start, last, "\n".join(added))]
    if last < len(old.text):
        return [Splice(first.start, last + 1, "")]
    return [Splice(max(first.start - 1, 0), last, "")]


def _inserted(old: PythonText, part: range, start: int, added: Sequence[str], seam: int | None) -> Splice:
    if start < len(part):
        line = old.card[part[start]]
        if line.behind:
            opening = len(old.text[: line.start].rstrip(" \t"))
            return Splice(opening, line.start, "".join(f"\n{other}" for other in added) + "\n")
        place = line.start
    elif seam is not None:
        place = seam
    else:
        place = old.card[part[-1]].end if part else old.card[-1].end
        return Splice(place, place, "".join(f"\n{line}" for line in added))
    return Splice(place, place, "".join(f"{line}\n" for line in added))


def _hidden(text: str, shown: Sequence[Line]) -> list[str]:
    """What stands between lines of the card without being on it."""
    hidden: list[str] = []
    for line, following in pairwise(shown):
        between = text[line.end : following.start].partition("\n")[2]
        if between:
            hidden += between.removesuffix("\n").rstrip(" \t").split("\n")
    return hidden
