"""Values written as YAML in block style, the way the tools around an agent write it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping

from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from deployments.resources.resource import Value
from deployments.resources.yaml_reading import NotRead, plain_scalar, read_yaml

WIDTH = 100

_TEXT = "tag:yaml.org,2002:str"
_RESOLVER = VersionedResolver()
# What may stand unescaped. The line breaks of YAML 1.1 (U+0085, U+2028, U+2029) would end a line for some readers.
_PRINTABLE = re.compile("[\\t\\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*\\Z")
# A single space between two words, where a line may be folded without loss.
_FOLD = re.compile(r"(?<=[^\s]) (?=[^\s])")
# Longer keys on one line are not taken for keys.
_LONGEST_KEY = 100


def write_yaml(value: Mapping[str, Value]) -> str:
    if not value:
        return "{}\n"
    written = _Writer(careful=False).document(value)
    # A literal block cannot hold every text, whatever the rules promise; double quotes can.
    return written if _reads_back(written, value) else _Writer(careful=True).document(value)


def _reads_back(written: str, value: Mapping[str, Value]) -> bool:
    try:
        return read_yaml(written) == value
    except NotRead:
        return False


class _Writer:
    def __init__(self, *, careful: bool) -> None:
        self._careful = careful

    def document(self, value: Mapping[str, Value]) -> str:
        return "\n".join(self._mapping(value, 0)) + "\n"

    def _mapping(self, mapping: Mapping[str, Value], indent: int) -> Iterator[str]:
        for key, value in mapping.items():
            written = self._key(key)
            if len(written) > _LONGEST_KEY:
                yield f"{' ' * indent}? {written}"
                written = ""
            yield from self._entry(f"{' ' * indent}{written}:", value, indent, indent)

    def _sequence(self, values: list[Value], indent: int) -> Iterator[str]:
        for value in values:
            if isinstance(value, dict | list) and value:
                inside = self._mapping(value, indent + 2) if isinstance(value, dict) else None
                lines = inside if inside is not None else self._sequence(value, indent + 2)  # type: ignore[arg-type]
                first = next(lines)
                yield f"{' ' * indent}- {first[indent + 2 :]}"
                yield from lines
            else:
                yield from self._entry(f"{' ' * indent}-", value, indent, indent)

    def _entry(self, opening: str, value: Value, indent: int, dashes: int) -> Iterator[str]:
        """A value behind its key or dash."""
        if isinstance(value, dict) and value:
            yield opening
            yield from self._mapping(value, indent + 2)
        elif isinstance(value, list) and value:
            yield opening
            yield from self._sequence(value, dashes)
        elif isinstance(value, str):
            yield from self._text(opening, value, indent + 2)
        else:
            yield f"{opening} {_simple(value)}"

    def _text(self, opening: str, text: str, indent: int) -> Iterator[str]:
        if "\n" in text and not self._careful and _fits_a_block(text):
            yield f"{opening} |{_hints(text)}"
            body = text.removesuffix("\n") if text.endswith("\n") else text
            for line in body.split("\n"):
                yield f"{' ' * indent}{line}" if line else ""
        else:
            yield from _folded(opening, self._line(text), indent)

    def _line(self, text: str) -> str:
        if is_plain(text):
            return text
        if not self._careful and "'" not in text and "\n" not in text and "\t" not in text and _PRINTABLE.match(text):
            return f"'{text}'"
        return _double_quoted(text)

    def _key(self, key: str) -> str:
        return _double_quoted(key) if "&" in key or "*" in key else self._line(key)


def is_plain(text: str) -> bool:
    """Whether every reader takes this text, unquoted, for this very text."""
    if not text or text != text.strip() or "\n" in text or "\t" in text or not _PRINTABLE.match(text):
        return False
    if text[0] in "#,[]{}&*!|>'\"%@`" or text.startswith(("---", "...")):
        return False
    if text[0] in "-?:" and (len(text) == 1 or text[1].isspace()):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    if plain_scalar(text) != text:
        return False
    # Other readers know more words than YAML 1.2 does: dates, 1_000.
    return bool(_RESOLVER.resolve(ScalarNode, text, (True, False)) == _TEXT)


def _fits_a_block(text: str) -> bool:
    return bool(text.strip()) and bool(_PRINTABLE.match(text))


def _hints(text: str) -> str:
    # The first line would otherwise be taken for the measure of the indentation.
    measure = "2" if text[0] in " \t\n" else ""
    if not text.endswith("\n"):
        return f"{measure}-"
    return f"{measure}+" if text.endswith("\n\n") else measure


def _folded(opening: str, written: str, indent: int) -> Iterator[str]:
    """The line ends at the first space behind the width."""
    line = f"{opening} "
    start = 0
    for space in _FOLD.finditer(written):
        if len(line) + space.start() - start > WIDTH:
            yield line + written[start : space.start()]
            line, start = " " * indent, space.end()
    yield line + written[start:]


def _simple(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return "[]" if value == [] else "{}" if value == {} else repr(value)


def _double_quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if _PRINTABLE.match(quoted) else "".join(map(_escaped, quoted))


def _escaped(character: str) -> str:
    if _PRINTABLE.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
