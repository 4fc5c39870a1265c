"""What reading a file of an agent gives: resources, and what was wrong with the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

# What a field of a resource may hold: the shapes of YAML and JSON. Text is kept as written, its line ends are LF here.
Value: TypeAlias = bool | int | float | str | list["Value"] | dict[str, "Value"] | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file of a known kind could not be read as that kind."""

    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of an agent, as people see it.

    `kind` is a key of the registry. `path` is its address in the agent: the file's path, followed by `#list/key` for an
    item of a shared file and `#section` for a section; a variable's is `#variables/name`. `file` is the path of the
    file that holds it, None for a variable. `fields` are the declared fields in declared order, absent ones left out;
    keys the kind does not declare stand last, as they are. `problem` is set when the file did not parse: then `kind` is
    `text_file` or `binary_file`.
    """

    kind: str
    path: str
    file: str | None
    name: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    problem: Problem | None = None
