"""How a refusal or a confirmation names a moment and a thing."""

from __future__ import annotations

from datetime import datetime

from deployments.models import Deployment, Workspace


def moment(at: datetime, workspace: Workspace, now: datetime) -> str:
    """ "at 14:02" today, else "on Mon 23 Nov at 14:02", in the workspace's zone so that all read the same."""
    local, today = at.astimezone(workspace.zone), now.astimezone(workspace.zone)
    if local.date() == today.date():
        return f"at {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"on {local:%a} {local.day} {local:%b}{year} at {local:%H:%M}"


def moved(
    current: Deployment | None, expected: Deployment | None, where: str, workspace: Workspace, now: datetime
) -> str:
    """What stands in an environment now, and what the person took to be there."""
    happened = stands(current, where, workspace, now)
    if expected is None:
        return f"{happened} You reviewed placing the first version there. Review again before going on."
    return f"{happened} You reviewed a replacement of {expected.version.short}. Review again before going on."


def stands(current: Deployment | None, where: str, workspace: Workspace, now: datetime) -> str:
    if current is None:
        return f"{where} holds no version now."
    when = moment(current.started_at, workspace, now)
    return f"{where} moved to version {current.version.short} {when} (by {current.by.name})."
