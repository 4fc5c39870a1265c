"""How much one import may hold. Every number of it stands here."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

FILE_BYTES = 5 * MEGABYTE
FILES = 5_000
IMPORT_BYTES = 100 * MEGABYTE
TOO_LARGE = f"larger than {IMPORT_BYTES // MEGABYTE} MB, which is the most an import may hold."

PATH_BYTES = 1_000
PART_BYTES = 255
FOLDERS_DEEP = 20

# A zip's list of contents is held in memory before any entry is looked at, ignored entries included.
ZIP_LISTING_BYTES = 8 * MEGABYTE
