"""Resources given back what they were in another state of the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deployments.resources.editing.changing import change
from deployments.resources.editing.creating import create
from deployments.resources.editing.deleting import delete
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource

# The address now and then, the file now and then; None where it is not there.
Place = tuple[str, str | None, str | None, str | None]


def undone(now: Mapping[str, bytes], then: Mapping[str, bytes], places: Iterable[Place]) -> dict[str, bytes | None]:
    """The files that change so that the resources at these places are again what they were `then`.

    A resource with a file of its own gets that file back, byte for byte; of a file that several share only this one
    is edited. Raises EditRefused where that cannot be done, such as for a variable, which has no file.
    """
    files: dict[str, bytes] = dict(now)
    places = list(places)
    if not any(file or before for _, _, file, before in places):
        raise EditRefused("A variable stands in no file; it comes and goes with the code that uses it.")
    for path, earlier, file, before in places:
        for each in dict.fromkeys(name for name in (file, before) if name):
            if "#" in path.removeprefix(each):
                _put(files, _shared(files, then, path, earlier or path, each))
            else:
                _put(files, {each: then.get(each)})
    return {path: files.get(path) for path in files.keys() | now.keys() if files.get(path) != now.get(path)}


def _put(files: dict[str, bytes], changes: Mapping[str, bytes | None]) -> None:
    for path, held in changes.items():
        if held is None:
            files.pop(path, None)
        else:
            files[path] = held


def _shared(
    files: Mapping[str, bytes], then: Mapping[str, bytes], path: str, earlier: str, file: str
) -> Mapping[str, bytes | None]:
    if file not in then or file not in files:
        return {file: then.get(file)}
    here, there = _at(files, file, path), _at(then, file, earlier)
    if there is None:
        return delete(files, path) if here else {}
    if here is None:
        return create(files, there.kind, there.name, there.fields)
    gone = dict.fromkeys(name for name in here.fields if name not in there.fields)
    return change(files, path, {**gone, **there.fields})


def _at(files: Mapping[str, bytes], file: str, path: str) -> Resource | None:
    return next((each for each in read_file(file, files[file]) if each.path == path), None)
