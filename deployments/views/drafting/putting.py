"""Saving what a page made of the files that stand in the draft."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.models import Draft, DraftChange, content
from deployments.pipeline import change_files
from deployments.sides.side import Side
from deployments.views.http import Request, actor


def put(
    request: Request, side: Side, changes: Mapping[str, bytes | None], kind: DraftChange.Kind | None = None
) -> Draft | None:
    """Refused as a conflict when one of these files is no longer what it is in `side`."""
    held = {path: side.files[path] for path in changes if path in side.files}
    hashes = content.hashes(side.agent, set(held.values()))
    seen = {path: hashes[held[path]] if path in held else None for path in changes}
    return change_files(side.agent, changes, seen=seen, kind=kind, by=actor(request))
