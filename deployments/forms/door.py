"""Coming in: signing in, joining, a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from deployments.forms.base import Form
from deployments.models import Person
from deployments.pipeline.refusal import LONGEST_NAME

PASSWORD_HELP = "At least 10 characters, and none that many people use."


class SignInForm(Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        strip=False, max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: AbstractBaseUser | None = None

    def clean(self) -> None:
        email, password = self.cleaned_data.get("email"), self.cleaned_data.get("password")
        if email and password:
            # As its person has it, so that wrong passwords are counted together however it is written: the database
            # finds it in capitals, too, or with ſ for s.
            known = Person.objects.with_email(email).first()
            username = known.email if known else email.strip().lower()
            self.person = authenticate(self.request, username=username, password=password)
            if self.person is None:
                raise forms.ValidationError(
                    "Try again, or ask an administrator of your workspace for a link to set a new password."
                )


def new_password() -> forms.CharField:
    return forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPasswordForm(Form):
    """A new password for `person`."""

    password = new_password()

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return password


class JoinForm(NewPasswordForm):
    """Somebody new: how they are called, and their password."""

    field_order = ["name", "password"]
    name = forms.CharField(
        label="Your name",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )


class NameForm(Form):
    speaks_of = {"name_unusable": "name"}
    name = forms.CharField(
        label="Name", max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    theme = forms.ChoiceField(choices=Person.Theme.choices, help_text="How pages look on every device you use.")
    shortcuts = forms.BooleanField(
        label="Single keys act in a comparison: n, p, v and ?",
        required=False,
        help_text="Switch them off where they come in the way of a reader or of speaking.",
    )


class ChangePasswordForm(NewPasswordForm):
    field_order = ["present", "password"]
    present = forms.CharField(
        label="Present password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(person, *args, **kwargs)
        self.request = request
        self.fields["password"].label = "New password"

    def clean_present(self) -> None:
        # As at the door, so that wrong ones are counted there: whoever sits at an open session guesses no more often.
        if authenticate(self.request, username=self.person.email, password=self.cleaned_data["present"]):
            return
        # Said here, in place of the page that says it to somebody at the door.
        if self.request.__dict__.pop("axes_locked_out", False):
            raise forms.ValidationError("Too many wrong passwords. Wait 15 minutes, then try again.")
        raise forms.ValidationError("This is not your present password.")
