"""Taking a resource out: an item of a file, a file, a flow with all its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployments.resources.editing.addresses import resource_at
from deployments.resources.editing.overlay import Overlay
from deployments.resources.editing.referring import mentions_of, refer_anew
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.renaming import modules_of
from deployments.resources.editing.yaml_files import move_item, take_out
from deployments.resources.kinds import KINDS
from deployments.resources.reading import flow_folder, read_all
from deployments.resources.references import Mention
from deployments.resources.resource import Resource


def delete(
    files: Mapping[str, bytes],
    path: str,
    *,
    instead: str = "",
    resources: Sequence[Resource] = (),
    named: Sequence[Mention] | None = None,
) -> dict[str, bytes | None]:
    """What refers to the resource names the one called `instead` from then on.

    Without it no other resource is read or changed, and the checks name what refers to nothing. `resources`: all that
    the files hold, and `named`: everything that names this one, for who knows them.
    """
    resource = resource_at(files, path)
    if not instead.strip():
        return _without(files, resource)
    resources = resources or read_all(files)
    other = _successor(resources, resource, instead.strip())
    overlay = Overlay(files)
    named = mentions_of(resources, path) if named is None else named
    refer_anew(overlay, named, other.name, modules_of(resource, other.name))
    overlay.lay(_without(overlay, resource_at(overlay, path)))
    return overlay.result()


def _successor(resources: Sequence[Resource], resource: Resource, name: str) -> Resource:
    """The other resource of this kind, and of the same flow, that has this name."""
    kind = KINDS[resource.kind]
    if resource.kind == "variant":
        raise EditRefused("Values of a variant belong to it alone, so no other one can stand in for it.")
    scope = flow_folder(resource.file or "") if kind.inside else ""
    for other in resources:
        is_near = not scope or flow_folder(other.file or "") == scope
        if is_near and other.kind == resource.kind and other.name == name and other.path != resource.path:
            return other
    raise EditRefused(f'There is no other {kind.in_words} "{name}"; write the name of one that stays.')


def _without(files: Mapping[str, bytes], resource: Resource) -> dict[str, bytes | None]:
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
