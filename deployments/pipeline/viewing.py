"""What somebody has looked at in a comparison: their own mark, which changes nothing for anyone else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from deployments.models import Agent, Person, Viewed

# So long after it was set a mark is cleared.
KEPT_FOR = timedelta(days=365)


def mark_viewed(agent: Agent, difference: str, *, viewed: bool, by: Person) -> None:
    """Set or take away the mark of one difference, named by its fingerprint; what is so already stays so."""
    if viewed:
        mark = Viewed(person=by, agent=agent, difference=difference, at=timezone.now())
        Viewed.objects.bulk_create([mark], ignore_conflicts=True)
    else:
        Viewed.objects.filter(person=by, agent=agent, difference=difference).delete()


def has_viewed_any(agent: Agent, by: Person) -> bool:
    """Whether it is worth asking which of many: naming them all means reading all that differs."""
    return Viewed.objects.filter(person=by, agent=agent).exists()


def viewed_among(agent: Agent, differences: Collection[str], by: Person) -> set[str]:
    """Those of these differences that this person has marked."""
    marks = Viewed.objects.filter(person=by, agent=agent, difference__in=differences)
    return set(marks.values_list("difference", flat=True))
