"""Publishing, promoting, rolling back and acts on the draft: each names the state of the world it was shown with."""

from __future__ import annotations

from typing import Any

from django import forms

from deployments.forms.base import SeenForm, Text


class PlacingForm(SeenForm):
    replacing = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # The right side of the comparison this comes from: a placement, or the word "version"; empty from elsewhere.
    right = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    message = Text(label="Message")


class PromotionForm(PlacingForm):
    """Only for Live it asks to confirm, and only before a closed gate for a reason."""

    confirm = forms.BooleanField(
        label="I understand and wish to continue",
        error_messages={"required": "Tick this box to go on: callers are served by this version at once."},
    )

    past_gate = Text(
        label="Reason to promote it all the same",
        help_text="You may, as an admin. The reason stands in Project History.",
    )

    def __init__(self, *args: Any, to_callers: bool, closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not to_callers:
            del self.fields["confirm"]
        if not closed:
            del self.fields["past_gate"]
        else:
            self.fields["past_gate"].required = True
            self.fields["past_gate"].error_messages["required"] = "Say why this version may pass the closed gate."


class SeenDraftForm(SeenForm):
    """For what is done to the draft as a whole: it names the state of the draft that was seen."""

    state = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)


class PublicationForm(SeenDraftForm):
    description = Text(
        label="Description", help_text="Shown in Deployments and Project History.", rows=4, autofocus=True
    )
