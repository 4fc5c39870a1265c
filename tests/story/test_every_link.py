"""Whatever a page of the story offers leads somewhere, for whoever it is offered to."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urljoin

from django.test import Client, TestCase
from django.urls import resolve

from deployments.models import Person
from deployments.story import tell
from deployments.views.door import BACKEND

TAG = re.compile(r"<(\w+)([^>]*)")
ADDRESS = re.compile(r'\b(?:href|action|hx-get)="([^"]+)"')


class TestEveryLink(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        tell(now=datetime(2026, 11, 25, 3, 20, tzinfo=UTC))

    def test_an_admin_is_led_nowhere_in_vain(self) -> None:
        assert in_vain("priya@example.com") == []

    def test_a_viewer_is_offered_nothing_that_is_refused(self) -> None:
        assert in_vain("tomasz@example.com") == []


def in_vain(email: str) -> list[str]:
    """What is offered, from the first page on, and refused when it is opened: one address of each kind is."""
    client = Client()
    client.force_login(Person.objects.get(email=email), BACKEND)
    waiting, met, refused = [("/", "")], traits("/"), []
    while waiting:
        address, where = waiting.pop()
        answer = client.get(address, follow=True)
        text = answer.getvalue().decode(errors="replace")
        # An act shows nothing: there it is only asked whether there is such an act.
        if answer.status_code >= 400 and answer.status_code != 405:
            refused.append(f"{answer.status_code} {address}, offered by {where}")
        if "text/html" not in answer["Content-Type"]:
            continue
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        for other in offered(text, here):
            if not traits(other) <= met:
                met |= traits(other)
                waiting.append((other, here))
    assert len(met) > 100
    return refused


def offered(text: str, here: str) -> Iterator[str]:
    """Where links lead and forms are sent: a browser asks for nothing that stands after a #."""
    for name, attributes in TAG.findall(text):
        # What a form asks for stands in its fields.
        if name == "form" and 'method="post"' not in attributes:
            continue
        for found in ADDRESS.findall(attributes):
            address, mark, _ = urljoin(here, html.unescape(found)).partition("#")
            assert not (mark and name == "form"), f"A form of {here} is not sent to where it says."
            if address.startswith("/") and not address.startswith("/static/"):
                yield address


def traits(address: str) -> set[tuple[str, bool, str]]:
    """By what pages differ from each other: their route, whether it names a part of a file, and each thing asked."""
    path, _, asked = address.partition("?")
    return {(resolve(path).route, "%23" in path, name) for name in ("", *dict(parse_qsl(asked)))}
