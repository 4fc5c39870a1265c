"""Editing one resource of the draft in a form made from its kind, or its whole file as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from deployments import pipeline
from deployments.forms.editing import (
    Control,
    Note,
    Raw,
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
from deployments.resources import KINDS, Field, Resource, Value, read_file
from deployments.resources.editing import EditRefused, change, retold
from deployments.views.contents import findings_of, resources_of
from deployments.views.drafting.conflicts import SETTLE, Conflict, Meeting, meet, settle
from deployments.views.http import Request, Side, actor, agent_or_404, forbid
from deployments.views.pages import fragment, page
from deployments.views.resources import present

FILE = (Field("text", "The whole file", "code"),)
NO_FIELDS = frozenset({"bytes", "derived", "rest"})
# What a browser calls the text it keeps of a form, and which turn of it this is.
KEPT = re.compile(r"\w{1,40} \d{1,9}", re.ASCII)


@dataclass
class Editing:
    """A resource, or with `whole` the file at that path, as it is now and as somebody is changing it."""

    side: Side
    path: str
    whole: bool
    raw: dict[str, Raw] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    whose: str = ""  # the other of the two, where it is known
    opened: str = ""  # the hash of what both began from

    @cached_property
    def file(self) -> str:
        """The file that holds it; a file may have a `#` in its own name."""
        file = self.path if self.path in self.side.files else self.path.partition("#")[0]
        if file not in self.side.files:
            raise Http404(self._nothing)
        return file

    @cached_property
    def held(self) -> bytes:
        """What that file holds: it alone is read, however many there are."""
        blob = self.side.files[self.file]
        return content.load(self.side.agent, {blob})[blob]

    @cached_property
    def inside(self) -> tuple[Resource, ...]:
        """Every resource of that file."""
        return tuple(read_file(self.file, self.held))

    @cached_property
    def resource(self) -> Resource:
        named = next((each for each in self.inside if each.path == self.path), None)
        found = named or (self.inside[0] if self.whole else None)
        if found is None:
            raise Http404(self._nothing)
        return found

    @property
    def _nothing(self) -> str:
        return f"{self.side.words or self.side.ref} holds nothing to edit at this address."

    @property
    def fields(self) -> tuple[Field, ...]:
        """A name is changed by renaming, since files and references follow it, save where it is all there is."""
        if self.whole:
            return FILE
        kind = KINDS[self.resource.kind]
        name = kind.file_name_from or kind.identity
        return tuple(each for each in kind.fields if each.name != name or len(kind.fields) == 1)

    @cached_property
    def seen(self) -> str:
        return content.hash_of(self.held)

    def values(self, held: bytes) -> Mapping[str, Value]:
        """The fields as this content of the file has them."""
        if self.whole:
            return {"text": held.decode(errors="replace").removeprefix("\ufeff")}
        found = next((each for each in read_file(self.file, held) if each.path == self.path), None)
        return found.fields if found else {}

    @cached_property
    def present(self) -> Mapping[str, Value]:
        return self.values(self.held) if self.whole else self.resource.fields

    def changed(self, wanted: Mapping[str, Value]) -> dict[str, bytes | None]:
        if self.whole:
            text = wanted.get("text")
            return {self.file: retold(self.held, text if isinstance(text, str) else "")} if wanted else {}
        return change({self.file: self.held}, self.path, wanted)


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str, path: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    editing = Editing(present(agent), path, whole="file" in request.GET)
    if not editing.whole and (editing.resource.problem or KINDS[editing.resource.kind].form in NO_FIELDS):
        if editing.resource.kind == "binary_file":
            raise Http404("A file that is not text cannot be edited here.")
        return redirect(f"{request.path.removesuffix(path)}{editing.file}?file")
    if request.method == "POST":
        return _posted(request, editing)
    editing.raw = {each.name: raw_of(each, editing.present.get(each.name)) for each in editing.fields}
    return _page(request, editing, editing.seen)


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
        return _page(request, editing, seen, status=422)
    if seen != editing.seen and opened is not None:
        editing.whose, said = _who(editing)
        meeting = meet(editing.fields, before, editing.present, editing.raw, wanted, said)
        return _page(request, _with(editing, meeting, seen), editing.seen, status=422)
    try:
        new = editing.changed(wanted)
        pipeline.change_files(editing.side.agent, new, seen={editing.file: seen or None}, by=actor(request))
    except EditRefused as refused:
        editing.errors[""] = str(refused)
        return _page(request, editing, seen, status=422)
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        editing.errors[""] = refused.message
        return _page(request, editing, seen, status=422)
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
    before = [each.path for each in editing.inside]
    after = read_file(editing.file, held)
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
    held = editing.side.agent.blobs.filter(hash=seen).values_list("content", flat=True).first()
    return None if held is None else editing.values(bytes(held))


def _who(editing: Editing) -> tuple[str, str]:
    """Whoever saved this file last, and the beginning of the sentence that says so."""
    draft = editing.side.draft
    change = pipeline.last_change_of(draft, editing.file) if draft else None
    return (change.by.name, f"{change.by.name} saved") if change else ("", "Somebody published")


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
        notes.setdefault(at, []).append(Note(finding.message, finding.severity, "" if anchor in anchored else anchor))
        anchored.add(anchor)
    kind = KINDS[resource.kind]
    language = "python" if editing.file.endswith(".py") else ""
    made: list[Control] = controls(editing.fields, editing.raw, Told(editing.errors, notes, _names(editing), language))
    shown = {name for each in made for name in each.names()}
    context = {
        "agent": agent,
        "place": "resources",
        "title": f"Edit {editing.path if editing.whole else resource.name or kind.label}",
        "resource": resource,
        "kind": kind,
        "file": editing.file,
        "whole": editing.whole,
        "controls": made,
        "problem": editing.errors.get(""),
        "failed": status == 422,
        "answer": request.method == "POST",
        "kept": _kept(request),
        "conflicts": editing.conflicts,
        "whose": editing.whose,
        "opened": editing.opened,
        "seen": seen,
        "keep": f"{request.user.pk} {agent.pk} {editing.file if editing.whole else resource.path}",
        "notes": [note for at, each in notes.items() if at not in shown for note in each],
    }
    return page(request, "deployments/edit.html", context, status=status)


def _names(editing: Editing) -> dict[str, dict[str, str]]:
    """What a field may name, by kind; of a flow's own parts those of this flow."""
    flow = "/".join(editing.file.split("/")[:2]) + "/"
    names: dict[str, dict[str, str]] = {}
    for each in resources_of(editing.side):
        if KINDS[each.kind].inside != "flow" or (each.file or "").startswith(flow):
            names.setdefault(each.kind, {}).setdefault(each.name, each.path)
    return names


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
