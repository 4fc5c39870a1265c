"""How often somebody may ask, counted in the database, so that every process counts the same."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import Final

from django.db import connection

MINUTE: Final = 60
DAY: Final = 24 * 60 * MINUTE

# One statement, alone on its row: by the database's clock, whatever those of the machines say. `cost` is what one
# request takes of the period; what is used up runs back by itself, so that nobody waits for a full minute to turn.
_TAKE = """
WITH taken AS (
    INSERT INTO deployments_allowance AS held (name, restored_at)
    VALUES (%(name)s, clock_timestamp() + %(cost)s * interval '1 second')
    ON CONFLICT (name) DO UPDATE
    SET restored_at = greatest(held.restored_at, clock_timestamp()) + %(cost)s * interval '1 second'
    WHERE greatest(held.restored_at, clock_timestamp()) + %(cost)s * interval '1 second'
        <= clock_timestamp() + %(period)s * interval '1 second'
    RETURNING restored_at
)
SELECT true, extract(epoch FROM restored_at - clock_timestamp()) FROM taken
UNION ALL
SELECT false, extract(epoch FROM restored_at - clock_timestamp()) FROM deployments_allowance
WHERE name = %(name)s AND NOT EXISTS (SELECT FROM taken)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking once more. Seconds are whole, rounded up."""

    allowed: bool
    limit: int
    remaining: int
    restored_in: int
    wait: int


def take(name: str, *, limit: int, period: int = MINUTE) -> Taken:
    """One of `limit` requests in `period` seconds, for whoever is called so; refused, it takes nothing."""
    cost = period / limit
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"name": name, "cost": cost, "period": period})
        # No row: another process wrote the first one this very moment, and it was the last.
        allowed, used = cursor.fetchone() or (False, period)
    used = max(0.0, float(used))
    return Taken(
        allowed=allowed,
        limit=limit,
        remaining=max(0, math.floor((period - used) / cost + 1e-6)),
        restored_in=math.ceil(used),
        wait=0 if allowed else max(1, math.ceil(used + cost - period)),
    )


def network_of(address: str) -> str:
    """Whom an address stands for. A household of IPv6 has 2^64 of them: they count as one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 64 if found.version == 6 else 32), strict=False))
