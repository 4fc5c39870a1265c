"""The description of the API as a page: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from deployments.api.commands import Document, command_for, resolved


@dataclass(frozen=True)
class Told:
    """A parameter or a key of a body, as a row says it."""

    name: str
    where: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    id: str
    tag: str
    method: str
    parts: tuple[str, ...]  # of its path: a narrow page breaks it between them
    summary: str
    description: str
    takes: tuple[Told, ...]
    answers: tuple[tuple[int, str], ...]
    gives: tuple[str, ...]  # the names of what it is answered with
    command: str


def page(request: HttpRequest, document: Document) -> HttpResponse:
    operations = _operations(document, request.build_absolute_uri("/").rstrip("/"))
    groups = [(tag, list(found)) for tag, found in groupby(operations, key=lambda found: found.tag)]
    return render(request, "api/docs.html", {"info": document["info"], "groups": groups})


def _operations(document: Document, base: str) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield Operation(
                id=said["operationId"],
                tag=said["tags"][0],
                method=method.upper(),
                parts=tuple(path.strip("/").split("/")),
                summary=said["summary"],
                description=said.get("description", "").replace("`", ""),
                takes=tuple(_takes(document, said)),
                answers=tuple((int(code), HTTPStatus(int(code)).phrase) for code in sorted(said["responses"])),
                gives=tuple(_gives(document, said)),
                command=command_for(document, base, method, path, said),
            )


def _takes(document: Document, said: Document) -> Iterator[Told]:
    for parameter in said["parameters"]:
        schema = parameter["schema"]
        yield Told(
            parameter["name"],
            parameter["in"],
            _type(document, schema),
            parameter["required"],
            parameter.get("description", ""),
        )
    for media, content in said.get("requestBody", {}).get("content", {}).items():
        body = resolved(document, content["schema"])
        if "properties" not in body:
            yield Told(media, "body", _type(document, body), True, "")
        for name, schema in body.get("properties", {}).items():
            needed = name in body.get("required", [])
            yield Told(name, "body", _type(document, schema), needed, schema.get("description", ""))


def _gives(document: Document, said: Document) -> Iterator[str]:
    """Of a success that is JSON; of a list, of each in it."""
    success = next(answer for code, answer in sorted(said["responses"].items(), key=lambda each: int(each[0])))
    schema = resolved(document, success.get("content", {}).get("application/json", {}).get("schema", {}))
    yield from resolved(document, schema.get("items", schema)).get("properties", ())


def _type(document: Document, schema: Document) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(document, choice) for choice in schema["anyOf"] if choice.get("type") != "null")
    schema = resolved(document, schema)
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    return str(schema.get("format") or schema.get("type", "any"))
