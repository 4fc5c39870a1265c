"""Forms made from the declaration of a kind: no kind has code of its own, and a new one gets its form by itself."""

from deployments.forms.editing.controls import Control, Told, controls
from deployments.forms.editing.problems import Note, address, anchor_of
from deployments.forms.editing.rows import with_act
from deployments.forms.editing.typed import Raw, raw_from, raw_of
from deployments.forms.editing.values import changes

__all__ = [
    "Control",
    "Note",
    "Raw",
    "Told",
    "address",
    "anchor_of",
    "changes",
    "controls",
    "raw_from",
    "raw_of",
    "with_act",
]
