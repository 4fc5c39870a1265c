"""Parts of a comparison that come after its page: lines that were folded, further sheets, versions to choose from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from deployments.comparison import FieldChange, Item
from deployments.forms.numerals import whole
from deployments.views.asked import words as words_in
from deployments.views.comparing import pieces, rows
from deployments.views.comparing.cards import Pair, pair_or_404, writing
from deployments.views.comparing.formatting import writings
from deployments.views.comparing.options import Options
from deployments.views.comparing.reviews import body, entries, further
from deployments.views.comparing.selectors import KEPT, LEFT, RIGHT, found_choices
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import fragment, page
from deployments.views.paging import sliced

VERSIONS = 25
WRITERS = (Path(rows.__file__), Path(pieces.__file__), settings.BASE_DIR / "templates/components/review.html")
# A new release of ours may write the same lines otherwise: what browsers keep then no longer counts.
EDITION = hashlib.sha256(b"".join(path.read_bytes() for path in WRITERS)).hexdigest()[:12]


@require_safe
def lines(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    pair = pair_or_404(request, slug, left, right)
    agent = pair.agent
    drafts = [side.draft for side in (pair.left, pair.right) if side.draft]
    if drafts and request.GET.get("state") != drafts[0].state:
        return fragment(request, "components/draft_moved.html", {"agent": agent})
    names = (pair.left.identity, pair.right.identity, agent.workspace.zone.key, str(pair.may_edit), EDITION)
    tag = f'"{"-".join(names).replace(" ", ".")}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(_asked_for(request, pair))
    # What two versions differ in never changes; who may see it does, so a browser asks again each time.
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


def _asked_for(request: Request, pair: Pair) -> SafeString:
    """Further sheets or entries of the tree, the raw text of a file, a whole sheet, or rows of one field."""
    query = request.GET
    if "start" in query:
        return further(pair, Options.of(query))
    if "tree" in query:
        return entries(pair, Options.of(query), whole(query["tree"]) or 0)
    if "formatting" in query:
        written = writings(pair, [query["formatting"]]).get(query["formatting"])
        if written is None:
            raise Http404("Not both of these versions hold this file.")
        return _rows(request, written) if {"row", "after", "left"} & query.keys() else rows.table(written)
    item = pair.compared().item(query.get("item", ""))
    if item is None:
        raise Http404("These versions do not differ in this.")
    if "field" not in query:
        return body(pair, item)
    place, field = _field(item, query.get("part", ""), query["field"])
    return _rows(request, writing(pair, item, place, field))


def _field(item: Item, place: str, name: str) -> tuple[int, FieldChange]:
    number = whole(place)
    if number is not None and number < len(item.parts):
        for field in item.parts[number].fields:
            if field.name == name:
                return number, field
    raise Http404("These versions do not differ in this.")


def _rows(request: Request, written: rows.Writing) -> SafeString:
    query = request.GET
    try:
        if "row" in query:
            left, _, right = query["row"].partition("-")
            return rows.whole_line(written, int(left), int(right))
        if "after" in query:
            return rows.following(written, max(0, int(query["after"])))
        return rows.unfolded(written, int(query.get("left", "")), int(query.get("count", "")), query.get("end", ""))
    except ValueError:
        raise Http404("There are no such lines.") from None


@require_safe
def versions(request: Request, slug: str) -> HttpResponse:
    """Every version, newest first, for a side to be chosen from: a page of its own, or the list inside a selector."""
    agent = agent_or_404(request, slug)
    which = request.GET.get("side")
    if which not in (LEFT, RIGHT):
        raise Http404("Choose the left or the right side of a comparison.")
    words = words_in(request.GET)
    query = agent.versions.without_manifest().select_related("author").newest_first()
    asked = [(key, request.GET[key]) for key in ("side", LEFT, RIGHT, *KEPT) if request.GET.get(key)]
    pages = sliced(request, query.matching(words) if words else query, VERSIONS)
    context = {
        "agent": agent,
        "place": "compare",
        "title": f"Choose the {which} version",
        "which": which,
        "words": words,
        "pages": pages,
        "asked": asked,
        "everything": f"{request.path}?{urlencode(asked)}" if "list" in request.GET and pages.older else "",
        "choices": found_choices(request, agent, which, pages.rows),
    }
    if "list" in request.GET:
        return fragment(request, "components/version_choices.html", context)
    return page(request, "deployments/version_choices.html", context)
