"""A program that asks over kept connections as fast as it is answered, the same for every server it measures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

Address = tuple[str, int]


class Line:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, address: Address) -> Line:
        return cls(*await asyncio.open_connection(*address))

    async def ask(
        self, path: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer, once all of it has come."""
        await self.begin(path, headers, method, body)
        status, told = await self.head()
        length = told.get("content-length")
        if length is not None:
            await self.reader.readexactly(int(length))
        elif told.get("transfer-encoding") == "chunked":
            while size := int(await self.reader.readline(), 16):
                await self.reader.readexactly(size + 2)
            await self.reader.readline()
        return status, told

    async def begin(self, path: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b"") -> None:
        sent = {"Host": "localhost", **headers} | ({"Content-Length": str(len(body))} if body else {})
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        self.writer.write("\r\n".join(lines).encode() + body)
        await self.writer.drain()

    async def head(self) -> tuple[int, dict[str, str]]:
        status = int((await self.reader.readline()).split()[1])
        told: dict[str, str] = {}
        while line := (await self.reader.readline()).strip():
            name, _, value = line.decode("latin-1").partition(":")
            told[name.lower()] = value.strip()
        return status, told

    def close(self) -> None:
        self.writer.close()


async def etag_of(address: Address, path: str, headers: Mapping[str, str]) -> str:
    line = await Line.to(address)
    status, told = await line.ask(path, headers)
    line.close()
    if status != 200:
        raise RuntimeError(f"{path} was answered with {status}.")
    return told["etag"]


async def rate(address: Address, path: str, headers: Mapping[str, str], connections: int, seconds: float) -> float:
    """Requests a second that are answered 304."""
    known = {**headers, "If-None-Match": await etag_of(address, path, headers)}
    lines = [await Line.to(address) for _ in range(connections)]
    until = time.perf_counter() + seconds

    async def ask(line: Line) -> int:
        count = 0
        while time.perf_counter() < until:
            status, _ = await line.ask(path, known)
            if status != 304:
                raise RuntimeError(f"{path} was answered with {status}.")
            count += 1
        return count

    counts = await asyncio.gather(*map(ask, lines))
    for line in lines:
        line.close()
    return sum(counts) / seconds


async def seen_after(
    address: Address, path: str, headers: Mapping[str, str], change: Callable[[], Awaitable[None]], times: int
) -> list[float]:
    """Seconds from when a change was answered until a client that asks again and again has it, sorted."""
    line = await Line.to(address)
    taken = []
    for _ in range(times):
        known = {**headers, "If-None-Match": await etag_of(address, path, headers)}
        await change()
        changed = time.perf_counter()
        while (await line.ask(path, known))[0] == 304:
            await asyncio.sleep(0.001)
        taken.append(time.perf_counter() - changed)
        await asyncio.sleep(0.3)
    line.close()
    return sorted(taken)
