"""Real-time config: a form made from its schema, and the schema as text. Shape of input only; the verbs decide."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms

from deployments.forms.base import SeenForm
from deployments.models import RealTimeConfig
from deployments.resources.json_schema import Problem, UnusableError, object_of

REST = "rest"
CODE = {"class": "input code-area", "spellcheck": "false"}
LEFT_OUT = ("", "Not set")
MOST_FIELDS = 100


class JsonField(forms.CharField):
    """A JSON value as text; nothing is None, which stands for "not set"."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return object_of(f'{{"value": {text}}}')["value"]
        except UnusableError as error:
            # What is said of a line is said of a text of ours; the person sees only their own.
            raise forms.ValidationError("This is no JSON." if "line" in str(error) else str(error)) from None


class ObjectField(forms.CharField):
    """A JSON object as text."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        try:
            return object_of(super().clean(value))
        except UnusableError as error:
            raise forms.ValidationError(str(error)) from None


class ValuesForm(SeenForm):
    """A field for each name the schema describes, and one for whatever else there is."""

    started_from = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, config: RealTimeConfig, data: Any = None, *, shown: dict[str, Any]) -> None:
        super().__init__(data, initial={"started_from": config.last_updated})
        schema = config.schema
        described = schema.get("properties")
        properties = dict(list(described.items())[:MOST_FIELDS]) if isinstance(described, dict) else {}
        required = schema.get("required")
        self.names: dict[str, str] = {}
        for number, (name, about) in enumerate(properties.items()):
            about = about if isinstance(about, dict) else {}
            self.names[f"value-{number}"] = name
            field = _field(about, present=shown.get(name), known=name in shown)
            field.label = str(about.get("title") or name)
            field.help_text = str(about.get("description") or "")
            field.required = isinstance(required, list) and name in required
            field.widget.is_required = False
            field.widget.attrs.setdefault("class", "input")
            self.fields[f"value-{number}"] = field
        rest = {name: value for name, value in shown.items() if name not in properties}
        if rest or not properties or schema.get("additionalProperties", True) is not False:
            label = "Other values" if properties else "Values"
            initial = _pretty(rest) if rest or not properties else ""
            self.fields[REST] = ObjectField(
                label=label,
                required=False,
                initial=initial,
                widget=_code(initial),
                help_text="A JSON object: names and values.",
            )

    def values(self) -> dict[str, Any]:
        """What is to be saved: what the fields say, in the order of the schema, then the others."""
        said = {
            name: self.cleaned_data[field]
            for field, name in self.names.items()
            if self.cleaned_data.get(field) is not None
        }
        return said | (self.cleaned_data.get(REST) or {})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        twice = [name for name in self.names.values() if name in (said.get(REST) or {})]
        if twice:
            self.add_error(REST, f"“{twice[0]}” has a field of its own above.")
        return said

    def point_out(self, problems: Sequence[Problem]) -> None:
        """Each problem beside the field of its name, else at the top."""
        fields = {name: field for field, name in self.names.items()}
        for problem in problems:
            first, _, inside = problem.path.removeprefix("/").partition("/")
            name = first.replace("~1", "/").replace("~0", "~")
            place = f"/{inside}: " if inside else ""
            if problem.path and name in fields:
                self.add_error(fields[name], f"{place}{problem.sentence}")
            else:
                self.add_error(REST if problem.path and REST in self.fields else None, str(problem))


class SchemaForm(SeenForm):
    schema = ObjectField(
        label="Schema",
        required=False,
        widget=forms.Textarea(attrs={**CODE, "rows": "18"}),
        help_text="JSON Schema draft 7. Its titles and descriptions become the form of the values.",
    )
    started_from = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, config: RealTimeConfig, data: Any = None) -> None:
        shown = {"schema": _pretty(config.schema), "started_from": config.last_updated}
        super().__init__(data, initial=shown)

    def point_out(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.add_error("schema", str(problem))


def _field(about: dict[str, Any], *, present: Any, known: bool) -> forms.Field:
    """A control for what the schema says of a value, unless what stands there would not fit into it."""
    kind, choices = about.get("type"), about.get("enum")
    if (
        isinstance(choices, list)
        and all(isinstance(each, str) and each for each in choices)
        and (not known or present in choices)
    ):
        options = [LEFT_OUT, *((each, each) for each in choices)]
        return forms.TypedChoiceField(choices=options, initial=present, empty_value=None, required=False)
    if kind == "boolean" and (not known or isinstance(present, bool)):
        options = [LEFT_OUT, ("true", "Yes"), ("false", "No")]
        return forms.TypedChoiceField(
            choices=options,
            coerce=lambda text: text == "true",
            empty_value=None,
            initial="" if present is None else str(present).lower(),
            required=False,
        )
    if kind == "string" and (not known or isinstance(present, str)):
        long = isinstance(present, str) and ("\n" in present or len(present) > 80)
        widget = forms.Textarea(attrs={"rows": "3"}) if long else forms.TextInput()
        return forms.CharField(
            widget=widget,
            initial=present,
            empty_value="" if known and present == "" else None,
            strip=False,
            required=False,
        )
    shown = _pretty(present) if known else ""
    decimal = forms.TextInput(attrs={"class": "input", "inputmode": "decimal"})
    return JsonField(widget=decimal if kind in {"integer", "number"} else _code(shown), initial=shown, required=False)


def _code(shown: str) -> forms.Textarea:
    """All of what is shown without scrolling, within reason."""
    return forms.Textarea(attrs={**CODE, "rows": str(min(max(shown.count("\n") + 1, 3), 18))})


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
