"""A file that is text, with another text in it."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources.decoding import decoded
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.source import Source
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource, Value
from deployments.resources.yaml_reading import NotRead


def change_text(content: bytes, resource: Resource, fields: Mapping[str, Value]) -> bytes:
    """Any file may be given as a whole text, also one of another kind that cannot be read as that."""
    for name in fields:
        if name != "text":
            kind = KINDS[resource.kind]
            raise EditRefused(f'{kind.one_begins} has no field "{name}"; take it out.')
    text = fields.get("text")
    return retold(content, text if isinstance(text, str) else "") if fields else content


def retold(content: bytes, text: str) -> bytes:
    """Another text in a file's own encoding mark and line ends; what did not change keeps its bytes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        source = Source(content)
    except (NotRead, UnicodeDecodeError) as error:
        raise EditRefused("The file is not text in UTF-8; put another file in its place.") from error
    try:
        result = source.retold(text)
        if decoded(result) != text:
            raise EditRefused("The text begins with a byte order mark; take it out.")
    except UnicodeEncodeError as error:
        raise EditRefused("The text holds half a character (a lone surrogate); take it out.") from error
    except NotRead as reason:
        raise EditRefused("The text holds a NUL character; take it out.") from reason
    return result
