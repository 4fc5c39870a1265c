"""What is said while the database does not answer, a disk has no room, or somebody quicker wrote."""

from __future__ import annotations

import errno

from django.db import InterfaceError, InternalError, OperationalError

from deployments.meanwhile import ChangedMeanwhile

RETRY_SECONDS = 5
_FULL = "53100"
_HELD = "55P03"
_STOOD_STILL = "25P03"
# Of the machine that serves: what is uploaded lies there while it is read.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_MAKE_ROOM = "Whoever runs Slipway has to make room."
# Of the connection, of a server that starts or stops, of what it has too little of.
_AWAY = ("08", "57P", "53")


def why_away(error: BaseException | None, *, safe: bool) -> str:
    """A sentence when that is why something failed, else nothing. `safe`: the request only read."""
    look_first = "" if safe else " Look first whether what you did is there already."
    if isinstance(error, ChangedMeanwhile):
        return f"Somebody changed this while it was read. Try again.{look_first}"
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return f"The disk of the server is full, and nothing was changed. {_MAKE_ROOM}"
    if not isinstance(error, InterfaceError | InternalError | OperationalError):
        return ""
    code = getattr(error.__cause__, "sqlstate", None)
    if code == _STOOD_STILL:
        return f"The server stood still in the midst of this. Try again in a few seconds.{look_first}"
    if code == _FULL:
        return f"The disk of the database is full, and nothing was changed. {_MAKE_ROOM}"
    if code == _HELD:
        return "Somebody holds what this needs, and nothing was changed. Try again in a few seconds."
    if isinstance(error, InternalError) or (code is not None and not code.startswith(_AWAY)):
        return ""
    return f"The database cannot be reached at this moment. Try again in a few seconds.{look_first}"
