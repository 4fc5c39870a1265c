"""An agent's files on their way in and out: folders, zips, and tars on their way in.

What is dangerous is refused whole, with one sentence that names the file; what is merely wrong comes in, for the checks
to find. Imports nothing but the standard library.
"""

from deployments.resources.archive.folders import read_folder, write_folder
from deployments.resources.archive.gathering import Reading
from deployments.resources.archive.paths import ExportRefused, ImportRefused, is_ignored, refusal_of_path
from deployments.resources.archive.tars import read_tar
from deployments.resources.archive.zips import read_zip, write_zip

__all__ = [
    "ExportRefused",
    "ImportRefused",
    "Reading",
    "is_ignored",
    "read_folder",
    "read_tar",
    "read_zip",
    "refusal_of_path",
    "write_folder",
    "write_zip",
]
