"""Another name for a resource: in its file, of its file, and, when wanted, wherever something refers to it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from deployments.resources.editing.addresses import refuse_taken, resource_at
from deployments.resources.editing.changing import changed
from deployments.resources.editing.creating import path_for, refuse_same_name
from deployments.resources.editing.modules import module_changes, own_name_changes
from deployments.resources.editing.overlay import Overlay
from deployments.resources.editing.python_text import PythonText
from deployments.resources.editing.referring import mentions_of, refer_anew
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.source import Source, Splice
from deployments.resources.kinds import KINDS, kind_for
from deployments.resources.names import clean
from deployments.resources.python_parsing import function_name, parsed
from deployments.resources.reading import flow_folder, read_all, read_file
from deployments.resources.references import Mention
from deployments.resources.resource import Resource


def rename(
    files: Mapping[str, bytes],
    path: str,
    name: str,
    *,
    update_references: bool,
    resources: Sequence[Resource] = (),
    named: Sequence[Mention] | None = None,
) -> dict[str, bytes | None]:
    """What is called by the name follows: the file, for a flow its folder, for a function its `def`.

    Without `update_references` no other resource is read or changed. `resources`: all that the files hold, and `named`:
    everything that names this one, for who knows them.
    """
    overlay = Overlay(files)
    name = name.strip()
    if path.startswith("#variables/"):
        _rename_variable(overlay, resources or read_all(files), path, name, update_references, named)
        return overlay.result()
    resource = resource_at(files, path)
    _refuse_fixed(resource)
    if name == resource.name:
        return {}
    modules = modules_of(resource, name)
    if update_references:
        if named is None:
            resources = resources or read_all(files)
            named = mentions_of(resources, path)
        refer_anew(overlay, named, name, modules)
        if resource.kind == "flow":
            _import_anew(overlay, modules)
        elif resource.kind == "variant":
            _move_folder(
                overlay, f"child_topics/{_folder_of_variant(overlay, resource)}/", f"child_topics/{_stem(name)}/"
            )
    rename_itself(overlay, resource, name)
    return overlay.result()


def rename_itself(files: Overlay, resource: Resource, name: str) -> None:
    kind = KINDS[resource.kind]
    file = resource.file or resource.path
    if kind.is_shared:
        present = [other for other in read_file(file, files[file]) if other.path != resource.path]
        refuse_same_name(kind, name, present)
        now = resource_at(files, resource.path)
        files.lay({file: changed(files[file], now, {kind.identity: name})})
    elif kind.form == "python":
        target = path_for(kind, name, posixpath.dirname(posixpath.dirname(file)))
        refuse_taken(files, target, apart_from=file)
        files.lay({file: _with_own_name(files[file], resource, name)})
        files.rename(file, target)
    elif resource.kind == "flow":
        _rename_flow(files, resource, name)
    else:
        target = _new_path(resource, name)
        refuse_taken(files, target, apart_from=file)
        if kind.file_name_from in resource.fields:
            files.lay({file: changed(files[file], resource_at(files, file), {kind.file_name_from: name})})
        files.rename(file, target)


def _refuse_fixed(resource: Resource) -> None:
    kind = KINDS[resource.kind]
    if kind.form in ("list", "scalars") and not kind.identity:
        raise EditRefused(f'"{kind.label}" has no name of its own; change its fields.')
    is_fixed = kind.form in ("section", "scalar", "rest") or (
        kind.paths and not any("*" in path for path in kind.paths)
    )
    if is_fixed and kind.form not in ("list", "scalars"):
        raise EditRefused(f'"{resource.name}" has a fixed name, so it cannot be renamed.')


def _rename_flow(files: Overlay, resource: Resource, name: str) -> None:
    old = flow_folder(resource.file or "") + "/"
    new = f"flows/{_stem(name)}/"
    if "name" in resource.fields:
        now = resource_at(files, resource.path)
        files.lay({resource.path: changed(files[resource.path], now, {"name": name})})
    _move_folder(files, old, new)


def _move_folder(files: Overlay, old: str, new: str) -> None:
    if old == new:
        return
    inside = [path for path in files if path.startswith(old)]
    if inside and old.lower() != new.lower() and any(path.lower().startswith(new.lower()) for path in files):
        raise EditRefused(f'There is already a folder "{new.rstrip("/")}"; choose another name.')
    for path in inside:
        files.rename(path, new + path.removeprefix(old))


def _folder_of_variant(files: Mapping[str, bytes], resource: Resource) -> str:
    wanted = clean(resource.name, lower=True)
    folders = {path.split("/")[1] for path in files if path.startswith("child_topics/") and path.count("/") > 1}
    return next((folder for folder in folders if clean(folder, lower=True) == wanted), wanted)


def _stem(name: str) -> str:
    stem = clean(name, lower=True)
    if not stem:
        raise EditRefused("A name needs a letter or a digit; choose another name.")
    return stem


def _new_path(resource: Resource, name: str) -> str:
    file = resource.file or resource.path
    kind = KINDS[resource.kind]
    if not kind.paths:
        return name
    ending = file.rpartition(".")[2]
    if kind.file_name_from and kind.file_name_from not in resource.fields:
        # An older topic: its path is its name.
        return f"{file.partition('/')[0]}/{name.strip('/')}.{ending}"
    if kind.file_name_from:
        return f"{posixpath.dirname(file)}/{_stem(name)}.{ending}"
    return path_for(kind, name, extension=ending)


def _with_own_name(content: bytes, resource: Resource, name: str) -> bytes:
    source = Source(content)
    file = PythonText(source.text, resource.name, KINDS[resource.kind].by_name)
    tree = parsed(file.code_of(file.lines))
    return source.spliced(own_name_changes(file, tree, name)) if tree else content


def modules_of(resource: Resource, name: str) -> tuple[str, str]:
    """What code imports the resource as, or what is in it, before and after."""
    file = resource.file or ""
    if resource.kind == "flow":
        return f"flows.{file.split('/')[1]}", f"flows.{_stem(name)}"
    folder = posixpath.dirname(file).replace("/", ".")
    return f"{folder}.{resource.name}", f"{folder}.{name}"


def _import_anew(files: Overlay, modules: tuple[str, str]) -> None:
    for path in [path for path in files if kind_for(path).form == "python"]:
        import_anew(files, path, modules)


def import_anew(files: Overlay, path: str, modules: tuple[str, str]) -> None:
    content = files[path]
    if modules[0].rpartition(".")[2].encode() not in content:
        return
    source = Source(content)
    file = PythonText(source.text, function_name(path), ())
    tree = parsed(file.code_of(file.lines))
    if tree is not None:
        files.lay({path: source.spliced(module_changes(file, tree, *modules, is_function=False))})


def _rename_variable(
    files: Overlay,
    resources: Sequence[Resource],
    path: str,
    name: str,
    update_references: bool,
    named: Sequence[Mention] | None,
) -> None:
    old = path.removeprefix("#variables/")
    if not name.isidentifier():
        raise EditRefused(f'"{name}" cannot be the name of a variable; use letters, digits and _.')
    names = {resource.name for resource in resources if resource.kind == "variable"}
    if old not in names:
        raise EditRefused(f'There is no variable "{old}" any more; look at the agent again.')
    if name in names and name != old:
        raise EditRefused(f'There is already a variable "{name}"; choose another name.')
    if update_references:
        refer_anew(files, mentions_of(resources, path) if named is None else named, name, ("", ""))
    use = re.compile(rf"(?<![\w.])conv\.state\.({re.escape(old)})(?![\w(])")
    for file in [file for file in files if kind_for(file).form == "python"]:
        source = Source(files[file])
        splices = [Splice(*match.span(1), name) for match in use.finditer(source.text)]
        if splices:
            files.lay({file: source.spliced(splices)})
