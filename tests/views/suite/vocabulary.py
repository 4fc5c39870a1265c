"""How the pages of the test suite are read."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags

from deployments.models import Agent, Role
from tests.signing_in import a_client

MOST = 15


def words(answer: Any) -> str:
    middle = re.sub(r"<head>.*?</head>|<nav class=.sidebar.*?</nav>", "", answer.text, flags=re.S)
    return " ".join(strip_tags(middle).split())


def seen(agent: Agent, name: str, *args: Any, role: Role = Role.ADMIN, **query: Any) -> str:
    answer = a_client(agent, role).get(reverse(name, args=[agent.slug, *args]), query)
    assert answer.status_code == 200
    return words(answer)
