"""The controls of a form as a template writes them, each with its address, label, text and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from deployments.forms.editing.problems import Note
from deployments.forms.editing.typed import AS_JSON, ENTRY, KEY, WAS, Raw, raw_of
from deployments.resources import Field
from deployments.resources.kinds.prefixes import PREFIXES

# {kind of resource: {the name of each: its address}}
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Control:
    """`sort` is how it is written: text, prose, code, number, flag, choice, ref, rows, section, hidden."""

    name: str
    label: str
    sort: str
    text: str = ""
    required: bool = False
    error: str = ""
    notes: tuple[Note, ...] = ()
    choices: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    inside: tuple[Control, ...] = ()
    noun: str = "entry"
    # Of code: what it is written in, empty for any text. Of a text: the prefixes of what it may name.
    language: str = ""
    references: tuple[str, ...] = ()
    # Of the name of a resource: where that is.
    target: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def described(self) -> str:
        """The ids of what is said beside it."""
        return " ".join([*([f"{self.id}-error"] if self.error else []), *(each.anchor for each in self.notes)]).strip()

    def names(self) -> Iterator[str]:
        """Its own address and those of all inside it."""
        yield self.name
        for inner in (*self.inside, *(each for row in self.rows for each in row.controls)):
            yield from inner.names()


@dataclass(frozen=True)
class Row:
    """A row with its own address, which buttons name."""

    name: str
    number: int
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Told:
    """What controls need to know beside the text: errors and findings by address, and names to choose from."""

    errors: Mapping[str, str]
    notes: Mapping[str, Sequence[Note]]
    names: Names
    language: str = "python"


def controls(fields: Iterable[Field], raw: Mapping[str, Raw], told: Told) -> list[Control]:
    """One for each field that is offered; an older spelling is only where the resource holds it."""
    return [
        control(field, field.name, raw[field.name], told)
        for field in fields
        if field.name in raw and (not field.older or raw[field.name] != raw_of(field, None))
    ]


def control(field: Field, name: str, raw: Raw, told: Told) -> Control:
    made = partial(
        Control,
        label=field.label,
        required=field.required,
        error=told.errors.get(name, ""),
        notes=tuple(told.notes.get(name, ())),
    )
    if isinstance(raw, dict) and AS_JSON in raw:
        return made(f"{name}.{AS_JSON}", sort="code", text=str(raw[AS_JSON]), language="json")
    if field.type == "code":
        return made(name, sort="code", text=str(raw), language=told.language, references=tuple(PREFIXES))
    if isinstance(raw, list):
        rows = tuple(_row(field, f"{name}.{number}", number, row, told) for number, row in enumerate(raw, start=1))
        return made(name, sort="rows", rows=rows, noun="row" if field.type == "table" else "entry")
    if isinstance(raw, dict):
        inside = tuple(control(each, f"{name}.{each.name}", raw[each.name], told) for each in field.fields)
        return made(name, sort="section", inside=inside)
    return made(
        name,
        sort=_on_lines(_sort(field), raw),
        text=raw,
        choices=_choices(field, raw, told.names),
        target=_target(field, raw, told.names),
        references=field.references or () if field.type == "prose" else (),
    )


def _row(field: Field, name: str, number: int, raw: Raw, told: Told) -> Row:
    if not isinstance(raw, dict):
        text = str(raw)
        entry = Control(
            name,
            f"{field.label} {number}",
            _on_lines("text", text),
            text,
            required=True,
            error=told.errors.get(name, ""),
            notes=tuple(told.notes.get(name, ())),
            choices=_choices(field, text, told.names),
            target=_target(field, text, told.names),
        )
        return Row(name, number, (entry,))
    if KEY in raw:
        assert field.values is not None
        said = str(raw[KEY])
        key = Control(
            f"{name}.{KEY}",
            "Name",
            _on_lines("text", said),
            said,
            True,
            told.errors.get(f"{name}.{KEY}", ""),
            choices=_choices(field, said, told.names),
            target=_target(field, said, told.names),
        )
        value = control(field.values, f"{name}.{ENTRY}", raw[ENTRY], told)
        return Row(name, number, (key, value))
    made = [control(column, f"{name}.{column.name}", raw[column.name], told) for column in field.columns]
    if WAS in raw:
        made.append(Control(f"{name}.{WAS}", "", "hidden", str(raw[WAS])))
    return Row(name, number, tuple(made))


def _on_lines(sort: str, text: str) -> str:
    """A control of one line drops the ends of lines, so what has several stands in one that keeps them."""
    return "prose" if "\n" in text and sort in ("text", "ref", "number") else sort


def _sort(field: Field) -> str:
    return {"whole": "number", "json": "code"}.get(field.type, field.type)


def _choices(field: Field, raw: str, names: Names) -> tuple[str, ...]:
    """What may stand there; what stands there already is among it, right or wrong."""
    if field.to:
        found = [name for kind in field.to for name in names.get(kind, ())]
    elif field.type == "choice":
        found = list(field.choices)
    else:
        return ()
    return tuple(dict.fromkeys([*found, *([raw] if raw else [])]))


def _target(field: Field, raw: str, names: Names) -> str:
    return next((path for kind in field.to if (path := names.get(kind, {}).get(raw))), "")
