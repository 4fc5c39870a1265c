"""Whole page or fragment, decided in this one place (style.md, section 4)."""

from __future__ import annotations

import zoneinfo
from typing import Any
from urllib.parse import unquote

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url, reswap, retarget

from deployments.models import Agent
from deployments.views.frame import frame
from deployments.views.http import Request, looks_again, page_asking

REFUSED = 422


def page(request: Request, template: str, context: dict[str, Any], status: int | None = None) -> HttpResponse:
    """The whole page; for HTMX its partial `main`, then what stands around and may have changed: title, navigation,
    banner, an empty dialog slot. From a page of another agent, or of none, HTMX takes the whole page in too: there the
    top bar is another one. A `form` that was sent and refused answers 422.
    """
    return _answer(request, template, "main", context, status or _status(request, context))


def dialog(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """The dialog's partial for HTMX, else the page that holds it. What was sent from it is answered into the slot."""
    status = _status(request, context)
    response = _answer(request, template, "dialog", context, status)
    if (status == REFUSED or looks_again(request)) and request.htmx:
        # A dialog that was opened as a page of its own is answered there.
        is_page = unquote((page_asking(request) or "").partition("?")[0]) == request.path
        push_url(reswap(retarget(response, "#main" if is_page else "#dialog"), "innerHTML"), False)
    return response


def fragment(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """A part that belongs inside a page already there, asked for at an address of its own."""
    with timezone.override(_zone(context)):
        response = HttpResponse(render_to_string(template, context, request))
    return _ours(response)


def _answer(request: Request, template: str, partial: str, context: dict[str, Any], status: int) -> HttpResponse:
    as_fragment = bool(request.htmx) and not request.htmx.history_restore_request
    leaves_agent = as_fragment and partial == "main" and not _is_on_page_of(request, context.get("agent"))
    with timezone.override(_zone(context)):
        if as_fragment and partial == "dialog":
            response = HttpResponse(render_to_string(f"{template}#dialog", context, request), status=status)
        elif as_fragment and not leaves_agent:
            context = frame(request, context) | context
            body = render_to_string(f"{template}#main", context, request)
            response = HttpResponse(body + render_to_string("fragment.html", context, request), status=status)
        else:
            context = frame(request, context) | context | {"is_dialog": partial == "dialog"}
            response = render(request, template, context, status=status)
    if leaves_agent:
        reswap(retarget(response, "body"), "innerHTML")
    return _ours(response)


def _ours(response: HttpResponse) -> HttpResponse:
    """By the first of these sending.js tells a refusal of ours from a page that a proxy made up."""
    patch_vary_headers(response, ["HX-Request"])
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _is_on_page_of(request: Request, agent: Agent | None) -> bool:
    """Whether the page that asks has the same around it: all of one agent do, and all that belong to no agent."""
    shown = page_asking(request)
    if shown is None:
        return True
    try:
        found = resolve(shown.partition("?")[0].partition("#")[0])
    except Resolver404:
        return False
    slug = found.kwargs["slug"] if "<agent:slug>" in found.route else ""
    return slug.casefold() == (agent.slug.casefold() if agent else "")


def _status(request: Request, context: dict[str, Any]) -> int:
    """What narrows a list is a form, too, and refuses nobody: it is sent in the address."""
    form = context.get("form")
    return REFUSED if request.method == "POST" and form is not None and form.errors else 200


def _zone(context: dict[str, Any]) -> zoneinfo.ZoneInfo:
    agent = context.get("agent")
    workspace = agent.workspace if agent else context.get("workspace")
    return workspace.zone if workspace else zoneinfo.ZoneInfo("UTC")
