"""Agents as plain dicts of path to text, and what a comparison of two says."""

from collections.abc import Collection, Mapping
from hashlib import sha256

from deployments.comparison import Comparison, FieldChange, Item, compare

Files = Mapping[str, str | bytes]

SIGNS = {"same": "=", "changed": "±", "added": "+", "removed": "-", "moved": "→", "gap": "…"}


class Store:
    """Blobs by hash, and which of them were asked for."""

    def __init__(self, *versions: Files) -> None:
        contents = [_bytes(content) for files in versions for content in files.values()]
        self.blobs = {_hash(content): content for content in contents}
        self.asked: list[Collection[str]] = []

    def load(self, hashes: Collection[str]) -> Mapping[str, bytes]:
        self.asked.append(hashes)
        return {blob: self.blobs[blob] for blob in hashes}


def manifest(files: Files) -> dict[str, str]:
    return {path: _hash(_bytes(content)) for path, content in files.items()}


def compared(left: Files, right: Files) -> Comparison:
    return compare(manifest(left), manifest(right), Store(left, right).load)


def changes(comparison: Comparison) -> dict[str, str]:
    """The title of each item with its change."""
    return {item.title: item.change for item in comparison.items}


def only(comparison: Comparison) -> Item:
    (item,) = comparison.items
    return item


def field(item: Item, name: str, part: int = 0) -> FieldChange:
    return next(field for field in item.parts[part].fields if field.name == name)


def signs(change: FieldChange) -> str:
    return "".join(SIGNS[row.change] for row in change.all_rows)


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
