"""Widgets that we write ourselves read as Django's own."""

from __future__ import annotations

import re

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.forms.rendering import Renderer

# One of each: Django's compiles each template once.
RENDERERS = Renderer(), DjangoTemplates()
LETTERS = st.text("ab<>&\"'é\n ", max_size=6)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["class", "required", "data-x", "rows", "disabled"]), LETTERS | st.booleans() | st.integers(0, 9)
)
VALUES = LETTERS | st.none() | st.integers() | st.builds(mark_safe, LETTERS)
OPTIONS = st.lists(st.tuples(LETTERS, LETTERS), max_size=3)
CHOICES = st.lists(st.tuples(LETTERS, LETTERS) | st.tuples(LETTERS, OPTIONS), max_size=4)
WIDGETS = (
    forms.TextInput,
    forms.EmailInput,
    forms.PasswordInput,
    forms.NumberInput,
    forms.URLInput,
    forms.HiddenInput,
    forms.CheckboxInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.Textarea,
)


@settings(deadline=None)
@given(st.sampled_from(WIDGETS), ATTRIBUTES, LETTERS, VALUES)
def test_a_widget_reads_as_django_would_write_it(
    kind: type[forms.Widget], attributes: dict[str, object], name: str, value: object
) -> None:
    widget = kind(attrs=attributes)
    _same(widget, name, value)


@settings(deadline=None)
@given(st.sampled_from([forms.Select, forms.SelectMultiple]), ATTRIBUTES, CHOICES, VALUES)
def test_a_choice_reads_as_django_would_write_it(
    kind: type[forms.Select], attributes: dict[str, object], choices: list[tuple[str, str]], value: object
) -> None:
    _same(kind(attrs=attributes, choices=choices), "name", value if kind is forms.Select else [value])


def test_rarer_ones_are_left_to_djangos_templates() -> None:
    _same(forms.RadioSelect(choices=[("a", "A"), ("b", "B")]), "name", "b")


def _same(widget: forms.Widget, name: str, value: object) -> None:
    ours, theirs = (widget.render(name, value, renderer=renderer) for renderer in RENDERERS)
    assert _without_breaks(ours) == _without_breaks(theirs)


def _without_breaks(written: str) -> str:
    """Breaks between tags mean nothing; those inside a textarea stay."""
    return re.sub(r">\s*\n\s*<", "><", written)
