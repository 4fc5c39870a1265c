"""Setting fields of one resource."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources.editing.addresses import resource_at
from deployments.resources.editing.json_files import change_json
from deployments.resources.editing.python_files import change_python
from deployments.resources.editing.refusing import EditRefused
from deployments.resources.editing.text_files import change_text
from deployments.resources.editing.yaml_files import change_resource
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource, Value


def change(files: Mapping[str, bytes], path: str, fields: Mapping[str, Value]) -> dict[str, bytes | None]:
    """Sets these fields of the resource at this address; None takes a field out.

    What comes back are the files that change and nothing else. Only the one file is read.
    """
    resource = resource_at(files, path)
    file = resource.file or resource.path
    content = changed(files[file], resource, fields)
    return {} if content == files[file] else {file: content}


def changed(content: bytes, resource: Resource, fields: Mapping[str, Value]) -> bytes:
    match KINDS[resource.kind].form:
        case "text":
            return change_text(content, resource, fields)
        case "python":
            return change_python(content, resource, fields)
        case "json":
            return change_json(content, resource, fields)
        case "bytes" | "derived":
            raise EditRefused(f'"{resource.path}" has no fields to change; put another file in its place.')
        case _:
            return change_resource(content, resource, fields)
