"""What an agent is made of: the registry of kinds, files read into resources and written from them, and what is wrong.

Pure: nothing here knows of Django or of a database. It may import YAML and the standard library only.
"""

from __future__ import annotations

from deployments.resources.kinds import GROUPS, KINDS, Field, Kind, kind_for, kinds_for
from deployments.resources.names import clean, file_name
from deployments.resources.normal import normal, same
from deployments.resources.reading import flow_folder, read_all, read_file, variable
from deployments.resources.resource import Problem, Resource, Value
from deployments.resources.shared_files import identity_of
from deployments.resources.variables import variables_in
from deployments.resources.writing import write_file

__all__ = [
    "GROUPS",
    "KINDS",
    "Field",
    "Kind",
    "Problem",
    "Resource",
    "Value",
    "clean",
    "file_name",
    "flow_folder",
    "identity_of",
    "kind_for",
    "kinds_for",
    "normal",
    "read_all",
    "read_file",
    "same",
    "variable",
    "variables_in",
    "write_file",
]
