"""Making, importing and changing agents."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest

from deployments.forms.base import Form
from deployments.models import Agent
from deployments.pipeline.refusal import LONGEST_NAME
from deployments.resources.archive import ImportRefused, Reading, read_zip
from deployments.resources.archive.limits import TOO_LARGE

LADDER_CHOICES = [("3", "Sandbox, Pre-release, Live"), ("2", "Sandbox, Live")]
AGENT_ID = Agent._meta.get_field("slug").validators


class ArchiveField(forms.FileField):
    """A zip in the agent layout, read while it is checked; what is dangerous in it is the field's error."""

    widget = forms.FileInput(attrs={"accept": ".zip,application/zip"})

    def clean(self, data: Any, initial: Any = None) -> Reading | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            reading = read_zip(upload)
        except ImportRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not reading.files:
            raise forms.ValidationError("This zip holds no file of an agent. Zip the agent’s folder.")
        return reading


class UploadForm(Form):
    """A form that may carry a zip. The file stands last, so that an upload cut at its bound keeps what was typed."""

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        posted = request.method == "POST"
        super().__init__(request.POST if posted else None, request.FILES if posted else None, **kwargs)
        self.too_large = posted and getattr(request, "upload_too_large", False)

    def clean(self) -> None:
        if self.too_large:
            self.errors.pop("archive", None)
            self.add_error("archive", f"This file is {TOO_LARGE}")


class NewAgentForm(UploadForm):
    speaks_of = {"name_unusable": "name", "id_unusable": "agent_id", "id_taken": "agent_id"}
    name = forms.CharField(label="Name", max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True}))
    agent_id = forms.CharField(
        label="Id",
        max_length=64,
        required=False,
        validators=AGENT_ID,
        help_text="Letters, digits and hyphens; it stands in every address and stays. Empty: made from the name.",
    )
    steps = forms.ChoiceField(label="Environments", choices=LADDER_CHOICES, initial="3", widget=forms.RadioSelect)
    archive = ArchiveField(
        label="Zip in the agent layout", required=False, help_text="Empty: the agent begins with a greeting."
    )


class ImportForm(UploadForm):
    mode = forms.ChoiceField(
        label="What the draft holds now",
        choices=[("replace", "Replace draft content"), ("add", "Add and overwrite only")],
        initial="replace",
        widget=forms.RadioSelect,
    )
    archive = ArchiveField(label="Zip in the agent layout")


class AgentSettingsForm(Form):
    """An agent without Pre-release is not spoken to of it, save that it may have a step between."""

    speaks_of = {"name_unusable": "name"}
    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    steps = forms.ChoiceField(label="Environments", choices=LADDER_CHOICES, widget=forms.RadioSelect)
    require_pre_release = forms.BooleanField(
        label="Require Pre-release before Live",
        required=False,
        help_text="A version that was never in Pre-release cannot be promoted to Live. Rollback is not affected.",
    )
    moving = forms.MultipleChoiceField(
        label="Conversations in progress move to a version that is placed meanwhile in",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="With their next turn. In an environment that is not ticked they end on the version they began with.",
    )

    def __init__(self, agent: Agent, *args: Any, **kwargs: Any) -> None:
        now = {
            "name": agent.name,
            "steps": len(agent.ladder),
            "require_pre_release": agent.require_pre_release,
            "moving": [step.slug for step in agent.ladder if step.moves_conversations],
        }
        super().__init__(*args, initial=now, **kwargs)
        moving = cast(forms.MultipleChoiceField, self.fields["moving"])
        moving.choices = [(step.slug, step.label) for step in agent.ladder]
        if len(agent.ladder) < 3:
            del self.fields["require_pre_release"]
            steps = cast(forms.ChoiceField, self.fields["steps"])
            steps.choices = [("3", "Three: one more between Sandbox and Live"), LADDER_CHOICES[1]]


class DeletionForm(Form):
    speaks_of = {"not_confirmed": "typed"}
    typed = forms.CharField(
        label="Type the agent’s id to delete it", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, agent: Agent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed"].help_text = f"Its id is {agent.slug}."
