"""Beginning a test conversation, and what is said in it."""

from __future__ import annotations

from typing import Any

from django import forms

from deployments.forms.base import Form
from deployments.pipeline.refusal import LONGEST_TEXT
from deployments.runtime.playbook import Playbook

CHANNELS = (("webchat", "Webchat"), ("voice", "Call agent"))


class BeginForm(Form):
    """`playbook`: of what is chosen, whose variants and languages are offered."""

    ref = forms.CharField(max_length=40)
    channel = forms.ChoiceField(choices=CHANNELS, widget=forms.HiddenInput, required=False)
    variant = forms.ChoiceField(required=False)
    language = forms.ChoiceField(required=False)
    caller_number = forms.CharField(label="Caller’s number", required=False, max_length=64)

    def __init__(self, playbook: Playbook | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="test", auto_id="test-%s", **kwargs)
        variants = list(playbook.variants) if playbook else []
        languages = list(playbook.languages) if playbook else []
        self._offer("variant", "Its own choice", variants, shown=len(variants) > 0)
        self._offer("language", "Its own", languages, shown=len(languages) > 1)

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or "webchat"

    def _offer(self, name: str, none: str, values: list[str], *, shown: bool) -> None:
        if shown:
            self.fields[name].choices = [("", none), *((value, value) for value in values)]  # type: ignore[attr-defined]
        else:
            del self.fields[name]


class SayForm(Form):
    """`number` is the turn these words are to make, so that they are never said twice. Nothing said is a silence."""

    said = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=False)
    number = forms.IntegerField(min_value=0, max_value=100_000, widget=forms.HiddenInput)
