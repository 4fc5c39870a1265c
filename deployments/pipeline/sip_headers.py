"""The SIP headers a call is given: those of the version that stands where the number leads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import connection

from deployments.resources import Resource, read_file

FILE: Final = "config/sip_headers.yaml"
# One question whatever the number of versions, without their manifests.
READ = """
    SELECT version.id, blob.content
      FROM deployments_version version
      JOIN deployments_path path ON path.agent_id = version.agent_id AND path.name = %s
      JOIN deployments_blob blob ON blob.id = (version.manifest ->> path.id::text)::bigint
     WHERE version.id = ANY(%s)
"""


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
    with connection.cursor() as cursor:
        cursor.execute(READ, [FILE, list(versions)])
        return {version: _read(bytes(content)) for version, content in cursor.fetchall()}


def _read(content: bytes) -> SipHeaders:
    resources = read_file(FILE, content)
    problem = next((each.problem for each in resources if each.problem), None)
    if problem is not None:
        return SipHeaders(problem=problem.message)
    return SipHeaders(tuple(_header(each) for each in resources if each.kind == "sip_header"))


def _header(resource: Resource) -> SipHeader:
    said = {key: str(resource.fields.get(key) or "") for key in ("value", "description")}
    return SipHeader(resource.name, **said)
