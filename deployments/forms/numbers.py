"""Numbers: which number, and what the person saw when they moved or deleted one."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from deployments import telephone
from deployments.forms.base import Form

FIELD_OF = {"number_unusable": "number", "number_taken": "number", "label_unusable": "label"}


class NumberForm(Form):
    country = forms.ChoiceField(label="Country", required=False)
    number = forms.CharField(
        label="Number",
        max_length=60,
        error_messages={"required": f"Write a number, like {telephone.EXAMPLE}."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "autofocus": True}),
    )
    label = forms.CharField(
        label="Label",
        max_length=200,
        required=False,
        help_text="What people know it as: the night desk, the number on the tickets.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [("", "Told by the number itself"), *telephone.countries()]


class SeenForm(Form):
    """Names what the person saw. When that is no longer so, it is shown anew with what is so now."""

    leaving = forms.SlugField(required=False, widget=forms.HiddenInput)

    def renew(self, **seen: Any) -> None:
        self.data = {**self.data, **{key: "" if value is None else str(value) for key, value in seen.items()}}


class NumberMoveForm(SeenForm):
    reaching = forms.UUIDField(required=False, widget=forms.HiddenInput)


class NumberDeletionForm(SeenForm):
    pass
