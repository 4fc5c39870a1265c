"""A command that asks an operation, to be copied: words of its address are variables of the shell."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, Final

Document = dict[str, Any]

_WORD: Final = re.compile(r"{(\w+)}")
KEY: Final = "SLIPWAY_KEY"


def command_for(document: Document, base: str, method: str, path: str, said: Document) -> str:
    """With what is required, and with what an example is given of."""
    asked = [
        f"{each['name']}={_example(document, each['schema'])}"
        for each in said["parameters"]
        if each["in"] == "query" and each["required"]
    ]
    address = _WORD.sub(lambda word: f"${word[1].upper()}", base + path) + ("?" + "&".join(asked) if asked else "")
    act = "curl" if method == "get" else f"curl --request {method.upper()}"
    parts = [f'{act} "{address}"', f'--header "x-api-key: ${KEY}"']
    sent = said.get("requestBody", {}).get("content", {})
    if "application/json" in sent:
        body = _example(document, sent["application/json"]["schema"])
        parts += [f"--data {shlex.quote(json.dumps(body))}"] if body or said["requestBody"]["required"] else []
    elif sent:
        parts += ["--data-binary @agent.zip"]
    if any("application/zip" in answer.get("content", {}) for answer in said["responses"].values()):
        parts += ["--output agent.zip"]
    return " \\\n  ".join(parts)


def _example(document: Document, schema: Document) -> Any:
    """What would be taken; of a choice its last."""
    if "examples" in schema:
        return schema["examples"][0]
    schema = resolved(document, schema)
    if "enum" in schema:
        return schema["enum"][-1]
    if schema.get("type") == "array":
        return [_example(document, schema["items"])]
    if schema.get("type") == "integer":
        return schema.get("minimum", 1)
    needed = schema.get("required", ())
    return {
        name: _example(document, each)
        for name, each in schema.get("properties", {}).items()
        if name in needed or "examples" in each
    }


def resolved(document: Document, schema: Document) -> Document:
    """What a reference stands for; of a choice between something and nothing, the something."""
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            return resolved(document, choice)
    if "$ref" in schema:
        found: Document = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema
