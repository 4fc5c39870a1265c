"""Runs go when conversations of their age do; what decides at a gate stays longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from deployments.models import Agent, Deployment, Run, Workspace

_AT_ONCE = 20


def clear_old_runs(now: datetime) -> int:
    """Those older than their workspace keeps conversations go with their results, but for the newest of a set on a
    version that stands somewhere: a gate may ask for it. How many went."""
    went = 0
    for workspace in Workspace.objects.all():
        limit = now - timedelta(days=workspace.conversations_kept_days)
        old = Run.objects.filter(agent__in=Agent.objects.filter(workspace=workspace), began_at__lte=limit)
        # Some at a time: each may hold tens of thousands of results.
        while some := list(old.filter(~_needed()).values_list("pk", flat=True)[:_AT_ONCE]):
            went += Run.objects.filter(pk__in=some).delete()[1].get("deployments.Run", 0)
    return went


def _needed() -> Q:
    newer = Run.objects.filter(case_set=OuterRef("case_set"), version=OuterRef("version"), pk__gt=OuterRef("pk"))
    stands = Deployment.objects.active().filter(version=OuterRef("version"))
    return Q(Exists(stands), ~Exists(newer.not_cancelled()), case_set__isnull=False)
