"""Two contents, one suite: the same cases against both, and only what answers differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Func, TextField, Value
from django.db.models.functions import MD5, Cast
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from deployments import pipeline
from deployments.forms.suite import EVERY, BesideForm
from deployments.models import Agent, CaseRun, Run
from deployments.pipeline import Chosen
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog, fragment
from deployments.views.paging import cut
from deployments.views.suite.finding import comparison_of, run_or_404, sets_of, suite_page
from deployments.views.suite.progress import progress_in
from deployments.views.suite.starting import NOTHING_THERE
from deployments.views.suite.transcripts import Both, side_by_side
from deployments.views.testing.choices import choices_of, held_with, side_asked

SIZE = 10
ENDED = (CaseRun.Status.PASSED, CaseRun.Status.FAILED)


@dataclass(frozen=True)
class Pair:
    """A case that answers differently, with both transcripts."""

    left: CaseRun
    right: CaseRun
    rows: Sequence[Both]

    @property
    def sides(self) -> tuple[CaseRun, CaseRun]:
        return self.left, self.right


@require_http_methods(["GET", "POST"])
def start_beside(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_test(agent, by=actor(request)))
    sent = posted(request)
    asked = request.GET if sent is None else sent
    left = side_asked(agent, asked.get("left", "") or agent.ladder[-1].slug)
    right = side_asked(agent, asked.get("right", ""))
    initial = {"left": left.ref if left else "", "right": right.ref if right else "", "what": EVERY}
    form = BesideForm(sets_of(agent), sent, initial=initial)
    if form.is_valid():
        contents = held_with(left), held_with(right)
        for name, content in zip(("left", "right"), contents, strict=True):
            if content is None:
                form.add_error(name, NOTHING_THERE)
        if contents[0] is not None and contents[1] is not None:
            try:
                chosen = Chosen(case_set=form.case_set)
                one, _ = pipeline.start_beside(agent, contents[0], contents[1], chosen, by=actor(request))
                return redirect("beside", agent.slug, one.pk)
            except pipeline.Refused as refused:
                form.refuse(refused)
    sides = [("left", form["left"], left), ("right", form["right"], right)]
    context = {
        "agent": agent,
        "form": form,
        "sides": [(name, field, choices_of(agent, side), side) for name, field, side in sides],
    }
    return dialog(
        request, "deployments/suite/start_beside.html", context | {"place": "tests", "title": "Run side by side"}
    )


@require_safe
def beside(request: Request, slug: str, run: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    return suite_page(request, "beside", agent, _shown(request, agent, run), tab="runs", title="Side by side")


@require_safe
def beside_progress(request: Request, slug: str, run: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    context = {"agent": agent, "asked_again": True} | _shown(request, agent, run)
    return fragment(request, "deployments/suite/beside_middle.html", context)


def _shown(request: Request, agent: Agent, pk: UUID) -> dict[str, Any]:
    left = run_or_404(agent, pk)
    if left.beside_id is None:
        raise Http404("This run was not started beside another.")
    right = run_or_404(agent, left.beside_id)
    far = progress_in([left, right])
    finished = left.is_finished and right.is_finished
    differing, same, endless = _differing(left, right) if finished else ([], 0, 0)
    pages = cut(request, differing, SIZE)
    return {
        "left": left,
        "right": right,
        "sides": [(left, far[left.pk]), (right, far[right.pk])],
        "finished": finished,
        "pairs": _pairs(request, agent, left, right, pages.rows),
        "pages": pages,
        "differing": len(differing),
        "same": same,
        "endless": endless,
        "comparison": comparison_of(agent, left.version, right.version),
    }


def _differing(left: Run, right: Run) -> tuple[list[str], int, int]:
    """Paths of cases whose answers or outcome differ, or that only one side has; how many do not; and how many of the
    rest came to no end on either side, of which nothing can be said.

    The database compares what was said, so that no transcript is read for it.
    """
    said = Func(
        "record",
        Value("$.turns[*].replies[*].text"),
        function="jsonb_path_query_array",
        template="%(function)s(%(expressions)s::jsonpath)",
    )
    rows = CaseRun.objects.filter(run__in=[left.pk, right.pk], attempt=1).order_by("name", "path")
    found: dict[str, dict[UUID, tuple[str, str]]] = {}
    for path, run, status, words in rows.annotate(said=MD5(Cast(said, TextField()))).values_list(
        "path", "run_id", "status", "said"
    ):
        found.setdefault(path, {})[run] = status, words
    differing = [path for path, sides in found.items() if sides.get(left.pk) != sides.get(right.pk)]
    alike = [sides[left.pk][0] for sides in found.values() if sides.get(left.pk) == sides.get(right.pk)]
    same = sum(status in ENDED for status in alike)
    return differing, same, len(alike) - same


def _pairs(request: Request, agent: Agent, left: Run, right: Run, paths: Sequence[str]) -> list[Pair]:
    rows = CaseRun.objects.filter(run__in=[left.pk, right.pk], attempt=1, path__in=paths)
    held = {(row.run_id, row.path): row for row in rows}
    pairs = []
    for path in paths:
        name = next(row.name for row in rows if row.path == path)
        one, other = (held.get((run.pk, path)) or CaseRun(agent=agent, path=path, name=name) for run in (left, right))
        one.run, other.run = left, right
        pairs.append(Pair(one, other, side_by_side(agent, one, other, request.role)))
    return pairs
