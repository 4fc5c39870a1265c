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


class SeenForm(Form):
    """Names in hidden fields what the person saw. When that is no longer so, it is shown anew with what is so now."""

    def renew(self, **seen: Any) -> None:
        """From now on it speaks of this; what was typed stays, what was agreed to does not."""
        typed = {key: value for key, value in self.data.items() if key != "confirm"}
        self.data = typed | {key: "" if value is None else str(value) for key, value in seen.items()}
