"""A workspace: its people, its settings."""

from __future__ import annotations

from django import forms

from deployments.forms.base import Form
from deployments.models import Role
from deployments.models.workspace import LONGEST_KEPT_DAYS, check_time_zone
from deployments.pipeline.refusal import LONGEST_NAME

ROLE_WORDS = [
    (Role.VIEWER, "Viewer: reads everything, changes nothing"),
    (Role.EDITOR, "Editor: also changes drafts and publishes to Sandbox"),
    (Role.RELEASER, "Releaser: also promotes and rolls back"),
    (Role.ADMIN, "Admin: also manages people and settings"),
]


class InvitationForm(Form):
    speaks_of = {"already_member": "email", "email_unusable": "email"}
    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=ROLE_WORDS, initial=Role.EDITOR, widget=forms.RadioSelect)


class RoleForm(Form):
    role = forms.ChoiceField(choices=ROLE_WORDS, widget=forms.RadioSelect)


class WorkspaceForm(Form):
    speaks_of = {"name_unusable": "name"}
    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    time_zone = forms.CharField(
        label="Time zone",
        max_length=64,
        validators=[check_time_zone],
        help_text="Every time is shown in it, so that 14:02 means the same to everyone. Written like Europe/Oslo.",
    )
    conversations_kept_days = forms.IntegerField(
        label="Days conversations are kept",
        min_value=1,
        max_value=LONGEST_KEPT_DAYS,
        help_text="Older ones go with all that was said in them, and cannot be had back.",
    )
