"""What every form of ours has."""

from __future__ import annotations

from django import forms

from deployments.forms.base import Form, Text


class InvitingForm(Form):
    name = forms.CharField()
    message = Text(label="Message")
    email = forms.EmailField()


def test_words_stand_from_the_side_they_are_read_from_and_addresses_do_not() -> None:
    form = InvitingForm()

    assert 'dir="auto"' in str(form["name"])
    assert 'dir="auto"' in str(form["message"])
    assert "dir=" not in str(form["email"])
