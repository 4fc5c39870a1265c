"""A comparison to take along: as a patch of the text files, and as Markdown for a pull request or a chat."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from deployments.comparison.markdown import markdown
from deployments.comparison.patch import patch_of
from deployments.views.comparing.cards import Pair, pair_or_404
from deployments.views.http import Request


@require_safe
def patch(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    """What `git apply` makes of an exported folder of the left side the right one."""
    pair = pair_or_404(request, slug, left, right)
    said = patch_of(pair.left.files, pair.right.files, pair.load, pair.compared())
    return _download(said, pair, "patch", "text/x-patch; charset=utf-8")


@require_safe
def as_markdown(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    pair = pair_or_404(request, slug, left, right)
    said = markdown(pair.compared(), *pair.labels).encode()
    return _download(said, pair, "md", "text/markdown; charset=utf-8")


def _download(body: bytes, pair: Pair, ending: str, content_type: str) -> HttpResponse:
    name = f"{pair.agent.slug}-{pair.left.pinned}-{pair.right.pinned}.{ending}"
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
