"""Lists of conversations that somebody keeps under a name: their own, which change nothing for anyone else."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from deployments.models import Agent, ConversationView, Person
from deployments.pipeline.refusal import Refusal, unless, usable_name

LONGEST_NAME: Final = 25
MOST_VIEWS: Final = 50
LONGEST_QUERY: Final = 2000


def keep_view(agent: Agent, name: str, query: str, *, by: Person) -> ConversationView:
    """Keep what narrows the list under this name; a view that has it already shows this from now on.

    `query`: as it stands in the address of the list.
    """
    name = usable_name(name, "the view", LONGEST_NAME)
    if len(query) > LONGEST_QUERY:
        unless(Refusal("too_long", "These filters are too long to be kept as a view. Shorten their words."))
    with transaction.atomic():
        # One at a time for each person: the count below stays true.
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        kept = ConversationView.objects.filter(agent=agent, person=by)
        held = kept.filter(name__iexact=name).first()
        if held is None and kept.count() >= MOST_VIEWS:
            unless(Refusal("too_many_views", f"You keep {MOST_VIEWS} views of this agent. Delete one first."))
        view = held or ConversationView(agent=agent, person=by)
        view.name, view.query = name, query
        view.save()
    return view


def open_on(agent: Agent, view: ConversationView | None, *, by: Person) -> None:
    """What the list of this agent opens on for this person: one of their views, or callers' conversations again."""
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        ConversationView.objects.filter(agent=agent, person=by, opens=True).update(opens=False)
        if view is not None:
            ConversationView.objects.filter(pk=view.pk, agent=agent, person=by).update(opens=True)


def drop_view(view: ConversationView) -> None:
    view.delete()
