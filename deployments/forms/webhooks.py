"""A webhook: where it leads, and what it is told of."""

from __future__ import annotations

from django import forms

from deployments.forms.base import Form
from deployments.models import Webhook

HELP = {
    Webhook.Tells.PUBLISHED: "a version came to the first environment",
    Webhook.Tells.PROMOTED: "a version came to a later one",
    Webhook.Tells.ROLLED_BACK: "what stood before is back",
    Webhook.Tells.REFUSED: "somebody tried one of these and was told why not",
}


class WebhookForm(Form):
    speaks_of = {"address_unusable": "address", "tells_nothing": "tells"}
    address = forms.CharField(
        label="Address",
        max_length=2000,
        help_text="Where messages are posted to, such as https://ci.example/slipway.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    tells = forms.MultipleChoiceField(
        label="Told of",
        choices=[(told.value, f"{told.label}: {HELP[told]}") for told in Webhook.Tells],
        initial=[Webhook.Tells.PUBLISHED, Webhook.Tells.PROMOTED, Webhook.Tells.ROLLED_BACK],
        error_messages={"required": "Choose at least one."},
        widget=forms.CheckboxSelectMultiple,
    )
