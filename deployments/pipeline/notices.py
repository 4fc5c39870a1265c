"""What listeners of the database hear at the commit."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import connection


def notify(channel: str, told: Mapping[str, object]) -> None:
    """Say this with the transaction it belongs to: nothing is heard when that is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, json.dumps(told)])
