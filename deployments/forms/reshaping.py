"""Making, renaming, duplicating, moving and deleting a resource."""

from __future__ import annotations

from typing import Any

from django import forms

from deployments.forms.base import Form, SeenForm
from deployments.pipeline.refusal import LONGEST_NAME
from deployments.resources import GROUPS, KINDS, Kind


class NameField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"})
        super().__init__(max_length=LONGEST_NAME, widget=widget, **kwargs)


def _may_be_made(kind: Kind) -> bool:
    return kind.form not in ("bytes", "derived", "rest") and not kind.older


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind that can be made, under its group."""
    made = [
        (group, [(kind.key, kind.label) for kind in KINDS.values() if kind.group == group and _may_be_made(kind)])
        for group in GROUPS
    ]
    return [(group, kinds) for group, kinds in made if kinds]


class CreationForm(Form):
    kind = forms.ChoiceField(label="Kind")
    name = NameField(
        label="Name",
        required=False,
        help_text="For a file its path, for a language its code. What an agent has only once needs none.",
    )
    inside = forms.ChoiceField(label="Inside", required=False, help_text="For what belongs to a flow or a variant.")

    def __init__(self, *args: Any, folders: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        self.fields["inside"].choices = [("", "Nothing"), *folders]  # type: ignore[attr-defined]
        if not folders:
            del self.fields["inside"]


class ReshapingForm(SeenForm):
    """Names the file it was shown with."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class RenamingForm(ReshapingForm):
    name = NameField(label="New name")
    update = forms.BooleanField(label="Update what refers to it", required=False, initial=True)


class DuplicationForm(ReshapingForm):
    name = NameField(label="Name of the copy")


class MoveForm(ReshapingForm):
    to = forms.IntegerField(label="Place in the list", min_value=1, widget=forms.NumberInput(attrs={"autofocus": True}))


class DeletionOfResourceForm(ReshapingForm):
    instead = forms.CharField(
        label="Let what refers to it name this instead",
        required=False,
        max_length=LONGEST_NAME,
        help_text="The name of another of its kind. Empty: the references stay, and the checks name them.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
