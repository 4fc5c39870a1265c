"""Running agents say which version they serve. What they say is no release, so no line of history tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from deployments.models import Environment, Runtime, Version
from deployments.models.runtime import SILENT_AFTER
from deployments.pipeline.refusal import LONGEST_NAME, Refusal, Refused, fits_a_line

MOST: Final = 1000

# One statement: it is sent by every runtime every minute. One that comes back begins anew, and what it still serves it
# has served all along.
_SAID = """
    INSERT INTO deployments_runtime AS known (environment_id, name, version_id, since, appeared_at, heard_at)
    VALUES (%(environment)s, %(name)s, %(version)s, %(at)s, %(at)s, %(at)s)
    ON CONFLICT (environment_id, name) DO UPDATE SET
        version_id = EXCLUDED.version_id,
        since = CASE WHEN known.version_id = EXCLUDED.version_id THEN known.since ELSE EXCLUDED.since END,
        appeared_at = CASE WHEN EXCLUDED.heard_at - known.heard_at >= %(silence)s THEN EXCLUDED.heard_at
                           ELSE known.appeared_at END,
        heard_at = GREATEST(known.heard_at, EXCLUDED.heard_at)
    RETURNING since
"""


def acknowledge(environment: Environment, version: Version, *, runtime: str, at: datetime | None = None) -> datetime:
    """This runtime now serves that version; since when it has. Raises `Refused` for a name that cannot be shown."""
    at = at or timezone.now()
    if not runtime or not fits_a_line(runtime, LONGEST_NAME) or runtime != runtime.strip():
        sentence = f"Name the runtime by 1 to {LONGEST_NAME} printable characters, without spaces around them."
        raise Refused(Refusal("runtime_unusable", sentence))
    known = Runtime.objects.filter(environment=environment)
    if known.count() >= MOST and not known.filter(name=runtime).exists():
        sentence = f"{MOST:,} runtimes spoke here within a day. Give a runtime the same name each time it starts."
        raise Refused(Refusal("too_many_runtimes", sentence))
    about: dict[str, Any] = {
        "environment": environment.pk,
        "name": runtime,
        "version": version.pk,
        "at": at,
        "silence": SILENT_AFTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAID, about)
        since: datetime = cursor.fetchone()[0]
    return since
