"""One's own account: name, theme, password, and where one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from deployments import pipeline
from deployments.forms.door import ChangePasswordForm, NameForm
from deployments.models import Person
from deployments.views.http import Request
from deployments.views.pages import REFUSED, page


@sensitive_post_parameters("present", "password")
@require_http_methods(["GET", "POST"])
def account(request: Request) -> HttpResponse:
    changing = request.POST.get("what")
    person = request.user
    name = NameForm(request.POST if changing == "name" else None, initial=_own(person))
    password = ChangePasswordForm(request, person, request.POST if changing == "password" else None)
    if name.is_valid():
        try:
            pipeline.change_account(person, **name.cleaned_data)
        except pipeline.Refused as refused:
            name.refuse(refused)
        else:
            messages.success(request, "Your account is saved.")
            return redirect("account")
    if password.is_valid():
        pipeline.change_password(person, password.cleaned_data["password"], staying=request.session.session_key)
        update_session_auth_hash(request, person)
        messages.success(request, "Your password is changed. Every other session of yours has ended.")
        return redirect("account")
    # What a session holds is large and not shown.
    sessions = person.sessions.filter(expire_date__gt=timezone.now()).order_by("-used_at").defer("session_data")
    context = {"name_form": name, "password_form": password, "sessions": sessions, "title": "Your account"}
    return page(
        request,
        "deployments/account.html",
        context | {"here": request.session.session_key, "place": "account"},
        status=REFUSED if name.errors or password.errors else 200,
    )


@require_POST
def sign_out_everywhere(request: Request) -> HttpResponse:
    ended = pipeline.end_sessions(request.user, staying=request.session.session_key)
    messages.success(
        request, f"{ended} other {'session' if ended == 1 else 'sessions'} ended. You stay signed in here."
    )
    return redirect("account")


def _own(person: Person) -> dict[str, object]:
    return {"name": person.name, "theme": person.theme, "shortcuts": person.shortcuts}
