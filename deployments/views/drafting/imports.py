"""Importing a zip into the draft: what it holds now is kept for thirty days."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.agents import ImportForm
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.naming import first_of
from deployments.views.pages import dialog


@require_http_methods(["GET", "POST"])
def draft_import(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_import(agent, by=actor(request)))
    form = ImportForm(request)
    if form.is_valid():
        reading = form.cleaned_data["archive"]
        try:
            imported = pipeline.import_files(
                agent, reading.files, mode=form.cleaned_data["mode"], ignored=reading.ignored, by=actor(request)
            )
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _said(len(reading.files), reading.ignored, imported.draft is None))
            return redirect("draft", agent.slug)
    return dialog(request, "deployments/import.html", {"agent": agent, "form": form, "place": "", "title": "Import"})


def _said(count: int, ignored: tuple[str, ...], unchanged: bool) -> str:
    words = f"{count:,} {'file' if count == 1 else 'files'} imported."
    if unchanged:
        words += " They are what Sandbox runs already, so there is nothing to publish."
    if ignored:
        words += f" Left out, because they are no part of an agent: {first_of(ignored, 5)}."
    return words
