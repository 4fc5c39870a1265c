"""Two versions of an agent in, what differs between them out: items, fields, rows, and pieces of text.

Pure Python: imports deepdiff and `deployments.resources`, never Django. Nothing here writes HTML.
"""

from deployments.comparison.model import Comparison, Counts, FieldChange, Item, Part
from deployments.comparison.row import Change, Piece, Pieces, Row, Side, Tally

__all__ = [
    "Change",
    "Comparison",
    "Counts",
    "FieldChange",
    "Item",
    "Part",
    "Piece",
    "Pieces",
    "Row",
    "Side",
    "Tally",
]
