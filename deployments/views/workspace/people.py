"""The people of a workspace: who they are, what they may do, how they come in and leave."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from deployments import pipeline
from deployments.forms.base import Form
from deployments.forms.people import InvitationForm, RoleForm
from deployments.models import Invitation, Membership, ResetLink, Role, Workspace
from deployments.views import asked
from deployments.views.http import Request, actor, forbid, posted, public_address, workspace_or_404
from deployments.views.pages import dialog, page
from deployments.views.paging import sliced

SIZE = 50


@require_safe
def people(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    words = asked.words(request.GET)
    found = workspace.memberships.select_related("person").order_by("person__name", "pk")
    if words:
        named = Q(person__name__icontains=words) | Q(person__email__icontains=words)
        found = found.filter(named | Q(role=words.lower()))
    admins = workspace.memberships.filter(role=Role.ADMIN)[:2]
    alone = pipeline.refusal_to_do_without(admins[0]) if len(admins) == 1 else None
    pages = sliced(request, found, SIZE)
    context = {
        "workspace": workspace,
        "pages": pages,
        "members": [(member, alone if member.role == Role.ADMIN else None) for member in pages.rows],
        "words": words,
        "invitations": Invitation.all_good().filter(workspace=workspace).order_by("-made_at"),
        "refusal": pipeline.refusal_to_manage_people(workspace, by=actor(request)),
        "place": "people",
        "title": "People",
    }
    return page(request, "deployments/people.html", context)


@require_http_methods(["GET", "POST"])
def invitation(request: Request, slug: str) -> HttpResponse:
    workspace = _administered(request, slug)
    form = InvitationForm(posted(request))
    context = {"workspace": workspace, "form": form, "place": "people", "title": "Invite"}
    if form.is_valid():
        said = form.cleaned_data
        try:
            invited, token = pipeline.invite(workspace, email=said["email"], role=Role(said["role"]), by=actor(request))
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            link = public_address(request, reverse("join", args=[token]))
            said_once = {"link": link, "expires_at": invited.expires_at, "whom": invited.email, "what": "join"}
            return page(request, "deployments/link_once.html", context | said_once)
    return dialog(request, "deployments/invitation.html", context)


@require_http_methods(["GET", "POST"])
def role(request: Request, slug: str, member: int) -> HttpResponse:
    workspace = _administered(request, slug)
    membership = _member(workspace, member)
    form = RoleForm(posted(request), initial={"role": membership.role})
    if form.is_valid():
        try:
            pipeline.change_role(membership, role=Role(form.cleaned_data["role"]), by=actor(request))
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            words = f"{membership.person.name} is {membership.get_role_display().lower()}. It acts at once."
            messages.success(request, words)
            return redirect("people", workspace.slug)
    context = {"workspace": workspace, "membership": membership, "form": form, "place": "people", "title": "Role"}
    context["refusal"] = pipeline.refusal_to_do_without(membership)
    return dialog(request, "deployments/role.html", context)


@require_http_methods(["GET", "POST"])
def removal(request: Request, slug: str, member: int) -> HttpResponse:
    workspace = _administered(request, slug)
    membership = _member(workspace, member)
    form = Form(posted(request))
    if form.is_valid():
        try:
            pipeline.remove_person(membership, by=actor(request))
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            if membership.person == request.user:
                messages.success(request, f"You are no longer in {workspace.name}.")
                return redirect("agents")
            messages.success(request, f"{membership.person.name} is no longer in {workspace.name}.")
            return redirect("people", workspace.slug)
    context = {"workspace": workspace, "membership": membership, "form": form, "place": "people", "title": "Remove"}
    context["refusal"] = pipeline.refusal_to_do_without(membership)
    return dialog(request, "deployments/removal.html", context)


@require_http_methods(["GET", "POST"])
def reset_link(request: Request, slug: str, member: int) -> HttpResponse:
    workspace = _administered(request, slug)
    membership = _member(workspace, member)
    form = Form(posted(request))
    context = {"workspace": workspace, "membership": membership, "form": form, "place": "people", "title": "Reset link"}
    if form.is_valid():
        try:
            token = pipeline.make_reset_link(membership.person, by=actor(request))
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            link = public_address(request, reverse("reset", args=[token]))
            until = timezone.now() + ResetLink.good_for
            said_once = {"link": link, "expires_at": until, "whom": membership.person.email, "what": "reset"}
            return page(request, "deployments/link_once.html", context | said_once)
    return dialog(request, "deployments/reset_link.html", context)


def _administered(request: Request, slug: str) -> Workspace:
    workspace = workspace_or_404(request, slug)
    forbid(pipeline.refusal_to_manage_people(workspace, by=actor(request)))
    return workspace


def _member(workspace: Workspace, key: int) -> Membership:
    return get_object_or_404(workspace.memberships.select_related("person", "workspace"), pk=key)
