"""Who has a resource open: told by their pages, forgotten when these fall silent."""

from __future__ import annotations

from django.utils import timezone

from deployments.models import Agent, Person, Presence


def say_present(agent: Agent, path: str, *, by: Person) -> list[Person]:
    """Note that this person has it open, and name the others who have."""
    at = timezone.now()
    Presence.objects.update_or_create(agent=agent, person=by, path=path, defaults={"at": at})
    others = Presence.objects.here(agent, path, at).exclude(person=by).select_related("person").order_by("person__name")
    return [other.person for other in others]
