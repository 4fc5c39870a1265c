"""Webhooks over TLS: whose certificate is good, and that nothing is ever said to who has another."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import trustme
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from config.reading import authorities
from deployments.models import Delivery
from deployments.pipeline.webhooks.calling import Call, Outcome, call
from deployments.pipeline.webhooks.delivering import call_of
from tests.pipeline.receiving import receiving
from tests.vocabulary import a_webhook, an_agent, published

NAME = "ci.example"
NOT_TRUSTED = "Its certificate is not one of this name that is trusted here."
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def speaking(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def called(certificate: trustme.LeafCert, trusted: trustme.Blob | None, where: Path) -> tuple[Outcome, list[str]]:
    """What came of one call to that name, and what arrived. `trusted`: what the file of authorities holds."""
    file = where / f"{len(list(where.iterdir()))}.pem"  # each read once
    if trusted:
        trusted.write_to_path(str(file))

    async def resolve(host: str, port: int) -> list[object]:
        return [ip_address("127.0.0.1")]

    with receiving(speaking=speaking(certificate)) as receiver:
        what = Call(
            receiver.address.replace("127.0.0.1", NAME),
            {"webhook-id": "msg_1"},
            "{}",
            [ip_network("127.0.0.0/8")],
            authorities=str(file) if trusted else "",
        )
        outcome = asyncio.run(call(what, resolve))  # type: ignore[arg-type]
        return outcome, [body for _, body in receiver.received]


def test_a_certificate_of_an_authority_that_was_given_is_good(authority: trustme.CA, tmp_path: Path) -> None:
    outcome, arrived = called(authority.issue_cert(NAME), authority.cert_pem, tmp_path)

    assert (outcome.status, outcome.problem, arrived) == (204, "", ["{}"])


def test_a_certificate_somebody_made_is_good_when_it_was_given_itself(authority: trustme.CA, tmp_path: Path) -> None:
    made = authority.issue_cert(NAME)

    outcome, arrived = called(made, made.cert_chain_pems[0], tmp_path)

    assert (outcome.status, arrived) == (204, ["{}"])


def test_any_other_certificate_is_refused_before_a_word_is_said(authority: trustme.CA, tmp_path: Path) -> None:
    good = authority.issue_cert(NAME)
    tries = {
        "nobody's": (good, None),
        "another authority's": (good, trustme.CA().cert_pem),
        "another's that was given": (good, authority.issue_cert(NAME).cert_chain_pems[0]),
        "of another name": (authority.issue_cert("other.example"), authority.cert_pem),
        "of its address alone": (authority.issue_cert("127.0.0.1"), authority.cert_pem),
        "run out": (authority.issue_cert(NAME, not_before=LONG_AGO, not_after=LONG_AGO), authority.cert_pem),
    }

    for whose, (certificate, trusted) in tries.items():
        outcome, arrived = called(certificate, trusted, tmp_path)
        assert (outcome.status, outcome.problem, arrived) == (None, NOT_TRUSTED, []), whose


@pytest.mark.django_db
def test_messages_go_with_the_authorities_of_the_setting(settings: Settings) -> None:
    settings.WEBHOOK_AUTHORITIES = "/etc/slipway/authorities.pem"
    agent = an_agent()
    a_webhook(agent.workspace)
    published(agent)
    delivery = Delivery.objects.get()

    call = call_of(delivery.pk, delivery.round, timezone.now())

    assert isinstance(call, Call)
    assert call.authorities == "/etc/slipway/authorities.pem"


def test_a_file_of_authorities_that_holds_none_stops_the_start(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "authorities.pem"
    monkeypatch.setenv("SLIPWAY_WEBHOOK_AUTHORITIES", str(file))

    with pytest.raises(ImproperlyConfigured, match="must be a file with certificates"):
        authorities("SLIPWAY_WEBHOOK_AUTHORITIES")
    file.write_text("nothing of that kind")
    with pytest.raises(ImproperlyConfigured, match=r"authorities\.pem"):
        authorities("SLIPWAY_WEBHOOK_AUTHORITIES")

    authority.cert_pem.write_to_path(str(file))
    assert authorities("SLIPWAY_WEBHOOK_AUTHORITIES") == str(file)
