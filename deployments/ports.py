"""The port itself, for what is answered past Django's own way to it: an answer sent whole, or as it comes."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from hosting.dispatch import Message, Send


async def answer_with(response: HttpResponseBase, send: Send) -> None:
    await send(start_of(response))
    if isinstance(response, StreamingHttpResponse):
        async for piece in response:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    content = response.content if isinstance(response, HttpResponse) else b""
    await send({"type": "http.response.body", "body": content})


def start_of(response: HttpResponseBase) -> Message:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers.append((b"x-content-type-options", b"nosniff"))
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
