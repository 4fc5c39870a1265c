"""A new resource: its kind and its name; everything else is filled in on its page."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.reshaping import CreationForm
from deployments.resources import KINDS, Kind, Value, clean, editing, read_file
from deployments.sides.contents import Contents, of_kinds
from deployments.sides.side import Side, present
from deployments.views.drafting.putting import put
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog

EMPTY: Mapping[str, Value] = {"list": [], "table": [], "map": {}, "section": {}, "flag": False}


@require_http_methods(["GET", "POST"])
def creation(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    side, by = present(agent), actor(request)
    forbid(pipeline.refusal_to_edit(agent, by=by))
    wanted = {"kind": request.GET.get("kind", "topic"), "inside": request.GET.get("inside", "")}
    form = CreationForm(posted(request), folders=_folders(side), initial=wanted)
    if form.is_valid():
        said = form.cleaned_data
        kind, name = KINDS[said["kind"]], said["name"]
        try:
            changes = editing.create(Contents(side), kind.key, name, _first(kind, name), inside=said.get("inside", ""))
            put(request, side, changes)
        except editing.EditRefused as refused:
            form.add_error("name", str(refused))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
        else:
            messages.success(request, f"{kind.label} {name} is made. Fill it in.".replace("  ", " "))
            return redirect("edit", agent.slug, _address(changes, kind, name))
    context = {"agent": agent, "place": "resources", "title": "New resource", "form": form}
    return dialog(request, "deployments/resource_creation.html", context)


def _first(kind: Kind, name: str) -> dict[str, Value]:
    """What a new one holds: every field that must be there, empty or at its default."""
    if kind.form in ("scalar", "scalars"):
        return {kind.fields[0].name: name}
    if kind.form in ("python", "json"):
        return {}
    if kind.form == "text":
        return {"text": ""}
    given: dict[str, Value] = {}
    for field in kind.fields:
        if field.required and field.name not in (kind.identity, kind.file_name_from):
            first = field.choices[0] if field.choices else ""
            given[field.name] = field.default if field.default is not None else EMPTY.get(field.type, first)
    if not given and not kind.identity and kind.is_shared:
        field = kind.fields[0]
        given[field.name] = EMPTY.get(field.type, "")
    return given


def _address(changes: Mapping[str, bytes | None], kind: Kind, name: str) -> str:
    for path, content in changes.items():
        made = [each for each in read_file(path, content or b"") if each.kind == kind.key]
        named = [each for each in made if clean(each.name) == clean(name)]
        if made:
            return (named or made)[-1].path
    return next(iter(changes))


def _folders(side: Side) -> list[tuple[str, str]]:
    """The folders that a part may go into, by the name of what it belongs to."""
    choices: dict[str, str] = {}
    for each in of_kinds(side, "flow", "variant"):
        if each.kind == "flow":
            choices[each.path.rpartition("/")[0]] = f"{KINDS[each.kind].label} {each.name}"
        else:
            choices[f"child_topics/{clean(each.name, lower=True)}"] = f"{KINDS[each.kind].label} {each.name}"
    return list(choices.items())
