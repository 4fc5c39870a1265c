"""Values written as YAML in block style, the way the tools around an agent write it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping

from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from deployments.resources.resource import Value
from deployments.resources.yaml_reading import plain_scalar

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
    return "\n".join(mapping_lines(value, 0)) + "\n" if value else "{}\n"


def mapping_lines(mapping: Mapping[str, Value], indent: int) -> Iterator[str]:
    margin = " " * indent
    for key, value in mapping.items():
        written = key_text(key)
        if len(written) > _LONGEST_KEY:
            yield f"{margin}? {written}"
            written = ""
        opening = f"{margin}{written}:"
        if isinstance(value, dict) and value:
            yield opening
            yield from mapping_lines(value, indent + 2)
        elif isinstance(value, list) and value:
            yield opening
            yield from sequence_lines(value, indent)
        else:
            yield from _scalar(opening, value, indent + 2)


def sequence_lines(values: list[Value], indent: int) -> Iterator[str]:
    margin = " " * indent
    for value in values:
        if isinstance(value, dict) and value:
            yield from _behind_a_dash(mapping_lines(value, indent + 2), indent)
        elif isinstance(value, list) and value:
            yield from _behind_a_dash(sequence_lines(value, indent + 2), indent)
        else:
            yield from _scalar(f"{margin}-", value, indent + 2)


def _behind_a_dash(lines: Iterator[str], indent: int) -> Iterator[str]:
    yield f"{' ' * indent}- {next(lines)[indent + 2 :]}"
    yield from lines


def _scalar(opening: str, value: Value, indent: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{opening} {simple(value)}"
    elif "\n" in value and fits_a_block(value):
        yield f"{opening} |{_hints(value)}"
        for line in value.removesuffix("\n").split("\n"):
            yield f"{' ' * indent}{line}" if line else ""
    else:
        yield from folded(opening, one_line(value), indent)


def one_line(text: str) -> str:
    if is_plain(text):
        return text
    if "'" not in text and "\n" not in text and "\t" not in text and _PRINTABLE.match(text):
        return f"'{text}'"
    return double_quoted(text)


def key_text(key: str) -> str:
    return double_quoted(key) if "&" in key or "*" in key else one_line(key)


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


def fits_a_block(text: str) -> bool:
    return bool(text.strip()) and bool(_PRINTABLE.match(text))


def _hints(text: str) -> str:
    # The first line would otherwise be taken for the measure of the indentation.
    measure = "2" if text[0] in " \t\n" else ""
    if not text.endswith("\n"):
        return f"{measure}-"
    return f"{measure}+" if text.endswith("\n\n") else measure


def folded(opening: str, written: str, indent: int) -> Iterator[str]:
    """The line ends at the first space behind the width."""
    line = f"{opening} "
    start = 0
    for space in _FOLD.finditer(written):
        if len(line) + space.start() - start > WIDTH:
            yield line + written[start : space.start()]
            line, start = " " * indent, space.end()
    yield line + written[start:]


def simple(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return "[]" if value == [] else "{}" if value == {} else repr(value)


def double_quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if _PRINTABLE.match(quoted) else "".join(map(_escaped, quoted))


def _escaped(character: str) -> str:
    if _PRINTABLE.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
