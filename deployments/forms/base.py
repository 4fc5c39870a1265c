from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

TEXT_LIMIT = 5000


class Form(forms.Form):
    """A form whose fields look like ours. What is refused by a verb is shown like any other error of the form."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs.setdefault("class", "input")

    def refuse(self, refusal: ValidationError, field: str | None = None) -> None:
        """Show why the verb said no, at the top or beside the field it speaks of."""
        self.add_error(field, refusal)
