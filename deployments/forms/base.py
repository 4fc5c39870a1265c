from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from deployments.pipeline.refusal import LONGEST_TEXT


class Form(forms.Form):
    """A form whose fields look like ours. What is refused by a verb is shown like any other error of the form."""

    # The field that a refusal speaks of, by its code; what is not among these stands at the top.
    speaks_of: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs.setdefault("class", "input")
            if type(field.widget) is forms.TextInput:
                field.widget.attrs.setdefault("dir", "auto")  # a name may be written from the right

    def refuse(self, why: ValidationError | str) -> None:
        """Show why the verb said no, beside the field it speaks of or at the top."""
        self.add_error(self.speaks_of.get(getattr(why, "code", None) or ""), why)

    def lock(self) -> None:
        """For who may look at it and change nothing."""
        for field in self.fields.values():
            field.disabled = True


class SeenForm(Form):
    """Names in hidden fields what the person saw. When that is no longer so, it is shown anew with what is so now."""

    def renew(self, **seen: Any) -> None:
        """From now on it speaks of this; what was typed stays, what was agreed to does not."""
        sent: Any = self.data
        typed = sent.copy()  # with every value of a name that was sent more than once
        typed.pop("confirm", None)
        for key, value in seen.items():
            typed[key] = "" if value is None else str(value)
        self.data = typed


class Text(forms.CharField):
    """Words that are kept: as long as a person likes, up to a bound said in plain numbers."""

    def __init__(self, *, label: str, help_text: str = "", rows: int = 2, **attributes: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", **attributes})
        super().__init__(label=label, help_text=help_text, required=False, widget=widget)

    def clean(self, value: Any) -> str:
        # A browser counts a line's end as one character and sends it as two.
        text = str(super().clean(value)).replace("\r\n", "\n")
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(f"This is {len(text):,} characters and {LONGEST_TEXT:,} fit.")
        return text
