"""A Slipway of its own for a benchmark: a durable embedded PostgreSQL in a temporary folder, with one person in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import peers  # puts the product on the path

from hosting import cluster, embedded

if TYPE_CHECKING:
    from deployments.models import Agent, Person, Version, Workspace

PASSWORD = "measured by the tide"

__all__ = ["PASSWORD", "Home", "installed", "many_versions", "peers", "set_up"]


@dataclass(frozen=True)
class Home:
    """Where it lives, and how a peer reaches the same server."""

    folder: Path
    host: str
    user: str
    database: str

    def psql(self) -> list[str]:
        return ["-h", self.host, "-U", self.user, self.database]


@contextmanager
def installed() -> Iterator[Home]:
    with tempfile.TemporaryDirectory(prefix="slipway-benchmark-") as name:
        folder = Path(name)
        with embedded.running(folder):
            address = embedded.connection(folder)
            os.environ["SLIPWAY_DATA_DIR"] = str(folder)
            os.environ["SLIPWAY_SECRET_KEY"] = "only-for-a-benchmark-" + "0123456789" * 3
            os.environ["DATABASE_URL"] = f"postgres://{cluster.USER}@/{address['HOST']}/{embedded.NAME}"
            set_up()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield Home(folder, str(address["HOST"]), cluster.USER, embedded.NAME)
            from django.db import connections

            connections.close_all()


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def a_workspace() -> tuple[Workspace, Person]:
    from deployments import pipeline
    from deployments.models import Role

    workspace = pipeline.create_workspace(slug="measured", name="Measured")
    person, _ = pipeline.add_person(workspace, email="ana@example.com", role=Role.ADMIN, name="Ana", password=PASSWORD)
    return workspace, person


def many_versions(agent: Agent, person: Person, count: int) -> list[Version]:
    """Rows that only have to be there: versions to place, all of one content."""
    import hashlib

    from django.utils import timezone

    from deployments.models import Version

    first = Version.objects.filter(agent=agent).order_by("number").first()
    now = timezone.now()
    start = agent.versions.count()
    rows = [
        Version(
            agent=agent,
            number=start + number,
            hash=hashlib.sha256(f"{agent.pk} {number}".encode()).hexdigest()[:40],
            author=person,
            author_email=person.email,
            description=f"Measured {number}",
            published_at=now,
            manifest=first.manifest if first else {},
            manifest_digest=first.manifest_digest if first else "",
        )
        for number in range(1, count + 1)
    ]
    return Version.objects.bulk_create(rows, batch_size=1000)
