"""A machine that webhooks lead to, on this one. Not a test."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    port: int
    scheme: str = "http"
    received: list[tuple[dict[str, str], str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?from=slipway"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.received]


def status(code: int, text: bytes = b"", **headers: str) -> Answer:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(code)
        for name, value in headers.items():
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(text)))
        asked.end_headers()
        asked.wfile.write(text)

    return answer


@contextmanager
def receiving(answer: Answer | None = None, speaking: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """`speaking`: TLS, with the certificate this context holds."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            try:
                (answer or status(204))(self)
            except OSError:
                self.close_connection = True  # the other side had enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if speaking:
        server.socket = speaking.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(server.server_address[1], "https" if speaking else "http")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
