"""Finding a text in everything an agent is made of, and putting another in its place in the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.numerals import whole
from deployments.resources import KINDS, Kind, Resource
from deployments.resources.editing import EditRefused, Hit, find, replace_text
from deployments.sides.contents import Contents, resources_of
from deployments.sides.side import Side, present, side_or_404
from deployments.views.drafting.putting import put
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.pages import REFUSED, page

MOST = 500
LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """What is looked for, and what would stand in its place."""

    text: str
    replacement: str
    match_case: bool

    @classmethod
    def of(cls, request: Request) -> Asked:
        said = request.POST if request.method == "POST" else request.GET
        return cls(said.get("q", "")[:LONGEST], said.get("with", "")[:LONGEST], bool(said.get("case")))


@require_http_methods(["GET", "POST"])
def finding(request: Request, slug: str) -> HttpResponse:
    """In the draft, or in any version: `in` names it. Only in the draft anything is replaced."""
    agent = agent_or_404(request, slug)
    ref = request.GET.get("in", "")
    side = side_or_404(agent, ref) if ref else present(agent)
    refusal = pipeline.refusal_to_edit(agent, by=actor(request))
    may_replace = not ref and refusal is None
    asked = Asked.of(request)
    problem = ""
    if request.method == "POST":
        forbid(refusal)
        try:
            count = _replace(request, present(agent), asked)
        except (EditRefused, pipeline.Refused) as refused:
            problem = refused.message if isinstance(refused, pipeline.Refused) else str(refused)
        else:
            messages.success(request, f"“{asked.text}” was replaced in {count} {'place' if count == 1 else 'places'}.")
            return redirect("draft", agent.slug)
    hits = _hits(Contents(side).all(), asked) if asked.text else []
    context = {
        "agent": agent,
        "place": "resources",
        "title": "Find and replace" if may_replace else "Find",
        "side": side,
        "ref": ref,
        "asked": asked,
        "hits": min(len(hits), MOST),
        "found": _by_resource(side, hits[:MOST], ref),
        "more": len(hits) > MOST,
        "may_replace": may_replace,
        "seen": side.identity,
        "problem": problem,
    }
    return page(request, "deployments/find.html", context, status=REFUSED if problem else 200)


def _hits(files: Mapping[str, bytes], asked: Asked) -> list[Hit]:
    """As many as a page shows, and one more when there is one."""
    return find(files, asked.text, match_case=asked.match_case, most=MOST + 1)


@dataclass(frozen=True)
class Found:
    """A resource that holds the text: where it is shown, and each place with its number among all."""

    resource: Resource | None
    label: str
    address: str
    places: tuple[tuple[int, Hit, str], ...]


def _by_resource(side: Side, hits: list[Hit], ref: str) -> list[Found]:
    known = {resource.path: resource for resource in resources_of(side)}
    found = []
    for path, numbered in groupby(enumerate(hits), key=lambda each: each[1].path):
        resource = known.get(path)
        kind = KINDS[resource.kind] if resource else None
        places = tuple((number, hit, _label(hit.field, kind)) for number, hit in numbered)
        found.append(Found(resource, kind.label if kind else "", _address(side, path, ref), places))
    return found


def _address(side: Side, path: str, ref: str) -> str:
    if ref:
        return reverse("version-resource", args=[side.agent.slug, side.pinned, path])
    return reverse("resource", args=[side.agent.slug, path])


def _label(field: str, kind: Kind | None) -> str:
    """`conditions.2.description` -> "Conditions 2 description"."""
    first, _, rest = field.partition(".")
    if field == "file":
        return "Name"
    declared = kind.by_name.get(first) if kind else None
    return " ".join([declared.label if declared else first, *rest.replace(".", " ").split()])


def _replace(request: Request, side: Side, asked: Asked) -> int:
    """Put the other text in the chosen places, in exactly the content in which they were found."""
    if request.POST.get("seen") != side.identity:
        raise pipeline.Refused(pipeline.Refusal("draft_moved", "The draft changed since. Look at what is found now."))
    files = Contents(side).all()
    hits = _hits(files, asked)[:MOST]
    chosen = set(map(whole, request.POST.getlist("place")))
    places = [hit for number, hit in enumerate(hits) if number in chosen]
    if not places:
        raise EditRefused("Choose at least one place.")
    changes = replace_text(files, asked.text, asked.replacement, places=places, match_case=asked.match_case)
    put(request, side, changes)
    return len(places)
