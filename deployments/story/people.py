"""Who the story is about."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from deployments import pipeline
from deployments.models import Membership, Role, Workspace
from deployments.pipeline import Actor

CAST = {
    "priya": ("Priya Raman", Role.ADMIN),
    "maya": ("Maya Okafor", Role.RELEASER),
    "jonas": ("Jonas Lindqvist", Role.EDITOR),
    "tomasz": ("Tomasz Wiśniewski", Role.VIEWER),
}

Cast: TypeAlias = dict[str, Actor]


@dataclass(frozen=True)
class Introduced:
    """Somebody the story made, with the password they sign in by: shown once, kept nowhere."""

    name: str
    email: str
    role: str
    password: str


def introduce(workspace: Workspace, since: datetime) -> tuple[Cast, list[Introduced]]:
    cast: Cast = {}
    introduced = []
    for first_name, (name, role) in CAST.items():
        email, password = f"{first_name}@example.com", secrets.token_urlsafe(9)
        person, _ = pipeline.add_person(workspace, email=email, role=role, name=name, password=password, at=since)
        cast[first_name] = Actor(person)
        introduced.append(Introduced(name, email, role.value, password))
    # The day they joined is part of the story; the column otherwise takes the day it is told.
    Membership.objects.filter(workspace=workspace).update(since=since)
    return cast, introduced
