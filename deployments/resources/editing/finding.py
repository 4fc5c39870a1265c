"""A text looked for across names, texts and code, and another put in its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from deployments.resources.editing.addresses import file_of
from deployments.resources.editing.changing import changed
from deployments.resources.editing.overlay import Overlay
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.renaming import rename_itself
from deployments.resources.kinds import KINDS
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource, Value

# How much of a long line is shown on each side of what was found.
_AROUND = 80
# So many places are replaced at once; what is found more often is no text to look for.
MOST_REPLACED = 20_000


@dataclass(frozen=True, slots=True)
class Hit:
    """Once found. `field` is its field (`conditions.2.description`, rows from 1; `file` for the name of a file)."""

    path: str
    field: str
    line: int
    # Of the same line, at most a few words.
    before: str
    found: str
    after: str
    # Which character of the field it begins with.
    start: int


def find(files: Mapping[str, bytes], text: str, *, match_case: bool = False, most: int | None = None) -> list[Hit]:
    """The places in the order of the files, at most so many: what comes after them is not read.

    Keys of maps and values that are no texts are not looked at.
    """
    pattern = _pattern(text, match_case)
    everywhere = (
        hit for file in sorted(files) for resource in read_file(file, files[file]) for hit in _hits(resource, pattern)
    )
    return list(islice(everywhere, most))


def replace_text(
    files: Mapping[str, bytes],
    text: str,
    replacement: str,
    *,
    places: Collection[Hit] | None = None,
    match_case: bool = False,
) -> dict[str, bytes | None]:
    """In place of every hit, or only of these. A name that changes takes its file along; references are texts too.

    Refused when there are more than 20,000 places.
    """
    hits = find(files, text, match_case=match_case, most=MOST_REPLACED + 1) if places is None else [*places]
    if len(hits) > MOST_REPLACED:
        raise EditRefused(f"This is in more than {MOST_REPLACED:,} places; look for a longer text.")
    overlay = Overlay(files)
    by_path: dict[str, list[Hit]] = {}
    for hit in hits:
        by_path.setdefault(hit.path, []).append(hit)
    names: list[tuple[str, str]] = []
    for file, paths in _by_file(files, by_path).items():
        resources = {resource.path: index for index, resource in enumerate(read_file(file, files[file]))}
        for path in paths:
            if path not in resources:
                raise _gone(path)
            # By its place in the file: the address changes with the name.
            resource = read_file(file, overlay[file])[resources[path]]
            if KINDS[resource.kind].form == "python":
                _replaced_in_function(overlay, resource, by_path[path], replacement)
                continue
            name = _replaced_in(overlay, file, resource, by_path[path], replacement)
            if name:
                names.append((path, name))
    for path, name in names:
        rename_itself(overlay, read_file(path, overlay[path])[0], name)
    return overlay.result()


def _pattern(text: str, match_case: bool) -> re.Pattern[str]:
    if not text:
        raise EditRefused("There is nothing to look for; type a text.")
    return re.compile(re.escape(text), 0 if match_case else re.IGNORECASE)


def _hits(resource: Resource, pattern: re.Pattern[str]) -> Iterator[Hit]:
    if _is_named_by_its_file(resource):
        yield from _in_text(resource, "file", resource.name, pattern)
    if KINDS[resource.kind].form == "bytes":
        return
    for field, value in _texts("", dict(resource.fields)):
        yield from _in_text(resource, field, value, pattern)


def _is_named_by_its_file(resource: Resource) -> bool:
    """Whether the name is in no field."""
    kind = KINDS[resource.kind]
    if kind.is_shared or resource.kind in ("start_function", "end_function"):
        return False
    return not kind.paths or ("*" in kind.paths[0] and "name" not in resource.fields)


def _texts(at: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(f"{at}.{key}" if at else key, entry)
    elif isinstance(value, list):
        for number, entry in enumerate(value, start=1):
            yield from _texts(f"{at}.{number}", entry)


def _in_text(resource: Resource, field: str, text: str, pattern: re.Pattern[str]) -> Iterator[Hit]:
    line, counted = 1, 0
    for match in pattern.finditer(text):
        start, end = match.span()
        line += text.count("\n", counted, start)
        counted = start
        # Never further than what is shown: a line may be as long as a file.
        before = text[max(start - _AROUND, 0) : start].rpartition("\n")[2]
        after = text[end : end + _AROUND].partition("\n")[0]
        yield Hit(resource.path, field, line, before, match[0], after, start)


def _by_file(files: Mapping[str, bytes], by_path: Mapping[str, list[Hit]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in by_path:
        found.setdefault(file_of(files, path), []).append(path)
    return found


def _replaced_in(files: Overlay, file: str, resource: Resource, hits: Collection[Hit], replacement: str) -> str | None:
    """Puts the texts in and gives the name that the file must take, if any."""
    by_field = _by_field(hits)
    wanted = _replaced("", dict(resource.fields), by_field, replacement)
    assert isinstance(wanted, dict)
    name_field = KINDS[resource.kind].file_name_from
    name = _replaced("file", resource.name, by_field, replacement)
    if name_field and wanted.get(name_field) != resource.fields.get(name_field):
        name = wanted.pop(name_field)
    fields = {key: value for key, value in wanted.items() if value != resource.fields.get(key)}
    if fields:
        files.lay({file: changed(files[file], resource, fields)})
    return name if isinstance(name, str) and name != resource.name else None


def _replaced_in_function(files: Overlay, resource: Resource, hits: Collection[Hit], replacement: str) -> None:
    """The name first: its `def` and its decorators belong together by it."""
    by_field = _by_field(hits)
    wanted = _replaced("", dict(resource.fields), by_field, replacement)
    assert isinstance(wanted, dict)
    name = _replaced("file", resource.name, by_field, replacement)
    path = resource.path
    if isinstance(name, str) and name != resource.name:
        rename_itself(files, resource, name)
        path = f"{path.rpartition('/')[0]}/{name}.py"
    now = read_file(path, files[path])[0]
    fields = {key: value for key, value in wanted.items() if value != now.fields.get(key)}
    if fields:
        files.lay({path: changed(files[path], now, fields)})


def _by_field(hits: Collection[Hit]) -> dict[str, list[Hit]]:
    by_field: dict[str, list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: hit.start):
        by_field.setdefault(hit.field, []).append(hit)
    return by_field


def _replaced(at: str, value: Value, hits: Mapping[str, list[Hit]], replacement: str) -> Value:
    if isinstance(value, str):
        parts: list[str] = []
        done = 0
        for hit in hits.get(at, ()):
            end = hit.start + len(hit.found)
            if hit.start < done or value[hit.start : end] != hit.found:
                raise _gone(hit.path)
            parts += [value[done : hit.start], replacement]
            done = end
        return "".join([*parts, value[done:]])
    if isinstance(value, dict):
        return {key: _replaced(f"{at}.{key}" if at else key, entry, hits, replacement) for key, entry in value.items()}
    if isinstance(value, list):
        return [_replaced(f"{at}.{number}", entry, hits, replacement) for number, entry in enumerate(value, start=1)]
    return value


def _gone(path: str) -> EditRefused:
    return EditRefused(f'"{path}" changed meanwhile; look for the text again.')
