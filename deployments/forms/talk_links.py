"""The shareable link of an environment."""

from __future__ import annotations

from django import forms

from deployments.forms.base import Form


class TalkLinkForm(Form):
    speaks_of = {"site_unusable": "sites", "turns_unusable": "turns_a_day"}
    is_on = forms.BooleanField(label="Callers may talk to it by its link", required=False)
    sites = forms.CharField(
        label="Sites that may show it",
        help_text="One a line, such as https://www.example.com. Elsewhere the page stands alone.",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    turns_a_day = forms.IntegerField(
        label="Turns a day, at most",
        help_text="Of all callers together, greetings too: a ceiling for what a model’s provider charges.",
    )
