"""Taking a resource out: an item of a file, a file, a flow with all its parts."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources.editing.addresses import resource_at
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.yaml_files import move_item, take_out
from deployments.resources.kinds import KINDS
from deployments.resources.reading import flow_folder


def delete(files: Mapping[str, bytes], path: str) -> dict[str, bytes | None]:
    """What still refers to the resource stays as it is, and the checks name it."""
    resource = resource_at(files, path)
    file = resource.file or resource.path
    if KINDS[resource.kind].is_shared:
        return {file: take_out(files[file], resource)}
    if resource.kind == "flow":
        folder = flow_folder(file) + "/"
        return {other: None for other in files if other.startswith(folder)}
    return {file: None}


def move(files: Mapping[str, bytes], path: str, index: int) -> dict[str, bytes | None]:
    """To another place among the items of its list, counted from 0, with its comments."""
    resource = resource_at(files, path)
    kind = KINDS[resource.kind]
    if kind.form not in ("list", "scalars"):
        raise EditRefused(f'"{resource.name}" stands in no list, so it has no place to move to.')
    file = resource.file or resource.path
    content = move_item(files[file], resource, index)
    return {} if content == files[file] else {file: content}
