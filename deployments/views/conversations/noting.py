"""What people write beside a conversation: its note and tags, and what was wrong in a turn."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from deployments import pipeline
from deployments.forms.conversations import NoteForm
from deployments.models import Conversation
from deployments.views.conversations.reading import conversation_or_404, shown
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.pages import page


@require_POST
def note(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = conversation_or_404(agent, conversation)
    by = actor(request)
    forbid(pipeline.refusal_to_note(found, by=by))
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                pipeline.note_conversation(found, form.cleaned_data["note"], by=by)
                pipeline.tag_conversation(found, form.cleaned_data["tags"].split(","), by=by)
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "Note and tags saved.")
            return redirect(_back(request, found))
    return page(request, "deployments/conversations/conversation.html", shown(request, agent, found, form))


@require_POST
def marks(request: Request, slug: str, conversation: UUID, turn: int) -> HttpResponse:
    """What is ticked is what the turn is marked with from now on."""
    agent = agent_or_404(request, slug)
    found = conversation_or_404(agent, conversation)
    by = actor(request)
    forbid(pipeline.refusal_to_note(found, by=by))
    ticked = [said.partition(" ") for said in request.POST.getlist("mark")]
    try:
        pipeline.annotate_turns(
            found, [(turn, side, kind) for side, _, kind in ticked] or [(turn, "agent", "")], by=by, replace=True
        )
    except pipeline.Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Marks saved.")
    return redirect(f"{_back(request, found)}#turn-{turn}")


def _back(request: Request, found: Conversation) -> str:
    asked = request.GET.urlencode()
    return reverse("conversation", args=[found.agent.slug, found.pk]) + (f"?{asked}" if asked else "")
