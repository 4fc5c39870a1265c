"""A provider on this machine: it speaks the chat completions of OpenAI over HTTP, and fails when it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-for-tests-only"


@dataclass
class Provider:
    """`answer` is words, or a call as `{"name", "arguments"}`. `fails` is a status, or "slow", or "broken"."""

    answer: str | dict[str, Any] = "Hello."
    fails: int | str | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def message(self) -> dict[str, Any]:
        if isinstance(self.answer, str):
            return {"role": "assistant", "content": self.answer}
        function = {"name": self.answer["name"], "arguments": self.answer["arguments"]}
        return {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}],
        }

    def pieces(self) -> Iterator[dict[str, Any]]:
        if isinstance(self.answer, str):
            for word in self.answer.split(" "):
                yield {"content": f"{word} "}
        else:
            yield {key: value for key, value in self.message().items() if key != "content"}


@contextmanager
def provider() -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append({"path": self.path, **asked})
            told.keys.append(self.headers.get("Authorization", ""))
            if isinstance(told.fails, int):
                self._whole(told.fails, {"error": {"message": f"No. Your key {KEY} is wrong.", "type": "x"}})
            elif told.fails == "slow":
                told.stopped.wait(20)
            elif asked.get("stream"):
                self._streamed()
            else:
                choice = {"index": 0, "message": told.message(), "finish_reason": "stop"}
                self._whole(200, _body("chat.completion", choice) | {"usage": _USAGE})

        def _whole(self, status: int, body: dict[str, Any]) -> None:
            written = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            # The client is not to try again by itself: a test has no time for it.
            self.send_header("x-should-retry", "false")
            self.end_headers()
            self.wfile.write(written)

        def _streamed(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            for number, delta in enumerate(told.pieces()):
                if told.fails == "broken" and number == 1:
                    # A line that is no JSON, and nothing after it.
                    self.wfile.write(b'data: {"id": "x", "choi')
                    return
                choice = {"index": 0, "delta": delta, "finish_reason": None}
                self._event(_body("chat.completion.chunk", choice))
            last = {"index": 0, "delta": {}, "finish_reason": "stop"}
            self._event(_body("chat.completion.chunk", last) | {"usage": _USAGE})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, body: dict[str, Any]) -> None:
            self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


_USAGE = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}


def _body(kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    return {"id": "x", "object": kind, "created": 1, "model": "small", "choices": [choice]}
