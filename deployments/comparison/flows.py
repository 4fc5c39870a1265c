"""A flow is a folder: which one a path belongs to, and where its own file stands."""

from __future__ import annotations

from deployments.resources.kinds import KINDS, Kind

_HOLDERS = frozenset(kind.inside for kind in KINDS.values() if kind.inside)


def folder_of(kind: Kind, path: str) -> str | None:
    """The folder of the flow that holds this resource, a flow's own included; None for what is in no flow."""
    return "/".join(path.split("/")[:2]) if kind.inside or is_flow(kind) else None


def is_flow(kind: Kind) -> bool:
    return kind.key in _HOLDERS


def config_path(folder: str) -> str:
    """Where the flow in this folder says what it is."""
    (holder,) = _HOLDERS
    return KINDS[holder].paths[0].replace("flows/*", folder, 1)
