"""Renaming, duplicating, moving and deleting a resource: four dialogs, each names what else is concerned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from deployments import pipeline
from deployments.forms.reshaping import DeletionOfResourceForm, DuplicationForm, MoveForm, RenamingForm, ReshapingForm
from deployments.models import DraftChange
from deployments.resources import KINDS, Resource, editing, read_file
from deployments.resources.references import Mention
from deployments.sides.contents import Contents, inside, mentions_of, of_kinds, resource_at, resources_of
from deployments.sides.side import Side, present
from deployments.views.drafting.missing import renamed
from deployments.views.drafting.putting import put
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog

Changes: TypeAlias = Mapping[str, bytes | None]
Act: TypeAlias = Callable[[Side, Resource, dict[str, Any]], Changes]
LISTED = 12
# What leads from the name that was to the name there is.
INTO = {"Renamed": "to", "Duplicated": "as"}


@require_http_methods(["GET", "POST"])
def renaming(request: Request, slug: str, path: str) -> HttpResponse:
    def rename(side: Side, resource: Resource, said: dict[str, Any]) -> Changes:
        return editing.rename(
            Contents(side),
            resource.path,
            said["name"],
            update_references=said["update"],
            resources=resources_of(side) if resource.kind == "variable" else (),
            named=mentions_of(side, resource.path) if said["update"] else None,
        )

    return _act(request, slug, path, RenamingForm, rename, "Rename", "Renamed")


@require_http_methods(["GET", "POST"])
def duplication(request: Request, slug: str, path: str) -> HttpResponse:
    def duplicate(side: Side, resource: Resource, said: dict[str, Any]) -> Changes:
        return editing.duplicate(Contents(side), resource.path, said["name"])

    return _act(request, slug, path, DuplicationForm, duplicate, "Duplicate", "Duplicated")


@require_http_methods(["GET", "POST"])
def move(request: Request, slug: str, path: str) -> HttpResponse:
    def to_place(side: Side, resource: Resource, said: dict[str, Any]) -> Changes:
        return editing.move(Contents(side), resource.path, said["to"] - 1)

    return _act(request, slug, path, MoveForm, to_place, "Move", "Moved")


@require_http_methods(["GET", "POST"])
def deletion(request: Request, slug: str, path: str) -> HttpResponse:
    def delete(side: Side, resource: Resource, said: dict[str, Any]) -> Changes:
        instead = said["instead"].strip()
        return editing.delete(
            Contents(side),
            resource.path,
            instead=instead,
            resources=of_kinds(side, resource.kind) if instead else (),
            named=mentions_of(side, resource.path) if instead else None,
        )

    return _act(request, slug, path, DeletionOfResourceForm, delete, "Delete", "Deleted")


def _act(
    request: Request, slug: str, path: str, form_class: type[ReshapingForm], act: Act, verb: str, done: str
) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side = present(agent)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    resource = resource_at(side, path)
    if resource is None:
        return _gone(request, side, path)
    seen = side.files.get(resource.file or "", "")
    initial = {"seen": seen, "name": resource.name, "to": _place(side, resource)}
    form = form_class(posted(request), initial=initial)
    if form.is_valid() and form.cleaned_data["seen"] not in ("", seen):
        form.refuse("Somebody changed this since you opened it. Look at it again, then go on.")
        form.renew(seen=seen)
    elif form.is_valid():
        try:
            changes = act(side, resource, form.cleaned_data)
            if changes:
                put(request, side, changes, DraftChange.Kind.RENAMED if verb == "Rename" else None)
        except editing.EditRefused as refused:
            form.refuse(str(refused))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
        else:
            messages.success(request, _said(side, done, resource, changes, form.cleaned_data))
            return redirect(*_next(agent.slug, resource, changes, form.cleaned_data, verb))
    context = {"agent": agent, "place": "resources", "title": f"{verb} {resource.name}", "form": form, "verb": verb}
    context |= {"resource": resource, "kind": KINDS[resource.kind], **_referring(side, resource, verb)}
    context |= {"inside": _inside(side, resource), "places": initial["to"]}
    return dialog(request, "deployments/resource_act.html", context)


def _gone(request: Request, side: Side, path: str) -> HttpResponse:
    """Somebody renamed or deleted it meanwhile: who did, and where it is now. Raises Http404."""
    if moved := renamed(side, path):
        path, by = moved
        if there := resource_at(side, path):
            messages.info(request, f"{by} renamed this: it is {there.name} now. Nothing was done to it.")
            return _lead(request, "resource", side.agent.slug, path)
    elif side.draft and (parted := pipeline.parting(side.draft, path)):
        messages.info(request, f"{parted[0].by.name} deleted this.")
        return _lead(request, "resources", side.agent.slug)
    raise Http404(f"{side.words or side.ref} holds no resource at this address.")


def _lead(request: Request, *to: str) -> HttpResponse:
    """Where a dialog was asked for, a page would be put in its place."""
    return HttpResponseClientRedirect(resolve_url(*to)) if request.htmx and request.method == "GET" else redirect(*to)


def _referring(side: Side, resource: Resource, verb: str) -> dict[str, Any]:
    if verb not in ("Rename", "Delete"):
        return {}
    found = [mention for mention in mentions_of(side, resource.path) if mention.by.path != resource.path]
    by_path: dict[str, list[Mention]] = {}
    for mention in found:
        by_path.setdefault(mention.by.path, []).append(mention)
    listed = [(each[0].by, len(each)) for each in by_path.values()]
    return {"referring": listed[:LISTED], "beyond": max(0, len(listed) - LISTED), "referred": len(found)}


def _inside(side: Side, resource: Resource) -> int:
    if resource.kind != "flow":
        return 0
    folder = (resource.file or "").rpartition("/")[0] + "/"
    return sum(path.startswith(folder) for path in side.files) - 1


def _place(side: Side, resource: Resource) -> int:
    if resource.file is None:
        return 1
    siblings = [each.path for each in inside(side, resource.file) if each.kind == resource.kind]
    return 1 + siblings.index(resource.path)


def _said(side: Side, done: str, resource: Resource, changes: Changes, said: dict[str, Any]) -> str:
    """Beside what it is about, how many files that were there name it otherwise now."""
    others = sum(path in side.files and path != resource.file for path, held in changes.items() if held is not None)
    more = f" {others:,} other {'file' if others == 1 else 'files'} changed with it." if others else ""
    into = f" {INTO[done]} {said['name']}" if done in INTO else ""
    return f"{done}: {resource.name}{into}.{more}" if changes else "Nothing was changed: it is so already."


def _next(slug: str, resource: Resource, changes: Changes, said: dict[str, Any], verb: str) -> tuple[str, ...]:
    """The page of what there is now: the resource under its new name, or the list."""
    if verb == "Delete":
        return ("resources", slug)
    if not changes or verb == "Move":
        return ("resource", slug, resource.path)
    if resource.kind == "variable":
        return ("resource", slug, resource.path.removesuffix(resource.name) + said["name"])
    for path, content in changes.items():
        for each in read_file(path, content) if content is not None else ():
            if each.kind == resource.kind and each.name == said.get("name"):
                return ("resource", slug, each.path)
    return ("resources", slug)
