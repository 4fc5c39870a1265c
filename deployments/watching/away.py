"""What is said while the database does not answer, has no room, or was written to by somebody quicker."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

from deployments.meanwhile import ChangedMeanwhile

RETRY_SECONDS = 5
_FULL = "53100"
# Of the connection, of a server that starts or stops, of what it has too little of.
_AWAY = ("08", "57P", "53")


def why_away(error: BaseException | None, *, safe: bool) -> str:
    """A sentence when that is why something failed, else nothing. `safe`: the request only read."""
    look_first = "" if safe else " Look first whether what you did is there already."
    if isinstance(error, ChangedMeanwhile):
        return f"Somebody changed this while it was read. Try again.{look_first}"
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    code = getattr(error.__cause__, "sqlstate", None)
    if code == _FULL:
        return "The disk of the database is full, and nothing was changed. Whoever runs Slipway has to make room."
    if code is not None and not code.startswith(_AWAY):
        return ""
    return f"The database cannot be reached at this moment. Try again in a few seconds.{look_first}"
