"""Two versions of an agent in, what differs between them out: items, fields, rows, and pieces of text.

Pure Python: imports deepdiff and `deployments.resources`, never Django. Nothing here writes HTML.
"""

from deployments.comparison.compare import compare
from deployments.comparison.counting import Census
from deployments.comparison.fields import together
from deployments.comparison.fingerprint import fingerprint
from deployments.comparison.merging import Merge, Region, merge
from deployments.comparison.model import Comparison, Counts, FieldChange, Item, Part, counted
from deployments.comparison.row import Change, Piece, Pieces, Row, Side, Tally
from deployments.comparison.searching import spoken_of
from deployments.comparison.variables import Load, Manifest, Uses, UsesOf

__all__ = [
    "Census",
    "Change",
    "Comparison",
    "Counts",
    "FieldChange",
    "Item",
    "Load",
    "Manifest",
    "Merge",
    "Part",
    "Piece",
    "Pieces",
    "Region",
    "Row",
    "Side",
    "Tally",
    "Uses",
    "UsesOf",
    "compare",
    "counted",
    "fingerprint",
    "merge",
    "spoken_of",
    "together",
]
