"""Who stands still in the middle of a transaction, frozen or cut off, gives way to others.

What it locked, such as an environment it was promoting into, would else be locked until the network notices, which
takes hours. Of pages and jobs only: a command may think for longer.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_AFTER: Final = "1min"
_WAITED: Final = "30s"


def give_way() -> None:
    """From now on, each new connection of this process."""
    connection_created.connect(_limit)


def _limit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [_AFTER])


def wait_no_longer() -> None:
    """Nor does a page wait for ever for what somebody holds: it has few threads, and a person is told."""
    connection_created.connect(_impatient)


def _impatient(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [_WAITED])
