"""Two people saved the same: both texts side by side, and what does not overlap put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployments.comparison import Merge, Region, merge
from deployments.forms.editing import Raw, raw_of
from deployments.resources import Field, Value

# Unchanged lines that stay around what somebody changed.
CONTEXT = 2
TYPED = "typed."
SETTLE = "settle "


@dataclass(frozen=True)
class Strip:
    """Some lines of both texts. `state`: as of a Region, or "gap" for `skipped` lines that are the same."""

    state: str
    theirs: str = ""
    mine: str = ""
    skipped: int = 0


@dataclass(frozen=True)
class Conflict:
    """A field that both changed. `merge`: None where it is no text, so that nothing can be put together by line."""

    name: str
    label: str
    mine: str
    theirs: str
    merge: Merge | None

    @property
    def is_settled(self) -> bool:
        return self.merge is not None and self.merge.is_clean

    @property
    def strips(self) -> list[Strip]:
        if self.merge is None:
            return [Strip("overlap", self.theirs, self.mine)]
        return [strip for place, region in enumerate(self.merge.regions) for strip in self._strips(place, region)]

    def _strips(self, place: int, region: Region) -> Iterator[Strip]:
        if region.state != "same":
            yield Strip(region.state, "\n".join(region.theirs), "\n".join(region.mine))
            return
        assert self.merge is not None
        lines = region.mine
        head = CONTEXT if place else 0
        tail = CONTEXT if place < len(self.merge.regions) - 1 else 0
        if len(lines) <= head + tail + 1:
            yield _same(lines)
            return
        if head:
            yield _same(lines[:head])
        yield Strip("gap", skipped=len(lines) - head - tail)
        if tail:
            yield _same(lines[len(lines) - tail :])


@dataclass(frozen=True)
class Meeting:
    """What a form holds once two people's changes met in it, what both changed, and a sentence that says so."""

    raw: Mapping[str, Raw]
    conflicts: tuple[Conflict, ...]
    words: str


def meet(
    fields: Sequence[Field],
    before: Mapping[str, Value],
    now: Mapping[str, Value],
    raw: Mapping[str, Raw],
    mine: Iterable[str],
    said: str,
) -> Meeting:
    """What was typed over what somebody else has saved since: by field, and inside a text by line.

    `before` is what both began from, `now` what they saved; `mine` names the fields that were typed in. `said` begins
    the sentence: who saved.
    """
    made, names = dict(raw), set(mine)
    conflicts: list[Conflict] = []
    by_name = {each.name: each for each in fields}
    for each in fields:
        theirs = raw_of(each, now.get(each.name))
        if now.get(each.name) == before.get(each.name) or theirs == raw[each.name]:
            continue
        if each.name not in names:
            made[each.name] = theirs
            continue
        conflict = _conflict(each, raw_of(each, before.get(each.name)), raw[each.name], theirs)
        conflicts.append(conflict)
        if conflict.merge is not None:
            made[each.name] = conflict.merge.text
    alike = bool(names) and all(made[each] == raw_of(by_name[each], now.get(each)) for each in names)
    words = f"{said} this since you opened it. Nothing of yours was saved yet. {_words(conflicts, alike)}"
    return Meeting(made, tuple(conflicts), words)


def settle(
    fields: Sequence[Field],
    before: Mapping[str, Value],
    now: Mapping[str, Value],
    raw: Mapping[str, Raw],
    sent: Mapping[str, str],
) -> Meeting:
    """The form once somebody chose for a field: `settle theirs content`, `settle mine …` or `settle both …`.

    After the button of a row nothing is chosen, and what both changed is still there to be chosen.
    """
    act = sent.get("act", "")
    which, _, name = act.removeprefix(SETTLE).partition(" ") if act.startswith(SETTLE) else ("", "", "")
    made, words = dict(raw), ""
    conflicts: list[Conflict] = []
    for each in fields:
        typed = sent.get(TYPED + each.name)
        if typed is None:
            continue
        theirs = raw_of(each, now.get(each.name))
        mine = typed.replace("\r\n", "\n")
        conflict = _conflict(each, raw_of(each, before.get(each.name)), mine, theirs)
        conflicts.append(conflict)
        if each.name == name and conflict.merge is not None:
            made[name] = {"theirs": conflict.theirs, "mine": mine}.get(which, conflict.merge.text)
            holds = {"theirs": "their text", "mine": "your text"}.get(which, "both texts put together")
            words = f"{each.label} holds {holds}. Nothing is saved yet."
    return Meeting(made, tuple(conflicts), words)


def _conflict(field: Field, before: Raw, mine: Raw, theirs: Raw) -> Conflict:
    texts = [each for each in (before, mine, theirs) if isinstance(each, str)]
    merged = merge(*texts) if len(texts) == 3 else None
    return Conflict(field.name, field.label, _as_text(mine), _as_text(theirs), merged)


def _words(conflicts: Sequence[Conflict], alike: bool) -> str:
    if alike and not conflicts:
        return "What you typed is what they saved: there is nothing left to save."
    if not conflicts:
        return "You changed different fields: below stand theirs and yours together. Save to keep both."
    if overlapping := [each.label for each in conflicts if not each.is_settled]:
        labels = ", ".join(overlapping)
        return f"Both of you changed {labels}: theirs stands beside yours. Save to keep what you see."
    labels = ", ".join(each.label for each in conflicts)
    return f"Both of you changed {labels}, in different lines: below they are put together. Save to keep both."


def _same(lines: Sequence[str]) -> Strip:
    return Strip("same", "\n".join(lines), "\n".join(lines))


def _as_text(value: Raw) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
