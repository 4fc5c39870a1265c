"""Test runs: the list of an agent's runs, newest first."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from deployments.forms.suite import RunFilter
from deployments.views.http import Request, agent_or_404
from deployments.views.paging import sliced
from deployments.views.suite.finding import known, sets_of, suite_page
from deployments.views.suite.progress import told

SIZE = 25


@require_safe
def runs(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    form = RunFilter(agent, sets_of(agent), request.GET or None)
    pages = sliced(request, form.runs(), SIZE)
    known(agent, pages.rows)
    context = {
        "form": form,
        "pages": pages,
        "rows": told(pages.rows),
        "going": any(not run.is_finished for run in pages.rows),
        "narrowed": any(request.GET.get(name) for name in form.fields),
    }
    return suite_page(request, "runs", agent, context, tab="runs", title="Test runs")
