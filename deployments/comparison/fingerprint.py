"""A name for what differs in an item: the same content on both sides has the same one, whatever the versions."""

from __future__ import annotations

import hashlib
import json

from deployments.comparison.model import Item


def fingerprint(item: Item) -> str:
    """32 hexadecimal digits of SHA-256 over kind, change, names and both values of every field that differs."""
    told = [
        [
            [part.kind, part.change, part.path, part.previous_path, part.name, part.previous_name],
            [[field.name, field.change, field.left, field.right] for field in part.fields if field.change != "same"],
        ]
        for part in item.parts
    ]
    written = json.dumps([item.change, told], ensure_ascii=False, sort_keys=True, default=repr)
    return hashlib.sha256(written.encode(errors="surrogatepass")).hexdigest()[:32]
