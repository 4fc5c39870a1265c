"""The sheets of a comparison: an item each, with its parts, its fields and their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from deployments.comparison import Comparison, FieldChange, Item, Part, together
from deployments.keeping import Kept
from deployments.models import Agent, Deployment, Role, Touched, content
from deployments.pipeline import summary_between
from deployments.sides.attribution import Attribution
from deployments.sides.side import Side, sides_or_404
from deployments.views.comparing import rows
from deployments.views.frame import ICONS
from deployments.views.http import Request, agent_or_404

# Rows of the first answer; the rest comes when it is scrolled to.
FIRST_ROWS = 300

_compared: Kept[Comparison] = Kept(most=32, weight=32)


@dataclass(frozen=True)
class Pair:
    """The two sides of a comparison, with addresses that mean exactly them, whatever is placed meanwhile."""

    agent: Agent
    left: Side
    right: Side
    # Whether who reads it may change the draft.
    may_edit: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        return (self.agent.pk, self.left.identity, self.right.identity)

    @property
    def address(self) -> str:
        return reverse("comparison", args=[self.agent.slug, self.left.pinned, self.right.pinned])

    @property
    def labels(self) -> tuple[str, str]:
        return self.left.words, self.right.words

    @property
    def state(self) -> str:
        """The state of the draft on one of the sides; empty where there is none."""
        return next((side.draft.state for side in (self.left, self.right) if side.draft), "")

    def compared(self) -> Comparison:
        """From memory without reading what the sides hold, when these two were asked for before."""
        return _compared.get(self.key, self._compared, lambda found: 1)

    def _compared(self) -> Comparison:
        return summary_between(self.agent, self.left.files, self.right.files, (self.left.version, self.right.version))

    def load(self, blobs: Collection[str]) -> dict[str, bytes]:
        """The bytes of these blobs, for what looks into the files of both sides."""
        return content.load(self.agent, blobs)

    def lines(self, **asked: object) -> str:
        """The address of some lines; of a draft they are asked for in the state this page was made from."""
        asked = {key: value for key, value in (*asked.items(), ("state", self.state)) if value not in (None, "")}
        address = reverse("comparison-lines", args=[self.agent.slug, self.left.pinned, self.right.pinned])
        return f"{address}?{urlencode(asked)}"


def pair_or_404(request: Request, slug: str, left: str, right: str) -> Pair:
    return pair_of(request, agent_or_404(request, slug), left, right)


def pair_of(
    request: Request, agent: Agent, left: str, right: str, active: Mapping[int, Deployment] | None = None
) -> Pair:
    """`active`: what stands in each environment, by its id, where the page knows it already."""
    before, after = sides_or_404(agent, (left, right), active)
    return Pair(agent, before, after, may_edit=request.role.holds(Role.EDITOR))


@dataclass(frozen=True)
class Run:
    """Fields that follow each other, as tables. Those that did not change fold behind their `labels`."""

    fields: tuple[tuple[FieldChange, SafeString], ...]
    labels: str = ""
    open: bool = True


@dataclass(frozen=True)
class Section:
    """One part of a sheet: a resource, or one child of a flow, with its fields in the order of its kind."""

    part: Part
    titled: bool
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Card:
    """One sheet. Without sections, what it holds is fetched when it is reached."""

    item: Item
    icon: str
    place: str
    fetch: str
    page: str
    # For others: this sheet alone, of exactly these versions.
    link: str
    sections: tuple[Section, ...] | None
    by: Touched
    in_draft: bool
    previews: tuple[tuple[str, str], ...]
    restorations: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Manner:
    """How rows are written: with nothing folded, with white space to be drawn, with names for links to them."""

    unfolded: bool = False
    spaced: bool = False
    named: bool = False


PLAIN = Manner()


def cards(
    pair: Pair, items: Sequence[Item], who: Attribution, *, all_rows: bool, manner: Manner = PLAIN
) -> Iterator[Card]:
    """Sheets for these items. Their rows are made until there are enough for a first answer, or all of them."""
    room = None if all_rows else FIRST_ROWS
    for item in items:
        sections = None
        if room is None or room > 0:
            sections = tuple(_sections(pair, item, room, manner))
        if room is not None and sections is not None:
            room -= sum(_length(field) for part in item.parts for field in part.fields)
        yield _card(pair, item, sections, who)


def writing(
    pair: Pair, item: Item, place: int, field: FieldChange, manner: Manner = PLAIN, table: int = 0
) -> rows.Writing:
    """`table` counts the tables of a sheet, for the names of its rows."""
    left, right = pair.labels
    return rows.Writing(
        field=field,
        caption=f"{item.parts[place].name}, {field.label}. Left {left}, right {right}.",
        fetch=pair.lines(item=item.anchor, part=place, field=field.name),
        page=_page(item),
        unfolded=manner.unfolded,
        spaced=manner.spaced,
        names=f"{item.short_anchor}@{table}" if manner.named else "",
    )


def _card(pair: Pair, item: Item, sections: tuple[Section, ...] | None, who: Attribution) -> Card:
    return Card(
        item=item,
        icon=ICONS.get(item.group, "settings"),
        place=_place(item),
        fetch=pair.lines(item=item.anchor),
        page=_page(item),
        link=f"{pair.address}?item={item.anchor}",
        sections=sections,
        by=who.of(item.parts),
        in_draft=who.is_in_draft(item.parts),
        previews=tuple(_previews(pair, item)),
        restorations=tuple(_restorations(pair, item)),
    )


def _sections(pair: Pair, item: Item, room: int | None, manner: Manner) -> Iterator[Section]:
    if item.is_variables:
        yield _variables(pair, item, manner)
        return
    tables = count()
    for place, part in enumerate(item.parts):
        fields = []
        for field in part.fields:
            written = writing(pair, item, place, field, manner, next(tables))
            fields.append((field, rows.table(written, most=room)))
            if room is not None:
                room = max(1, room - _length(field))
        yield Section(part, titled=part.path != _own_path(item), runs=tuple(_runs(fields, manner)))


def _runs(fields: Sequence[tuple[FieldChange, SafeString]], manner: Manner) -> Iterator[Run]:
    for is_same, members in groupby(fields, key=lambda each: each[0].change == "same"):
        run = tuple(members)
        yield Run(run, ", ".join(field.label for field, _ in run), open=manner.unfolded) if is_same else Run(run)


def _variables(pair: Pair, item: Item, manner: Manner) -> Section:
    """A name says all there is of a variable: they stand in one list, whole, so that nothing of it is fetched later."""
    field = together(item)
    written = writing(pair, item, 0, field, replace(manner, unfolded=True))
    return Section(item.parts[0], titled=False, runs=(Run(((field, rows.table(written)),)),))


def _length(field: FieldChange) -> int:
    return len(field.rows) if field.has_rows else 1


def _place(item: Item) -> str:
    """Where it is found: its file, or the folder of a flow; what has no file says what it is."""
    if item.is_variables:
        return together(item).label
    first = item.parts[0]
    return "/".join(first.path.split("/")[:2]) if item.kind == "flow" else first.file or item.label


def _page(item: Item) -> str:
    """Where this item stands alone and unfolded, for a browser without scripts."""
    return f"?item={item.anchor}&lines=all#{item.anchor}"


def _previews(pair: Pair, item: Item) -> Iterator[tuple[str, str]]:
    if item.is_variables:
        return
    if item.change != "added":
        yield "Left version", _preview(pair, pair.left, _previous_path(item))
    if item.change != "removed":
        yield "Right version", _preview(pair, pair.right, _own_path(item))


def _preview(pair: Pair, side: Side, path: str) -> str:
    if side.draft:
        return reverse("resource", args=[pair.agent.slug, path])
    return reverse("version-resource", args=[pair.agent.slug, side.pinned, path])


def _restorations(pair: Pair, item: Item) -> Iterator[tuple[str, str]]:
    """Where the draft takes this resource back from a version, as it is there."""
    if item.kind == "variable" or not pair.may_edit:
        return
    one = item.parts[0]
    sides = (("left", pair.left, one.previous_path or one.path, "added"), ("right", pair.right, one.path, "removed"))
    for name, side, path, lacking in sides:
        if side.version and one.change != lacking:
            address = reverse("taking", args=[pair.agent.slug, side.pinned])
            yield f"as on the {name}", f"{address}?{urlencode({'path': path})}"


def _own_path(item: Item) -> str:
    return _flow_config(item.parts[0].path) if item.kind == "flow" else item.parts[0].path


def _previous_path(item: Item) -> str:
    path = item.parts[0].previous_path or item.parts[0].path
    return _flow_config(path) if item.kind == "flow" else path


def _flow_config(path: str) -> str:
    return "/".join((*path.split("/")[:2], "flow_config.yaml"))
