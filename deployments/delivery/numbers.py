"""Where a call to a number leads: which environment of which agent, the version there, and its SIP headers."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from deployments.api.errors import ApiError
from deployments.delivery.memory import MEMORY
from deployments.delivery.passes import Pass
from deployments.delivery.places import NOTHING_DEPLOYED, must_open, word_of_place
from deployments.models import Deployment, Number
from deployments.sides.sip_headers import SipHeaders, sip_headers_of

NO_NUMBER: Final = "NUMBER_NOT_FOUND"
_E164 = re.compile(r"\+?([1-9][0-9]{3,14})")


@dataclass(frozen=True)
class Call:
    """`said`: as its JSON; `version` is None where nothing stands."""

    workspace: int
    agent: int
    environment: str
    said: dict[str, Any]

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(json.dumps(self.said).encode()).hexdigest()[:32]}"'


def call_to(asking: Pass, number: str) -> Call:
    """Raises `ApiError` 404 for a number that leads nowhere, or to another workspace's agent."""
    digits = _E164.fullmatch(number)
    try:
        call = MEMORY.get(("number", number), lambda: _read(f"+{digits[1]}" if digits else ""), _words)
        must_open(asking, call.workspace, call.agent)
    except (Number.DoesNotExist, ApiError) as problem:
        if isinstance(problem, ApiError) and problem.status != 404:
            raise
        raise ApiError(404, NO_NUMBER, "No agent of the key's workspace has this number.") from None
    if call.said["version"] is None:
        raise ApiError(
            404, NOTHING_DEPLOYED, f"Callers of this number reach {call.environment}, which holds no version."
        )
    return call


def word_of_number(e164: str) -> str:
    return f"number {e164}"


def _words(call: Call) -> list[str]:
    return [word_of_number(call.said["number"]), word_of_place(call.said["agent"], call.said["environment"])]


def _read(e164: str) -> Call:
    held = Number.objects.select_related("agent", "environment").get(e164=e164, agent__deleted_at=None)
    standing = Deployment.objects.active().in_environment(held.environment).select_related("version").first()
    headers = sip_headers_of([standing.version_id]).get(standing.version_id, SipHeaders()) if standing else SipHeaders()
    said: dict[str, Any] = {
        "number": held.e164,
        "agent": held.agent.slug,
        "environment": held.environment.slug,
        "version": standing.version.hash if standing else None,
        "deployment": str(standing.pk) if standing else None,
        "sip_headers": [{"name": header.name, "value": header.value} for header in headers.headers],
    }
    if headers.problem:
        said["problem"] = headers.problem
    return Call(held.agent.workspace_id, held.agent_id, held.environment.label, said)
