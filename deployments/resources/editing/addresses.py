"""Which file, and which resource in it, an address names."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources.archive.paths import all_folded, danger_of_path, excess_of_path, folded, is_ignored
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.kinds import KINDS, Kind
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource


def file_of(files: Mapping[str, bytes], path: str) -> str:
    """The file that holds the resource at this address; a file may have a `#` in its own name."""
    if path in files:
        return path
    file = path.partition("#")[0]
    if not file:
        raise EditRefused("A variable stands in no file; it comes and goes with the code that uses it.")
    if file not in files:
        raise EditRefused(f'There is nothing at "{path}" any more; look at the agent again.')
    return file


def resource_at(files: Mapping[str, bytes], path: str) -> Resource:
    file = file_of(files, path)
    resources = read_file(file, files[file])
    for resource in resources:
        if resource.path == path:
            return resource
    if resources and resources[0].problem is not None:
        raise unreadable(file, resources[0])
    raise EditRefused(f'There is nothing at "{path}" any more; look at the agent again.')


def unreadable(file: str, resource: Resource) -> EditRefused:
    assert resource.problem is not None
    return EditRefused(f'"{file}" cannot be read: {resource.problem.message} Correct the file\'s text first.')


def refuse_taken(files: Mapping[str, bytes], path: str, *, apart_from: str = "") -> None:
    """No two files that some file system could not hold side by side, and none where no file may be."""
    if is_ignored(path):
        raise EditRefused(f'A file at "{path}" is left out of every agent; choose another name.')
    if danger_of_path(path) or excess_of_path(path):
        raise EditRefused(f'"{path}" cannot be the path of a file; choose another name.')
    wanted = folded(path)
    others = [other for other in files if other != apart_from]
    for other, found in zip(others, all_folded(others), strict=True):
        if found == wanted:
            raise EditRefused(f'There is already a file "{other}"; choose another name.')


def kind_named(key: str) -> Kind:
    if key not in KINDS:
        raise EditRefused(f'There is no kind "{key}"; choose one of the kinds an agent is made of.')
    return KINDS[key]
