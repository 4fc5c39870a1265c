"""Editing one resource of the draft in a form made from its kind, or its whole file as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from deployments import pipeline
from deployments.forms.editing import (
    Control,
    Note,
    Told,
    address,
    anchor_of,
    changes,
    controls,
    raw_from,
    raw_of,
    with_act,
)
from deployments.models import content
from deployments.resources import KINDS, Field, Value, flow_folder, read_file
from deployments.resources.editing import EditRefused
from deployments.sides.contents import findings_of, resources_of
from deployments.sides.side import present
from deployments.views.drafting.broken import Broken, broken, unread
from deployments.views.drafting.conflicts import SETTLE, Meeting, meet, settle
from deployments.views.drafting.edited import MOST_PLACES, Editing, held_as
from deployments.views.drafting.missing import Missing, former, missing, renamed
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.pages import REFUSED, fragment, page

NO_FIELDS = frozenset({"bytes", "derived", "rest"})
# By the end of a file's name, what the editor colours it as.
LANGUAGES = {"py": "python", "yaml": "yaml", "yml": "yaml", "json": "json"}
# What a browser calls the text it keeps of a form, and which turn of it this is.
KEPT = re.compile(r"\w{1,40} \d{1,9}", re.ASCII)


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str, path: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    posted = request.method == "POST"
    seen = request.POST.get("seen", "")
    editing = _found(Editing(present(agent), path, whole="file" in request.GET), seen)
    editing = broken(editing, seen) or editing
    if editing.was and not posted:
        messages.info(request, f"{editing.whose} renamed this: it is {editing.resource.name} now.")
        return redirect(_action(request, editing))
    if not editing.whole and (editing.resource.problem or KINDS[editing.resource.kind].form in NO_FIELDS):
        if editing.resource.kind == "binary_file":
            raise Http404("A file that is not text cannot be edited here.")
        return redirect(_whole(editing))
    if posted:
        return _posted(request, editing)
    if not editing.whole and editing.is_too_long:
        messages.info(request, f"This has more than {MOST_PLACES:,} places, too many for a form: edit its text.")
        return redirect(_whole(editing))
    editing.raw = {each.name: raw_of(each, editing.present.get(each.name)) for each in editing.fields}
    return _page(request, editing, editing.seen)


def _found(editing: Editing, seen: str) -> Editing:
    """What is at this address; where somebody renamed or deleted it meanwhile, what became of it. Raises Http404."""
    try:
        editing.resource  # noqa: B018  (asks whether it is there)
    except Http404:
        if editing.is_unread:
            return broken(editing, seen) or unread(editing)
        if moved := renamed(editing.side, editing.path):
            path, by = moved
            return _found(replace(editing, path=path, was=editing.path, whose=by), seen)
        if gone := missing(editing, seen):
            return gone
        raise
    return editing


def _posted(request: Request, editing: Editing) -> HttpResponse:
    sent = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    editing.raw = {each.name: raw_from(each, each.name, sent) for each in editing.fields}
    seen = sent.get("seen", "")
    act = sent.get("act", "")
    if act:
        if not act.startswith(SETTLE):
            editing.raw = with_act(editing.fields, editing.raw, act)
        return _page(request, _met(editing, seen, sent) if "opened" in sent else editing, seen)
    opened = _opened(editing, seen)
    before = editing.present if opened is None else opened
    wanted, editing.errors = changes(editing.fields, editing.raw, before)
    if not editing.whole:
        editing.errors = _wrong(editing, wanted) | editing.errors
    if editing.errors:
        return _page(request, editing, seen, status=REFUSED)
    if isinstance(editing, Broken):
        return _beside(request, editing, wanted)
    if isinstance(editing, Missing):
        return _again(request, editing, wanted) if "again" in sent else _page(request, editing, seen, status=REFUSED)
    if seen != editing.seen and opened is not None:
        said = f"{editing.whose} renamed" if editing.was else _who(editing)
        meeting = meet(editing.fields, before, editing.present, editing.raw, wanted, said)
        return _page(request, _with(editing, meeting, seen), editing.seen, status=REFUSED)
    return _saved(request, editing, wanted, seen or None)


def _beside(request: Request, editing: Broken, wanted: Mapping[str, Value]) -> HttpResponse:
    """What was typed over a file that somebody broke stands beside their text, both as the whole file."""
    if not wanted:
        messages.info(request, f"{_who(editing)} this since you opened it. It cannot be read; you changed nothing.")
        return redirect(_whole(editing))
    try:
        file = editing.whole_file(wanted, _who(editing))
    except EditRefused as refused:
        editing.errors[""] = str(refused)
        return _page(request, editing, request.POST.get("seen", ""), status=REFUSED)
    return _page(request, file, file.seen, status=REFUSED)


def _again(request: Request, editing: Missing, wanted: Mapping[str, Value]) -> HttpResponse:
    """What was deleted meanwhile is made again, beside what its file holds without it."""
    around = editing.around
    return _saved(request, editing, wanted, None if around is None else content.hash_of(around))


def _saved(request: Request, editing: Editing, wanted: Mapping[str, Value], seen: str | None) -> HttpResponse:
    try:
        new = editing.changed(wanted)
        pipeline.change_files(editing.side.agent, new, seen={editing.file: seen}, by=actor(request))
    except (EditRefused, pipeline.Refused) as refused:
        if isinstance(refused, pipeline.Refused):
            forbid(refused.refusal)
        editing.errors[""] = refused.message if isinstance(refused, pipeline.Refused) else str(refused)
        return _page(request, editing, request.POST.get("seen", ""), status=REFUSED)
    # The page that says so says also which of the texts that the browser keeps this was.
    tags = f"saved {kept}" if (kept := _kept(request)) else ""
    if new:
        messages.success(request, f"{editing.resource.name or editing.path} is saved in the draft.", tags)
    else:
        messages.info(request, "Nothing was changed.", tags)
    return redirect("resource", editing.side.agent.slug, _address(editing, new.get(editing.file)))


def _address(editing: Editing, held: bytes | None) -> str:
    """The page of what was edited: in its file it stands where it stood, whatever it is called now."""
    if held is None:
        return editing.resource.path
    after = read_file(editing.file, held)
    if isinstance(editing, Missing):
        return next((each.path for each in after if each.path == editing.path), after[-1].path)
    before = [each.path for each in editing.inside]
    return after[min(before.index(editing.resource.path), len(after) - 1)].path


def _met(editing: Editing, seen: str, sent: Mapping[str, str]) -> Editing:
    """A choice between two people's texts, which the page keeps beside the form until it is saved."""
    before, now = (_opened(editing, hash_) or editing.present for hash_ in (sent.get("opened", ""), seen))
    meeting = settle(editing.fields, before, now, editing.raw, sent)
    return _with(editing, meeting, sent.get("opened", ""))


def _with(editing: Editing, meeting: Meeting, opened: str) -> Editing:
    editing.raw, editing.conflicts, editing.opened = dict(meeting.raw), meeting.conflicts, opened
    editing.errors[""] = meeting.words
    return editing


def _opened(editing: Editing, seen: str) -> Mapping[str, Value] | None:
    """The fields as somebody had them before them, by the hash of the file; None of a file that never was here."""
    held = held_as(editing.side.agent, seen)
    return None if held is None else editing.values(held)


def _who(editing: Editing) -> str:
    """Whoever saved this file last: the beginning of the sentence that says so."""
    draft = editing.side.draft
    change = pipeline.last_change_of(draft, editing.file) if draft else None
    if change is None:
        return "Somebody published"
    editing.whose = change.by.name
    return f"{editing.whose} saved"


def _whole(editing: Editing) -> str:
    return f"{reverse('edit', args=[editing.side.agent.slug, editing.file])}?file"


def _action(request: Request, editing: Editing) -> str:
    """Where the form is sent: to what it is called now, with all that the address said."""
    address_ = reverse("edit", args=[editing.side.agent.slug, editing.path])
    query = "file" if editing.whole and "file" not in request.GET else request.META["QUERY_STRING"]
    return f"{address_}?{query}" if query else address_


def _wrong(editing: Editing, wanted: Mapping[str, Value]) -> dict[str, str]:
    """What was typed against the limits of its fields, by address; what was so before is left to the checks."""
    from deployments.resources.checking import title, wrong

    start = f"{title(editing.resource)}: "
    return {
        address(editing.fields, editing.raw, each.field): each.message.removeprefix(start)
        for each in reversed(wrong(editing.resource, wanted))
    }


def _page(request: Request, editing: Editing, seen: str, status: int = 200) -> HttpResponse:
    agent, resource = editing.side.agent, editing.resource
    findings = [finding for finding in findings_of(editing.side) if finding.path == resource.path]
    notes: dict[str, list[Note]] = {}
    anchored: set[str] = set()
    for finding in findings:
        at = "" if editing.whole else address(editing.fields, editing.raw, finding.field)
        anchor = anchor_of(finding.field)
        line = finding.line if bool(finding.field) != editing.whole else None
        note = Note(finding.message, finding.severity, "" if anchor in anchored else anchor, line)
        notes.setdefault(at, []).append(note)
        anchored.add(anchor)
    if isinstance(editing, Broken):
        words = f"{_who(editing)} this since you opened it, and its file cannot be read now. "
        notes.setdefault("", []).append(Note(f"{words}Save to see their text beside yours.", "warning"))
    kind = KINDS[resource.kind]
    language = LANGUAGES.get(editing.file.rpartition(".")[2], "")
    if language != "python" and not editing.whole:
        language = ""  # code inside YAML is not YAML
    made: list[Control] = controls(editing.fields, editing.raw, Told(editing.errors, notes, _names(editing), language))
    shown = {name for each in made for name in each.names()}
    heading = editing.path if editing.whole else resource.name or kind.label
    mine, place = f"{request.user.pk} {agent.pk}", editing.file if editing.whole else resource.path
    context = {
        "agent": agent,
        "place": "resources",
        "title": f"Edit {heading}",
        "heading": heading,
        "resource": resource,
        "kind": kind,
        "file": editing.file,
        "whole": editing.whole,
        "controls": made,
        "action": _action(request, editing),
        "missing": editing if isinstance(editing, Missing) else None,
        "problem": editing.errors.get(""),
        "failed": status == REFUSED,
        "answer": request.method == "POST",
        "kept": _kept(request),
        "conflicts": editing.conflicts,
        "whose": editing.whose,
        "opened": editing.opened,
        "seen": seen,
        "keep": f"{mine} {place}",
        "former": json.dumps([f"{mine} {each}" for each in former(editing.side, place)]),
        "notes": [note for at, each in notes.items() if at not in shown for note in each],
    }
    return page(request, "deployments/edit.html", context, status=status)


def _names(editing: Editing) -> dict[str, dict[str, str]]:
    """What its fields may name, by kind; of a flow's own parts those of this flow."""
    asked = set().union(*map(_named_in, editing.fields))
    flow = flow_folder(editing.file)
    names: dict[str, dict[str, str]] = {}
    for each in resources_of(editing.side) if asked else ():
        if each.kind in asked and (KINDS[each.kind].inside != "flow" or flow_folder(each.file or "") == flow):
            names.setdefault(each.kind, {}).setdefault(each.name, each.path)
    return names


def _named_in(field: Field) -> set[str]:
    """The kinds that a field names, and what is inside it."""
    inner = (*field.fields, *field.columns, *((field.values,) if field.values else ()))
    return {*field.to}.union(*map(_named_in, inner))


def _kept(request: Request) -> str:
    kept = request.POST.get("kept", "")
    return kept if KEPT.fullmatch(kept) else ""


@require_POST
def presence(request: Request, slug: str, path: str) -> HttpResponse:
    """A page with this resource open says so now and then, and hears who else has it."""
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    others = pipeline.say_present(agent, path, by=request.user)
    return fragment(request, "components/presence.html", {"agent": agent, "others": others})
