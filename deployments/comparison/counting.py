"""What changes where nothing stood before, counted without comparing anything."""

from __future__ import annotations

from collections.abc import Iterable

from deployments.comparison.flows import folder_of, is_flow
from deployments.comparison.model import Counts
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource


def count_new(resources: Iterable[Resource]) -> Counts:
    """Of all resources of an agent, its variables among them, the counts that comparing them with nothing gives."""
    alone = 0
    folders: dict[str, bool] = {}  # whether the flow itself is there
    for resource in resources:
        kind = KINDS[resource.kind]
        folder = folder_of(kind, resource.path)
        if folder is None:
            alone += 1
        else:
            folders[folder] = is_flow(kind) or folders.get(folder, False)
    whole = sum(folders.values())
    return Counts(added=alone + whole, changed=len(folders) - whole)
