"""A flow is a folder: which flow a resource belongs to, and where it would stand in a renamed one."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource

_HOLDERS = frozenset(kind.inside for kind in KINDS.values() if kind.inside)


def flow_of(resource: Resource) -> str | None:
    """The folder of the flow that holds this resource, a flow's own included; None for what is in no flow."""
    if is_flow(resource) or KINDS[resource.kind].inside:
        return "/".join(resource.path.split("/")[:2])
    return None


def is_flow(resource: Resource) -> bool:
    return resource.kind in _HOLDERS


def config_path(folder: str) -> str:
    """Where the flow in this folder says what it is."""
    (holder,) = _HOLDERS
    return KINDS[holder].paths[0].replace("flows/*", folder, 1)


def path_in(resource: Resource, became: Mapping[str, str]) -> str:
    """The address this resource would have, had nothing but the folder of its flow got another name."""
    folder = flow_of(resource)
    if folder is None or folder not in became:
        return resource.path
    return became[folder] + resource.path.removeprefix(folder)
