"""A second one of a resource, under a name of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from deployments.resources.editing.addresses import resource_at
from deployments.resources.editing.creating import refuse_same_name
from deployments.resources.editing.overlay import Overlay
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.renaming import import_anew, modules_of, rename_itself
from deployments.resources.editing.yaml_files import put_in
from deployments.resources.kinds import KINDS, kind_for
from deployments.resources.reading import flow_folder, read_file
from deployments.resources.resource import Resource


def duplicate(files: Mapping[str, bytes], path: str, name: str) -> dict[str, bytes | None]:
    """In a shared file it stands right behind the first one; a flow comes with all its parts."""
    resource = resource_at(files, path)
    kind = KINDS[resource.kind]
    name = name.strip()
    if kind.form in ("list", "scalars"):
        return _item(files, resource, name)
    if kind.is_shared or (kind.paths and not any("*" in pattern for pattern in kind.paths)):
        raise EditRefused(f'An agent has only one "{resource.name}", so it cannot be duplicated.')
    if name == resource.name:
        raise EditRefused(f'There is already {kind.one} "{name}"; choose another name.')
    overlay = Overlay(files)
    if resource.kind == "flow":
        _flow(overlay, resource, name)
    else:
        _file(overlay, resource, name)
    return overlay.result()


def _item(files: Mapping[str, bytes], resource: Resource, name: str) -> dict[str, bytes | None]:
    kind, file = KINDS[resource.kind], resource.file or resource.path
    present = [other for other in read_file(file, files[file]) if other.kind == resource.kind]
    refuse_same_name(kind, name, present)
    fields = {**resource.fields, kind.identity: name} if kind.identity else dict(resource.fields)
    index = next(index for index, other in enumerate(present) if other.path == resource.path)
    return {file: put_in(files[file], replace(resource, name=name, fields=fields), index + 1)}


def _file(files: Overlay, resource: Resource, name: str) -> None:
    file = resource.file or resource.path
    content = files[file]
    rename_itself(files, resource, name)
    files.lay({file: content})


def _flow(files: Overlay, resource: Resource, name: str) -> None:
    folder = flow_folder(resource.file or "") + "/"
    parts = {path: files[path] for path in files if path.startswith(folder)}
    rename_itself(files, resource, name)
    new = modules_of(resource, name)
    copied = "/".join(new[1].split(".")) + "/"
    files.lay(parts)
    for path in parts:
        copy = copied + path.removeprefix(folder)
        if kind_for(copy).form == "python":
            import_anew(files, copy, new)
