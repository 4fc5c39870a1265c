"""Any resources that a file of an agent may hold, made up from the declarations of the kinds alone."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from deployments.resources import KINDS, Field, Kind, Resource, Value, clean, identity_of, kinds_for

_ODD_TEXTS = """yes|true|null|~|3|1_000|2024-01-01|1e3|.5|0x1F|+4915550100|- a|# a|a # b|a: b|a:|'|"|it's|---|...|<<
=|*a|&a|@a|`a|%a|!a|>|{a}|[a]|a, b|?|? a|:|-|C:\\x|.inf|.nan|e\u0301|\U0001f6a2 ahoy""".replace("\n", "|").split("|")
_ODD_LINES = (
    *("", " ", "\n", "a\n", "a\n\n", "\n a", "  a\n b", "a \n  \nb", "\ta\n", "\n\n", "a\n ", "|", "x\rb", "\r\n"),
    *("a\u2028b", "a\x85b\nc", "\ufeff", "\x1b", "<<<<<<<\n=======\n>>>>>>>", "x" * 300),
    *(words * 40 + "end" for words in ("word ", "word  two ", "'quoted' ", "+1 ", "# ", "- ", "a\tb ")),
)
# A lone surrogate is no text, and no database keeps a NUL; everything else may stand in a value.
_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(_LETTERS, max_size=40) | st.sampled_from([*_ODD_TEXTS, *_ODD_LINES])
WORDS = st.text("abcxyzABCÄé中_ -", min_size=1, max_size=15).map(str.strip).filter(clean)
WHOLE = st.integers(-(10**12), 10**12)
FINITE = WHOLE | st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = WHOLE | st.floats(allow_nan=False)


def values(numbers: st.SearchStrategy[Any] = NUMBERS) -> st.SearchStrategy[Value]:
    def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)

    return st.recursive(st.none() | st.booleans() | numbers | TEXTS, deeper, max_leaves=6)


def value_of(field: Field, kind: Kind) -> st.SearchStrategy[Any]:
    """Any value of the declared type, in the form in which it is written."""
    match field.type:
        case "text" | "prose" | "ref" | "code":
            strategy: st.SearchStrategy[Any] = TEXTS.map(str.strip) if field.trimmed else TEXTS
        case "list":
            strategy = st.lists(TEXTS, max_size=4)
            strategy = strategy.map(sorted) if field.sorted else strategy
        case "flag":
            strategy = st.booleans()
        case "whole":
            strategy = WHOLE
        case "number":
            strategy = NUMBERS
        case "choice":
            strategy = st.sampled_from(field.choices)
        case "table":
            strategy = st.lists(fields_of(field.columns, kind), max_size=3)
            if field.sorted:
                strategy = strategy.map(lambda rows: sorted(rows, key=lambda row: str(row.get(field.key))))
        case "map":
            assert field.values is not None
            strategy = st.dictionaries(TEXTS, value_of(field.values, kind), max_size=3)
        case "section":
            strategy = fields_of(field.fields, kind)
            if field.or_flag:
                strategy = strategy | st.booleans()
        case "json":
            strategy = values(FINITE if kind.form == "json" else NUMBERS)
    match field.omitted:
        case "empty":
            strategy = strategy.filter(lambda value: value not in ("", [], {}))
        case "default":
            strategy = strategy.filter(lambda value: value != field.default)
        case "disabled":
            strategy = strategy.map(lambda section: section | {"is_enabled": True})
    return strategy


def fields_of(fields: tuple[Field, ...], kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    every = {field.name: value_of(field, kind) for field in fields}
    taken = {name for field in fields for name in (field.name, *field.also)}
    other = st.dictionaries(TEXTS.filter(lambda key: key not in taken), values(), max_size=1)
    if kind.form == "json":
        other = st.just({})
    declared = st.fixed_dictionaries({}, optional=every)
    return st.tuples(declared, other).map(lambda both: both[0] | both[1])


@st.composite
def files(draw: st.DrawFn, path: str) -> list[Resource]:
    """All the resources of one file."""
    kinds = kinds_for(path)
    if not kinds[0].is_shared:
        return [draw(one_file(kinds[0], path))]
    resources: list[Resource] = []
    for kind in kinds:
        resources += draw(_PARTS[kind.form](kind, path))
    claimed = {kind.at for kind in kinds}
    other = draw(st.dictionaries(TEXTS.filter(lambda key: key not in claimed), values(), max_size=1))
    if other:
        resources.append(Resource("other_keys", path, path, path, other))
    return resources


@st.composite
def one_file(draw: st.DrawFn, kind: Kind, path: str) -> Resource:
    if kind.form == "text":
        return Resource(kind.key, path, path, _file_label(kind, path), {"text": draw(PLAIN_TEXTS)})
    if kind.form == "python":
        name = path.rsplit("/", 1)[-1].removesuffix(".py")
        return Resource(kind.key, path, path, name, draw(_python(kind, name)))
    fields = draw(fields_of(kind.fields, kind))
    if "*" not in kind.paths[0]:
        return Resource(kind.key, path, path, kind.label, fields)
    name = draw(WORDS)
    return Resource(kind.key, path, path, name, fields | {"name": name})


# Of a file that is text: its own line ends are LF, and a mark at its beginning belongs to the encoding.
PLAIN_TEXTS = TEXTS.filter(
    lambda text: "\r" not in text and "\0" not in text and not text.startswith("\ufeff") and "<<<<<<<" not in text
)


def _file_label(kind: Kind, path: str) -> str:
    return path.rsplit("/", 1)[-1] if "*" in kind.paths[0] else kind.label


@st.composite
def _python(draw: st.DrawFn, kind: Kind, name: str) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    described = draw(fields_of(kind.fields, kind))
    arguments = []
    if "description" in kind.by_name and described.get("description"):
        fields["description"] = described["description"]
    if "parameters" in kind.by_name and draw(st.booleans()):
        types = {"String": "str", "Integer": "int", "Number": "float", "Boolean": "bool", "list": "list", "": ""}
        rows: list[Value] = []
        for parameter in draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3, unique=True)):
            kind_of = draw(st.sampled_from(sorted(types)))
            rows.append({"name": parameter, "description": draw(TEXTS), "type": kind_of})
            arguments.append(f", {parameter}: {types[kind_of]}" if types[kind_of] else f", {parameter}")
        fields["parameters"] = rows
    if draw(st.booleans()):
        fields["delay"] = draw(_delays())
    before = draw(
        st.sampled_from(
            [
                "",
                '"""What this is for."""\n',
                "from __future__ import annotations\n\n",
                '"""Two\nlines."""\n\nfrom __future__ import annotations\nimport re\n\n\n',
                "import json\n\n",
                "# A comment first.\n\nLIMIT = 3\n\n\n",
                "@other('x')\n",
                "def helper(x):\n    return x\n\n\n@other\n@func_description(WORDS)\n",
            ]
        )
    )
    literal = json.dumps(draw(PLAIN_TEXTS))
    word = draw(st.sampled_from(["def", "async def"]))
    after = draw(st.sampled_from(["", "\n", "\n\n\ndef after():\n    pass\n"]))
    fields["code"] = f"{before}{word} {name}(conv{''.join(arguments)}):\n    return {literal}{after}"
    return fields


def _delays() -> st.SearchStrategy[dict[str, Any]]:
    seconds = st.integers(0, 10) | st.floats(0, 10)
    rows = st.lists(st.fixed_dictionaries({"text": TEXTS, "seconds": seconds}), max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "delay_before_responses_start": seconds,
            "silence_after_each_response": seconds,
            "delay_responses": rows,
            "randomize": st.booleans(),
        },
    )


@st.composite
def _items(draw: st.DrawFn, kind: Kind, path: str) -> list[Resource]:
    if not kind.identity:
        found = draw(st.lists(fields_of(kind.fields, kind), max_size=3))
        return [
            Resource(kind.key, f"{path}#{kind.at}/{number}", path, str(fields.get("regex", "")).strip(), fields)
            for number, fields in enumerate(found, start=1)
        ]
    resources = []
    names = st.sampled_from(kind.by_name[kind.identity].choices) if kind.by_name[kind.identity].choices else WORDS
    for name in draw(st.lists(names, max_size=3, unique_by=lambda name: identity_of(kind, name))):
        fields = draw(fields_of(kind.fields, kind)) | {kind.identity: name}
        resources.append(Resource(kind.key, f"{path}#{kind.at}/{identity_of(kind, name)}", path, name, fields))
    return resources


@st.composite
def _section(draw: st.DrawFn, kind: Kind, path: str) -> list[Resource]:
    fields = draw(fields_of(kind.fields, kind))
    return [Resource(kind.key, f"{path}#{kind.at}", path, kind.label, fields)] if fields else []


@st.composite
def _scalar(draw: st.DrawFn, kind: Kind, path: str) -> list[Resource]:
    code = draw(st.none() | st.sampled_from(["en-GB", "no", "de"]))
    return [Resource(kind.key, f"{path}#{kind.at}", path, "Default language", {"code": code})] if code else []


@st.composite
def _scalars(draw: st.DrawFn, kind: Kind, path: str) -> list[Resource]:
    codes = draw(st.lists(st.sampled_from(["en-GB", "no", "de", "fr-FR", "123"]), max_size=3, unique=True))
    return [Resource(kind.key, f"{path}#{kind.at}/{code}", path, code, {"code": code}) for code in codes]


_PARTS = {"list": _items, "section": _section, "scalar": _scalar, "scalars": _scalars}

# A path where each kind that has one may live.
PATHS = {
    kind.key: pattern.replace("**/", "").replace("/*/", "/main_house/").replace("*", "find_cabin")
    for kind in KINDS.values()
    for pattern in kind.paths
}
