"""Edits of an agent's files through the fields of its resources: all bytes but those of the edited values stay.

Pure: files in, the files that change out (None for one that goes). It may import the rest of `resources` and the
standard library only.
"""

from __future__ import annotations

from deployments.resources.editing.changing import change
from deployments.resources.editing.creating import create
from deployments.resources.editing.deleting import delete, move
from deployments.resources.editing.duplicating import duplicate
from deployments.resources.editing.finding import Hit, find, replace_text
from deployments.resources.editing.referring import mentions_of
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.renaming import rename
from deployments.resources.editing.text_files import retold
from deployments.resources.editing.undoing import undone

__all__ = [
    "EditRefused",
    "Hit",
    "change",
    "create",
    "delete",
    "duplicate",
    "find",
    "mentions_of",
    "move",
    "rename",
    "replace_text",
    "retold",
    "undone",
]
