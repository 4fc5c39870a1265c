"""How a running agent asks: with a key that may read what is delivered."""

from __future__ import annotations

from typing import Any

from django.test import Client

from deployments.models import Agent, Person, Role, Workspace
from tests.api.asking import a_key


class Asking:
    """Asks under `/delivery/v1`, with a key unless it is None."""

    def __init__(self, key: str | None) -> None:
        self.key = key
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def send(self, method: str, path: str, body: str = "", **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {} if self.key is None else {"x-api-key": self.key}
        return self.client.generic(method, f"/delivery/v1{path}", body, "application/json", headers=sent)


def a_runtime(where: Workspace | Agent, by: Person | Role | None = None, **about: Any) -> Asking:
    return Asking(a_key(where, by, **{"permissions": ["delivery:read"], **about})[1])
