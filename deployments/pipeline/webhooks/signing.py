"""Secrets and signatures as Standard Webhooks has them.

A secret must be known to sign, so a hash of it would not do. It is derived from the installation's secret key and a
salt in the webhook's row: whoever reads the database alone learns none.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

from django.utils.crypto import salted_hmac
from standardwebhooks import Webhook as Signer

from deployments.models import Delivery, Webhook

_PURPOSE = "deployments.webhook"


def new_salt() -> str:
    return secrets.token_urlsafe(32)


def secret_from(salt: str) -> str:
    """`whsec_` and 32 bytes in base64."""
    return f"whsec_{base64.b64encode(salted_hmac(_PURPOSE, salt, algorithm='sha256').digest()).decode()}"


def fingerprint_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_known(webhook: Webhook) -> bool:
    """False once the installation has another secret key: what would be signed now nobody could verify."""
    return fingerprint_of(secret_from(webhook.salt)) == webhook.fingerprint


def headers_of(delivery: Delivery, now: datetime) -> dict[str, str]:
    """For a day after a rotation the earlier secret signs too, so that receivers may change theirs when they like."""
    webhook = delivery.webhook
    salts = [webhook.salt]
    if webhook.previous_until and now < webhook.previous_until:
        salts.append(webhook.previous_salt)
    signatures = [Signer(secret_from(salt)).sign(delivery.message_id, now, delivery.body) for salt in salts]
    return {
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
