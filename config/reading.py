"""What the environment says, read so that nothing wrong passes: its name, the value, and what is allowed."""

from __future__ import annotations

import ssl
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def whole(name: str, default: int, most: int = 9) -> int:
    text = env.str(name, default=str(default))
    if not text.isdecimal() or not text.isascii() or len(text) > 9 or int(text) > most:
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a whole number from 0 to {most}.")
    return int(text)


def one_of(name: str, *allowed: str) -> str:
    """The first is the default."""
    text: str = env.str(name, default=allowed[0])
    if text not in allowed:
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be {' or '.join(allowed)}.")
    return text


def several(name: str) -> list[str]:
    """With commas between them, and spaces as people write them."""
    return [word for text in env.str(name, default="").split(",") if (word := text.strip())]


def key(name: str) -> str:
    text: str = env.str(name, default="")
    if text and (len(text) < 20 or not text.isascii() or not text.isprintable() or " " in text):
        raise ImproperlyConfigured(f"{name} is not usable; it must be 20 random characters or more, without spaces.")
    return text


def address(name: str) -> str:
    given: str = env.str(name, default="")
    # As browsers write where they come from, which is compared with it.
    text = given.lower().rstrip("/")
    if text and not _is_origin(text):
        raise ImproperlyConfigured(f"{name} is {given!r}; it must look like https://slipway.example.")
    return text


def _is_origin(text: str) -> bool:
    """A scheme, a host and perhaps a port; no user, no path, nothing behind it."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not set(text) & set(" @")
    return bool(known and plain and parts.hostname and text == f"{parts.scheme}://{parts.netloc}")


def host_of(origin: str) -> str:
    """As requests name it: an address of IPv6 in brackets."""
    host = str(urlsplit(origin).hostname)
    return f"[{host}]" if ":" in host else host


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(text) for text in several(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. It must look like 10.0.0.0/8,fd00::/8.") from None


def model(name: str) -> str:
    text: str = env.str(name, default="").strip()
    if not text:
        return ""
    # Read only where a model is set: its library takes a second.
    from deployments.runtime.models import models_from

    try:
        return models_from(text).name
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {text!r}: {error}.") from None


def authorities(name: str) -> str:
    """A file of certificates, read once to see that it holds some."""
    path: str = env.str(name, default="")
    try:
        if path:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):
        raise ImproperlyConfigured(f"{name} is {path!r}; it must be a file with certificates in PEM format.") from None
    return path
