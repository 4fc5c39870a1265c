"""The docs page: every operation, with a command that is answered when it is copied."""

from __future__ import annotations

import html
import io
import re
import shlex
import zipfile
from collections.abc import Callable
from string import Template
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from deployments.api import urls
from tests.addresses import Desk, a_desk
from tests.api.asking import Program, a_program
from tests.vocabulary import FILES, environment

pytestmark = pytest.mark.django_db

DESCRIBED: Any = urls.described()
OPERATIONS = [(method.upper(), path) for path, methods in DESCRIBED["paths"].items() for method in methods]
# What examples may meet at an agent that is not the one they are of: nothing of the request itself was wrong.
MET = {
    "CONVERSATIONS_RECORDING_NOT_FOUND",
    "CONNECTORS_NOT_FOUND",
    "PHONE_NUMBERS_NOT_FOUND",
    "PHONE_NUMBERS_ALREADY_EXISTS",
    "PHONE_NUMBERS_CONNECTOR_DOES_NOT_EXIST",
}


@pytest.fixture(scope="module")
def known(told_once: Callable[..., Any]) -> tuple[Desk, Program]:
    desk = told_once(a_desk)
    return desk, told_once(a_program, desk.agent)


@pytest.fixture
def page(db: None) -> str:
    return html.unescape(Client().get(reverse("v1:docs")).content.decode().replace("<wbr>", ""))


def test_every_operation_is_named_and_nothing_is_loaded_from_elsewhere(page: str) -> None:
    for method, path in OPERATIONS:
        assert f"{method} {path}" in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert "<style" not in page
    assert len(re.findall(r"""<pre class="payload">""", page)) == len(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_its_command_is_answered(method: str, path: str, known: tuple[Desk, Program], page: str) -> None:
    desk, program = known
    # A deployment that there is somewhere to go from.
    sandbox = environment(desk.agent, "sandbox").active
    words = {**desk.words, "deployment_id": sandbox and sandbox.pk, "slipway_key": program.key}
    shown = page.partition(f"{method} {path}</code>")[2].partition('<pre class="payload">')[2].partition("</pre>")[0]

    command = Template(shown).substitute({name.upper(): value for name, value in words.items() if name.isidentifier()})
    asked = _Curl(shlex.split(command.replace("\\\n", "")))
    answer = asked.sent()

    assert asked.method == method
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = answer.json() if answer["Content-Type"].startswith("application/json") and content else {}
    assert answer.status_code < 300 or said["error_code"] in MET, (command, said)


class _Curl:
    """What curl makes of its arguments."""

    def __init__(self, arguments: list[str]) -> None:
        self.method, self.body = "GET", b""
        [self.address] = (each for each in arguments if each.startswith("http"))
        program, *rest = (each for each in arguments if each != self.address)
        assert program == "curl"
        named = dict(zip(rest[::2], rest[1::2], strict=True))
        self.method = named.pop("--request", "GET")
        key, _, self.key = named.pop("--header").partition(": ")
        assert key == "x-api-key"
        if named.pop("--data-binary", "") == "@agent.zip":
            self.body = _zipped()
        self.body = named.pop("--data", "").encode() or self.body
        assert named.pop("--output", "agent.zip") == "agent.zip"
        assert not named

    def sent(self) -> Any:
        parts = urlsplit(self.address)
        kind = "application/x-www-form-urlencoded" if self.body else ""
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return Client().generic(self.method, target, self.body, kind, headers={"x-api-key": self.key})


def _zipped() -> bytes:
    spooled = io.BytesIO()
    with zipfile.ZipFile(spooled, "w") as archive:
        for path, content in FILES.items():
            archive.writestr(path, content)
    return spooled.getvalue()
