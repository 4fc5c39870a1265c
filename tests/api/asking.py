"""How a program asks: a key made by the real verb, and requests with the header that carries it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from deployments import pipeline
from deployments.models import Agent, ApiKey, Person, Role, Workspace
from tests.vocabulary import an_actor

ENVELOPE = {"success", "error", "error_id", "error_code", "error_message", "data"}


def a_key(
    where: Workspace | Agent,
    by: Person | Role | None = None,
    *,
    permissions: Collection[str] = (),
    agents: Collection[Agent] | None = None,
    name: str = "Night build",
) -> tuple[ApiKey, str]:
    workspace = where.workspace if isinstance(where, Agent) else where
    actor = an_actor(workspace, by)
    return pipeline.create_api_key(workspace, name=name, permissions=permissions, agents=agents, by=actor)


@dataclass
class Program:
    """Asks under `/v1`, with a key unless it is None."""

    key: str | None
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/v1{path}", headers=self._with(headers))

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        """Without a body there is no Content-Type either, as curl sends it."""
        return self.send("POST", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, None, **headers)

    def put(self, path: str, content: bytes, **headers: str) -> Any:
        sent = self._with(headers)
        return self.client.generic("PUT", f"/v1{path}", content, "application/octet-stream", headers=sent)

    def send(self, method: str, path: str, body: object, **headers: str) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        kind = "" if body is None else "application/json"
        return self.client.generic(method, f"/v1{path}", content, kind, headers=self._with(headers))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return named if self.key is None else {"x-api-key": self.key, **named}


def a_program(where: Workspace | Agent, by: Person | Role | None = None, **about: Any) -> Program:
    return Program(a_key(where, by, **about)[1])


def refused(response: HttpResponse, status: int, code: str) -> str:
    """The sentence of the envelope, once everything about it is as published."""
    body = json.loads(response.content)
    assert (response.status_code, body["error_code"]) == (status, code), body
    assert set(body) == ENVELOPE
    assert body["success"] is False
    assert body["data"] is None
    assert body["error_id"] == response["X-PolyAI-Correlation-Id"]
    assert body["error"] == body["error_message"]
    assert body["error"].rstrip().endswith((".", "?", "…")), body["error"]
    return str(body["error"])
