"""A flow is a folder: which flow a resource belongs to, and where it would stand in a renamed one."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources import KINDS, Resource

FOLDER = "flows"


def flow_of(resource: Resource) -> str | None:
    """The folder of the flow that holds this resource, itself included; None outside flows."""
    if KINDS[resource.kind].group != "Flows":
        return None
    return resource.path.split("/")[1]


def is_flow(resource: Resource) -> bool:
    return resource.kind == "flow"


def path_in(resource: Resource, became: Mapping[str, str]) -> str:
    """The address this resource would have, had nothing but the folder of its flow got another name."""
    folder = flow_of(resource)
    if folder is None or folder not in became:
        return resource.path
    return f"{FOLDER}/{became[folder]}{resource.path.removeprefix(f'{FOLDER}/{folder}')}"
