"""Who looks at a page: a browser, without one, in which somebody has signed in."""

from __future__ import annotations

from django.test import Client

from deployments.models import Agent, Person, Role, Workspace
from tests.vocabulary import a_person, an_actor


def a_client(of: Agent | Workspace | Person, role: Role | None = None, *, name: str = "") -> Client:
    """This person's; or there a new person's in this role, and the admin's when none is said."""
    if isinstance(of, Person):
        person = of
    elif role is None:
        person = an_actor(of).person
    else:
        person = a_person(role, of.workspace if isinstance(of, Agent) else of, name=name)
    client = Client()
    client.force_login(person)
    return client
