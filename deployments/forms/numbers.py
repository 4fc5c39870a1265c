"""Numbers: which number, what it is known as, and what the person saw when they changed one."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from deployments import telephone
from deployments.forms.base import Form, SeenForm
from deployments.pipeline.numbers import LONGEST_LABEL


def _label(**attributes: Any) -> forms.CharField:
    return forms.CharField(
        label="Label",
        max_length=LONGEST_LABEL,
        required=False,
        help_text="What people know it as: the night desk, the number on the tickets.",
        widget=forms.TextInput(attrs=attributes),
    )


class NumberForm(Form):
    speaks_of = {"number_unusable": "number", "number_taken": "number", "label_unusable": "label"}
    country = forms.ChoiceField(label="Country", required=False)
    number = forms.CharField(
        label="Number",
        max_length=60,
        error_messages={"required": f"Write a number, like {telephone.EXAMPLE}."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "autofocus": True}),
    )
    label = _label()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [("", "Told by the number itself"), *telephone.countries()]


class NumberLabelForm(SeenForm):
    speaks_of = {"label_unusable": "label"}
    instead_of = forms.CharField(required=False, widget=forms.HiddenInput)
    label = _label(autofocus=True)


class NumberDeletionForm(SeenForm):
    leaving = forms.SlugField(required=False, widget=forms.HiddenInput)


class NumberMoveForm(NumberDeletionForm):
    reaching = forms.UUIDField(required=False, widget=forms.HiddenInput)
