"""Test Sets: the list, one with its pass rate over time, and making, changing and deleting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from deployments import pipeline
from deployments.forms.suite import SetForm, after_in_words
from deployments.models import Agent, CaseSet, Run
from deployments.sides.side import present
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog
from deployments.views.paging import sliced
from deployments.views.suite.finding import cases_on, known, set_or_404, sets_of, suite_page
from deployments.views.suite.progress import Progress, progress_in, told

SIZE = 25
BARS = 40


@dataclass(frozen=True)
class Listed:
    """A set of the list. `gates`: environments whose gate it is; `when`: what starts it, in words."""

    held: CaseSet
    when: Sequence[str]
    gates: Sequence[str]
    newest: Run | None
    progress: Progress | None


@dataclass(frozen=True)
class Bar:
    """A finished run in the picture of a set: `height` in hundredths is its success rate."""

    run: Run
    x: int
    height: int

    @property
    def y(self) -> int:
        return 100 - self.height


@require_safe
def sets(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    held = sets_of(agent)
    runs = Run.objects.filter(agent=agent, case_set__in=held).with_details().newest_of_each("case_set")
    newest = {run.case_set_id: run for run in runs}
    known(agent, newest.values())
    far = progress_in(newest.values())
    rows = [_listed(agent, each, newest.get(each.pk), far) for each in held]
    return suite_page(request, "sets", agent, {"rows": rows}, tab="sets", title="Test Sets")


@require_safe
def case_set(request: Request, slug: str, key: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    held = set_or_404(agent, key)
    runs = Run.objects.filter(agent=agent, case_set=held).with_details().newest_first()
    pages = sliced(request, runs, SIZE)
    finished = list(runs.filter(finished_at__isnull=False).not_cancelled()[:BARS])[::-1]
    known(agent, [*pages.rows, *finished])
    context = {
        "held": held,
        "listed": _listed(agent, held, None, {}),
        "bars": [Bar(run, 10 * place, _rate(run)) for place, run in enumerate(finished)],
        "pages": pages,
        "rows": told(pages.rows),
        "cases": _cases(agent, held),
    }
    return suite_page(request, "set", agent, context, tab="sets", title=held.name)


@require_http_methods(["GET", "POST"])
def new_set(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    return _form_page(request, agent, None)


@require_http_methods(["GET", "POST"])
def edit_set(request: Request, slug: str, key: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    return _form_page(request, agent, set_or_404(agent, key))


@require_http_methods(["GET", "POST"])
def set_deletion(request: Request, slug: str, key: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    held = set_or_404(agent, key)
    refusal = pipeline.refusal_to_delete_set(held, by=actor(request))
    forbid(refusal)
    if request.method == "POST":
        try:
            pipeline.delete_set(held, by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            refusal = refused.refusal
        else:
            messages.success(request, f"{held.name} is deleted. Its runs stay.")
            return redirect("sets", agent.slug)
    context = {"agent": agent, "held": held, "refusal": refusal, "place": "tests", "title": "Delete test set"}
    return dialog(request, "deployments/suite/set_deletion.html", context)


def _form_page(request: Request, agent: Agent, held: CaseSet | None) -> HttpResponse:
    forbid(pipeline.refusal_to_test(agent, by=actor(request)))
    cases = [(case.path, case.name) for case in cases_on(present(agent))]
    there = {path for path, _ in cases}
    gone = [(path, f"{path}, which is no longer there") for path in (held.cases if held else ()) if path not in there]
    initial: dict[str, object] = {"cases": request.GET.getlist("case")}
    if held:
        initial = asdict(pipeline.options_of(held)) | {"instead_of": pipeline.state_of_set(held)}
    form = SetForm(agent, [*gone, *cases], posted(request), initial=initial)
    if form.is_valid():
        try:
            if held is None:
                held = pipeline.create_set(agent, form.options, by=actor(request))
                words = f"{held.name} is made."
            else:
                instead_of = form.cleaned_data["instead_of"]
                held = pipeline.change_set(held, form.options, instead_of=instead_of, by=actor(request))
                words = f"{held.name} is changed."
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            if refused.code == "set_changed" and held is not None:
                form.renew(instead_of=pipeline.state_of_set(set_or_404(agent, held.pk)))
        else:
            messages.success(request, words)
            return redirect("set", agent.slug, held.pk)
    context = {"form": form, "held": held, "nothing": not cases and not gone}
    title = f"Edit {held.name}" if held else "New test set"
    return suite_page(request, "set_form", agent, context, tab="sets", title=title)


def _listed(agent: Agent, held: CaseSet, newest: Run | None, far: Mapping[UUID, Progress]) -> Listed:
    steps = agent.ladder
    when = [after_in_words(step) for step in steps if step.slug in held.after]
    nightly = [step.label for step in steps if step.slug in held.nightly]
    if nightly:
        when.append(f"Each night on {' and '.join(nightly)}")
    gates = [step.label for step in steps if step.gate_id == held.pk]
    progress = far.get(newest.pk) if newest else None
    return Listed(held, when, gates, newest, progress)


def _cases(agent: Agent, held: CaseSet) -> list[tuple[str, str]]:
    """The cases of the set by their paths, each with its name: none where what is worked on has it no longer."""
    names = {case.path: case.name for case in cases_on(present(agent))}
    return [(path, names.get(path, "")) for path in held.cases]


def _rate(run: Run) -> int:
    return round(100 * run.passed_count / run.case_count) if run.case_count else 0
