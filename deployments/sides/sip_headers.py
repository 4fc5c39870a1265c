"""The SIP headers a call is given: those of the version that stands where the number leads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from deployments.models import Blob, Path, Version
from deployments.resources import Resource, read_file

FILE: Final = "config/sip_headers.yaml"


@dataclass(frozen=True)
class SipHeaders:
    """In the order of the file. `problem` is set when a version holds a file that cannot be read."""

    headers: tuple[SipHeader, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class SipHeader:
    name: str
    value: str
    description: str = ""


def sip_headers_of(versions: Collection[int]) -> dict[int, SipHeaders]:
    """By the id of the version; versions without any are left out."""
    paths = {path.agent_id: str(path.pk) for path in Path.objects.filter(name=FILE, agent__versions__in=versions)}
    asked = Version.objects.filter(pk__in=versions, agent__in=paths).values_list("pk", "agent_id", "manifest")
    held = {version: manifest.get(paths[agent]) for version, agent, manifest in asked}
    contents = dict(Blob.objects.filter(pk__in={blob for blob in held.values() if blob}).values_list("pk", "content"))
    return {version: _read(bytes(contents[blob])) for version, blob in held.items() if blob}


def _read(content: bytes) -> SipHeaders:
    resources = read_file(FILE, content)
    problem = next((each.problem for each in resources if each.problem), None)
    if problem is not None:
        return SipHeaders(problem=problem.message)
    return SipHeaders(tuple(_header(each) for each in resources if each.kind == "sip_header"))


def _header(resource: Resource) -> SipHeader:
    said = {key: str(resource.fields.get(key) or "") for key in ("value", "description")}
    return SipHeader(resource.name, **said)
