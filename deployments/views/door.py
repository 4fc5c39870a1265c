"""Coming in and going out: signing in, joining by an invitation, setting a new password by a link."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from deployments import pipeline
from deployments.forms.door import JoinForm, NewPasswordForm, SignInForm
from deployments.models import Invitation, Person, ResetLink
from deployments.pipeline.limiting import network_of
from deployments.views.http import Request, page_asking, posted
from deployments.views.pages import REFUSED

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    if request.htmx:
        return _at_large(request)
    form = SignInForm(request, posted(request))
    if form.is_valid() and isinstance(form.person, Person):
        _enter(request, form.person)
        return redirect(_next(request))
    context = {"form": form, "next": request.GET.get("next", ""), "ended": "ended" in request.GET}
    return _door(request, "sign_in", context)


@require_POST
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@sensitive_post_parameters("password")
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: Request, token: str) -> HttpResponse:
    invitation = Invitation.good(token)
    if invitation is None:
        return _spent(request, "invitation")
    known = Person.objects.with_email(invitation.email).first()
    form = JoinForm(known or Person(email=invitation.email), posted(request))
    context = {"invitation": invitation, "known": known, "form": form, "here": request.path}
    if request.method == "GET" or (known and known != request.user):
        return _door(request, "join", context)
    try:
        if known:
            person = pipeline.accept_invitation(token, person=known)
        elif form.is_valid():
            person = pipeline.accept_invitation(
                token, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
            )
            _enter(request, person)
        else:
            return _door(request, "join", context)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _door(request, "join", context)
    messages.success(request, f"You have joined {invitation.workspace.name}.")
    return redirect("agents")


@sensitive_post_parameters("password")
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def reset(request: Request, token: str) -> HttpResponse:
    link = ResetLink.good(token)
    if link is None:
        return _spent(request, "link")
    form = NewPasswordForm(link.person, posted(request))
    if form.is_valid():
        try:
            pipeline.set_password_by(token, password=form.cleaned_data["password"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            logout(request)
            messages.success(request, "Your new password is set. Sign in with it.")
            return redirect("sign-in")
    return _door(request, "reset", {"form": form, "person": link.person})


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many wrong passwords for this e-mail from this address. From another address it can still be used."""
    return render(request, "registration/locked.html", {"title": "Too many wrong passwords"}, status=429)


def network_of_client(request: HttpRequest) -> str | None:
    """Where wrong passwords are counted: a household of IPv6, which has addresses without end, is one place."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    return None if network == "unknown" else network.partition("/")[0]


def _enter(request: HttpRequest, person: Person) -> None:
    login(request, person, backend=BACKEND)
    request.session["device"] = request.headers.get("User-Agent", "")[:200]


def _door(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    status = REFUSED if form.is_bound and form.errors else 200
    return render(request, f"registration/{name}.html", context, status=status)


def _at_large(request: Request) -> HttpResponse:
    """A session ended under a page: signing in takes the whole window, and leads back to that page. What was asked
    for may be a part of it, or an act, which nobody goes back to.
    """
    back = urlencode({"ended": 1, "next": page_asking(request) or resolve_url("agents")})
    return HttpResponseClientRedirect(f"{resolve_url('sign-in')}?{back}")


def _spent(request: HttpRequest, what: str) -> HttpResponse:
    return render(request, "registration/spent.html", {"what": what}, status=404)


def _next(request: HttpRequest) -> str:
    """Where somebody wanted to go before signing in, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # Anything but a path would be taken for the name of a view.
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
