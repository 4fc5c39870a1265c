"""What is asked of Slipway over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import httpx

# Of more files than this the archive is fetched, in one request.
MANY = 16
# Slipway says something every 15 seconds.
SILENCE = 40.0


class Desk:
    """What stands between may answer anything in Slipway's place, so any of its questions may raise anything."""

    def __init__(self, address: str, *, agent: str, environment: str, key: str) -> None:
        self.agent = f"/delivery/v1/agents/{agent}"
        self.environment = f"{self.agent}/{environment}"
        # A key out of a file ends with that file's last line.
        key = key.strip()
        if not (key.isascii() and key.isprintable()):
            raise ValueError("The key holds letters that no key of Slipway's does. Copy it once more.")
        self.http = httpx.Client(base_url=address, headers={"x-api-key": key}, timeout=httpx.Timeout(10.0))

    def close(self) -> None:
        self.http.close()

    def state(self, etag: str) -> tuple[dict[str, Any] | None, str]:
        """What is active, with its ETag; None when that is what `etag` names."""
        return self._unless_known(self.environment, etag)

    def config(self, etag: str) -> tuple[dict[str, Any] | None, str]:
        """The real-time values, with their ETag; None when those are what `etag` names."""
        return self._unless_known(f"{self.environment}/config", etag)

    def stream(self, last: str) -> Iterator[tuple[str, dict[str, Any]] | None]:
        """Each `deployment` after `last`, each `config`, and what was said; None for every sign of life.

        Raises `httpx.ReadTimeout` after a silence.
        """
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        timeout = httpx.Timeout(10.0, read=SILENCE)
        with self.http.stream("GET", f"{self.environment}/stream", headers=headers, timeout=timeout) as answer:
            _refuse(answer)
            event, data = "", []
            for line in answer.iter_lines():
                name, _, value = line.partition(":")
                if name == "event":
                    event = value.strip()
                elif name == "data":
                    data.append(value.removeprefix(" "))
                elif not line:
                    yield (event, json.loads("\n".join(data))) if event and data else None
                    event, data = "", []

    def blobs(self, version: str, wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Hash and bytes of these files of a version, given as {path: hash}."""
        if len(wanted) > MANY:
            answer = self.http.get(f"{self.agent}/versions/{version}.zip", timeout=60.0)
            _refuse(answer)
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                yield from ((name, archive.read(path)) for path, name in wanted.items())
            return
        for name in self._each(wanted.values()):
            answer = self.http.get(f"{self.agent}/blobs/{name}")
            _refuse(answer)
            yield name, answer.content

    def acknowledge(self, runtime: str, version: str) -> None:
        body = {"runtime": runtime, "version": version}
        _refuse(self.http.post(f"{self.environment}/acknowledgements", json=body))

    def _unless_known(self, path: str, etag: str) -> tuple[dict[str, Any] | None, str]:
        answer = self.http.get(path, headers={"If-None-Match": etag} if etag else {})
        if answer.status_code == 304:
            return None, etag
        _refuse(answer)
        said = answer.json()
        if not isinstance(said, dict):
            raise ValueError("What came is no answer of Slipway's.")
        return said, answer.headers.get("ETag", "")

    @staticmethod
    def _each(names: Collection[str]) -> list[str]:
        return sorted(set(names))


def _refuse(answer: httpx.Response) -> None:
    """Raises `httpx.HTTPStatusError` with Slipway's own sentence for whatever is no success."""
    if answer.is_success:
        return
    try:
        answer.read()
        why = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        why = f"{answer.status_code} {answer.reason_phrase}, and not from Slipway: is {answer.url} its address?"
    raise httpx.HTTPStatusError(why, request=answer.request, response=answer)
