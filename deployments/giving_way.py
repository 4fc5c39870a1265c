"""Who stands still in the middle of a transaction, frozen or cut off, gives way to others.

What it locked, such as an environment it was promoting into, would else be locked until the network notices, which
takes hours. Of pages and jobs only: a command may think for longer.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection as at_hand
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_AFTER: Final = "1min"
_THINKING: Final = "15min"
_WAITED: Final = "30s"


def give_way() -> None:
    """From now on, each new connection of this process."""
    connection_created.connect(_limit)


def _limit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [_AFTER])


def take_time() -> None:
    """To the end of this transaction, which has much to think over: for the database it stands still meanwhile."""
    if at_hand.in_atomic_block:
        with at_hand.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(name, %s, true) FROM pg_settings"
                " WHERE name = 'idle_in_transaction_session_timeout' AND setting <> '0'",
                [_THINKING],
            )


def wait_no_longer() -> None:
    """Nor does a page wait for ever for what somebody holds: it has few threads, and a person is told."""
    connection_created.connect(_impatient)


def _impatient(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [_WAITED])
