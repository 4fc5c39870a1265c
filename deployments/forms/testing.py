"""Beginning a test conversation, and what is said in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from deployments.forms.base import Form
from deployments.pipeline.refusal import LONGEST_TEXT
from deployments.resources import KINDS
from deployments.runtime.playbook import Playbook

CHANNELS = (("webchat", "Webchat"), ("voice", "Call agent"))
UNKNOWN = "What answers there knows no %(value)s. Choose another."
# Its fields stand beside what is chosen first, all over the panel.
FORM_ID = "test-begin"
# As many and of such names as a version may hold.
LONGEST_HEADERS = 20_000
MOST_HEADERS = KINDS["sip_header"].limit or 50
HEADER_NAME = KINDS["sip_header"].by_name["name"].pattern or re.compile(".+")


class SipHeadersField(forms.CharField):
    """A line each, `Name: value`, as a call carries them; read as a mapping."""

    widget = forms.Textarea(attrs={"rows": 2, "placeholder": "X-Caller-Tier: gold", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        written = super().to_python(value) or ""
        if len(written) > LONGEST_HEADERS:
            raise ValidationError(f"These are {len(written):,} characters and {LONGEST_HEADERS:,} fit.")
        headers: dict[str, str] = {}
        for line in filter(None, map(str.strip, written.splitlines())):
            name, colon, said = line.partition(":")
            name = name.strip()
            if not colon or not HEADER_NAME.fullmatch(name) or not said.strip().isprintable():
                raise ValidationError(
                    f"“{line[:60]}” is no SIP header. Write a line each, such as X-Caller-Tier: gold."
                )
            if name.lower() in map(str.lower, headers):
                raise ValidationError(f"{name} stands there twice.")
            headers[name] = said.strip()
        if len(headers) > MOST_HEADERS:
            raise ValidationError(f"A call carries at most {MOST_HEADERS} headers.")
        return headers

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name}: {said}" for name, said in value.items()) if isinstance(value, Mapping) else value


class BeginForm(Form):
    """`playbook`: of what is chosen, whose variants and languages are offered; what only calls have, only to calls."""

    ref = forms.CharField(max_length=40)
    channel = forms.ChoiceField(choices=CHANNELS, widget=forms.HiddenInput, required=False)
    variant = forms.ChoiceField(required=False, error_messages={"invalid_choice": UNKNOWN})
    language = forms.ChoiceField(required=False, error_messages={"invalid_choice": UNKNOWN})
    caller_number = forms.CharField(label="Caller’s number", required=False, max_length=64)
    sip_headers = SipHeadersField(label="SIP headers", required=False)

    def __init__(self, playbook: Playbook | None, channel: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="test", auto_id="test-%s", **kwargs)
        if channel != "voice":
            del self.fields["sip_headers"]
        variants = list(playbook.variants) if playbook else []
        languages = list(playbook.languages) if playbook else []
        self._offer("variant", "Its own choice", variants, shown=len(variants) > 0)
        self._offer("language", "Its own", languages, shown=len(languages) > 1)
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM_ID

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
