"""One message over the network, within bounds: how long, how much is read, and which machine is spoken with.

The name is looked up here and the connection goes to the very address that was checked, so that a name server cannot
say one thing when asked and another when connected to. The certificate is still the name's. No redirect is followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore

from deployments.pipeline.webhooks.addresses import Address, Ip, Network, may_connect, refused, taken_apart

SECONDS = 10.0
MOST_READ = 16 * 1024
Resolve = Callable[[str, int], Awaitable[list[Ip]]]


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent, and where it may go. `authorities`: a PEM file of further ones that a certificate may come from."""

    address: str
    headers: dict[str, str]
    body: str
    allowed: Sequence[Network]
    seconds: float = SECONDS
    authorities: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: the answer's status and the beginning of its text, or why there was none."""

    status: int | None
    took_ms: int
    answer: str = ""
    problem: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class NotAllowed(OSError):
    pass


async def looked_up(host: str, port: int) -> list[Ip]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]


async def call(what: Call, resolve: Resolve = looked_up) -> Outcome:
    """Never raises for anything the other side does."""
    began = time.monotonic()
    answer: list[Any] = [None, b""]
    problem = ""
    try:
        async with asyncio.timeout(what.seconds):
            await _post(what, resolve, answer)
    except TimeoutError:
        problem = f"No answer within {what.seconds:g} seconds."
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError, ValueError) as error:
        problem = _in_words(error)
    status, text = answer
    took = int((time.monotonic() - began) * 1000)
    # The status decides; a text that trickles on or breaks off after it does not matter.
    return Outcome(status, took, _readable(text), "" if status else problem)


async def _post(what: Call, resolve: Resolve, answer: list[Any]) -> None:
    address = taken_apart(what.address)
    headers = {
        "Host": address.authority,
        "User-Agent": "Slipway-Webhooks/1",
        "Content-Type": "application/json",
        "Connection": "close",
        "Content-Length": str(len(what.body.encode())),
    }
    backend = _Checked(address, what.allowed, resolve)
    url = httpcore.URL(
        scheme=b"https" if address.secure else b"http",
        host=address.host.encode(),
        port=address.port,
        target=address.target.encode(),
    )
    trust = _trust(what.authorities) if address.secure else None
    async with (
        httpcore.AsyncConnectionPool(ssl_context=trust, network_backend=backend) as pool,
        pool.stream("POST", url, headers=list((headers | what.headers).items()), content=what.body.encode()) as got,
    ):
        answer[0] = got.status
        async for piece in got.aiter_stream():
            answer[1] += piece[: MOST_READ - len(answer[1])]
            if len(answer[1]) >= MOST_READ:
                break


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked and to no other."""

    def __init__(self, address: Address, allowed: Sequence[Network], resolve: Resolve) -> None:
        self._address, self._allowed, self._resolve = address, allowed, resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await self._resolve(self._address.host, port)
        good = [ip for ip in dict.fromkeys(found) if may_connect(ip, self._allowed, secure=self._address.secure)]
        if not good:
            raise NotAllowed(refused(self._address))
        for ip in good[:-1]:
            try:
                return await self._inner.connect_tcp(str(ip), port, 3, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(str(good[-1]), port, timeout, local_address, socket_options)


@cache
def _trust(authorities: str) -> ssl.SSLContext:
    """Authorities that browsers trust, those of this machine, and what this file holds: also a certificate alone."""
    context = httpcore.default_ssl_context()
    context.load_default_certs()
    if authorities:
        context.load_verify_locations(authorities)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _in_words(error: Exception) -> str:
    if isinstance(error, NotAllowed | ValueError):
        return str(error)
    if isinstance(error, httpcore.ProtocolError):
        return "What answered does not speak HTTP."
    if isinstance(error, httpcore.TimeoutException):
        return "No connection in time."
    if "CERTIFICATE" in str(error).upper():
        return "Its certificate is not one of this name that is trusted here."
    return "No connection: the machine is not found, does not listen there, or hung up."


def _readable(text: bytes) -> str:
    said = text.decode(errors="replace")
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in said)
