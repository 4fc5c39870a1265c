"""What narrows a list. It stands in the address, so that a narrowed list can be shared and exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from deployments.forms.base import Form


class FilterForm(Form):
    """Its controls are small, and a value that does not fit narrows nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if "class" in field.widget.attrs:
                field.widget.attrs["class"] = "input small"

    @property
    def said(self) -> Mapping[str, Any]:
        """By name, what narrows."""
        self.is_valid()
        said = self.cleaned_data if self.is_bound else {}
        return {name: value for name, value in said.items() if value not in (None, "", False)}


class DayField(forms.DateField):
    """A day that has one before it and one after it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not date.min < day < date.max:
            raise forms.ValidationError("Choose a day of our time.")
        return day


def begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def ends(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after it."""
    return begins(day + timedelta(days=1), zone)
