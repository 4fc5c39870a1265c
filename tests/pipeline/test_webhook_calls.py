"""One call of a webhook: which machines it reaches, and that no answer keeps or fills the worker."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address, ip_network

import pytest

from deployments.pipeline.webhooks.addresses import may_connect
from deployments.pipeline.webhooks.calling import MOST_READ, Call, Outcome, call
from tests.pipeline.receiving import receiving, status

HERE = [ip_network("127.0.0.0/8")]
ENOUGH = threading.Event()


def called(address: str, *, seconds: float = 10, allowed: object = HERE, found: str = "") -> Outcome:
    async def resolve(host: str, port: int) -> list[object]:
        return [ip_address(each) for each in found.split()]

    what = Call(address, {"webhook-id": "msg_1"}, '{"said": "grüß"}', allowed, seconds)  # type: ignore[arg-type]
    return asyncio.run(call(what, resolve) if found else call(what))  # type: ignore[arg-type]


def test_what_is_sent_arrives_under_the_name_it_was_sent_to() -> None:
    with receiving(status(200, b"thank\0 you")) as receiver:
        outcome = called(receiver.address.replace("127.0.0.1", "ci.example"), found="127.0.0.1")

    [(headers, body)] = receiver.received
    assert (outcome.status, outcome.answer, outcome.problem) == (200, "thank� you", "")
    assert headers["host"] == f"ci.example:{receiver.port}"
    assert (headers["webhook-id"], headers["content-type"]) == ("msg_1", "application/json")
    assert body == '{"said": "grüß"}'


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://127.1:{port}/",
        "http://localhost:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "https://127.0.0.1:{port}/",
    ],
)
def test_a_machine_that_is_not_allowed_is_never_connected_to(address: str) -> None:
    with receiving() as receiver:
        outcome = called(address.format(port=receiver.port), allowed=[])

    assert outcome.status is None
    assert "SLIPWAY_WEBHOOK_NETWORKS" in outcome.problem
    assert receiver.received == []


def test_a_name_is_judged_by_the_addresses_it_has_when_connected_to() -> None:
    """A name that led to a public machine when it was typed, and leads to this one now."""
    with receiving() as receiver:
        outcome = called(f"https://ci.example:{receiver.port}/", allowed=[], found="127.0.0.1 ::1")

    assert "is a private or local machine" in outcome.problem
    assert receiver.received == []


def test_of_several_addresses_only_those_that_may_be_are_tried() -> None:
    with receiving() as receiver:
        address = f"http://ci.example:{receiver.port}/"
        outcome = called(address, allowed=[ip_network("127.0.0.1/32")], found="10.0.0.1 127.0.0.1")

    assert outcome.status == 204


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with receiving() as inside, receiving(status(302, Location=inside.address)) as receiver:
        outcome = called(receiver.address)

    assert (outcome.status, outcome.is_delivered) == (302, False)
    assert inside.received == []


def silent(asked: BaseHTTPRequestHandler) -> None:
    ENOUGH.wait(20)


def endless(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.end_headers()
    while not ENOUGH.is_set():
        asked.wfile.write(b"x" * 65536)


def trickling(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.end_headers()
    while not ENOUGH.wait(0.05):
        asked.wfile.write(b"x")
        asked.wfile.flush()


def endless_head(asked: BaseHTTPRequestHandler) -> None:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not ENOUGH.is_set():
        asked.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")


def no_http(asked: BaseHTTPRequestHandler) -> None:
    asked.wfile.write(b"220 mail.example ESMTP\r\n")


@pytest.fixture(autouse=True)
def _enough() -> object:
    ENOUGH.clear()
    yield
    ENOUGH.set()


def test_no_answer_in_time_is_said_so() -> None:
    with receiving(silent) as receiver:
        outcome = called(receiver.address, seconds=0.3)
        ENOUGH.set()

    assert (outcome.status, outcome.problem) == (None, "No answer within 0.3 seconds.")


def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    with receiving(endless) as receiver:
        outcome = called(receiver.address)
        ENOUGH.set()

    assert (outcome.status, outcome.answer) == (200, "x" * MOST_READ)


def test_a_text_that_trickles_on_after_the_status_ends_with_the_time() -> None:
    with receiving(trickling) as receiver:
        outcome = called(receiver.address, seconds=0.5)
        ENOUGH.set()

    assert outcome.is_delivered
    assert 0 < len(outcome.answer) < 100


@pytest.mark.parametrize("answer", [endless_head, no_http])
def test_what_does_not_speak_http_is_said_so(answer: object) -> None:
    with receiving(answer) as receiver:  # type: ignore[arg-type]
        outcome = called(receiver.address)
        ENOUGH.set()

    assert (outcome.status, outcome.problem) == (None, "What answered does not speak HTTP.")


def test_nobody_listening_and_no_trusted_certificate_are_said_so() -> None:
    with receiving() as receiver:
        unencrypted = called(receiver.address.replace("http:", "https:"))
    closed = called(receiver.address)
    unknown = called("https://no-such-machine.invalid/")

    assert all(each.status is None and each.problem for each in (unencrypted, closed, unknown))
    assert (
        closed.problem
        == unknown.problem
        == "No connection: the machine is not found, does not listen there, or hung up."
    )


@pytest.mark.parametrize(
    ("ip", "may"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:93.184.215.14", True),
        ("::ffff:192.168.1.1", False),
        ("64:ff9b::c0a8:101", False),
        ("2002:a9fe:a9fe::", False),
        ("2001:0:7f00:1::", False),
        ("100.64.0.1", False),
        ("192.0.0.170", False),
        ("255.255.255.255", False),
        ("ff02::1", False),
        ("fec0::1", False),
        ("64:ff9b:1::1", False),
        ("64:ff9b::5db8:d70e", True),
    ],
)
def test_public_machines_are_told_from_others_also_in_disguise(ip: str, may: bool) -> None:
    assert may_connect(ip_address(ip), [], secure=True) is may
    assert not may_connect(ip_address(ip), [], secure=False)
