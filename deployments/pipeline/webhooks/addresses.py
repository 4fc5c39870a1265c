"""Where a webhook may lead: what its address says, and which machines may be connected to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

LONGEST_ADDRESS = 2000
Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 addresses that stand for an IPv4 one: what a translator or the kernel makes of them decides, not how they look.
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
# All that was ever given to single machines of the internet. Beside it stand site-local and other local addresses.
_INTERNET = ipaddress.IPv6Network("2000::/3")


class AddressError(ValueError):
    """An address that cannot be used, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart: the host as it is looked up, and the target as it is asked for."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def taken_apart(text: str) -> Address:
    """Raises AddressError."""
    if not text or len(text) > LONGEST_ADDRESS or not text.isprintable() or " " in text:
        raise AddressError(
            f"Write an address of at most {LONGEST_ADDRESS:,} characters, such as https://ci.example/slipway."
        )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressError(f"“{text}” is no address. Write it like https://ci.example/slipway.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise AddressError(f"“{text}” is no address. Write it like https://ci.example/slipway.")
    if parts.username is not None or parts.password is not None:
        raise AddressError("Leave the user and password out of the address: every message is signed instead.")
    try:
        host = host if ":" in host else host.rstrip(".").encode("idna").decode()
    except UnicodeError:
        raise AddressError(f"“{host}” is no name of a machine.") from None
    target = iri_to_uri(parts.path or "/") + (f"?{iri_to_uri(parts.query)}" if parts.query else "")
    secure = parts.scheme == "https"
    return Address(secure, host, port or (443 if secure else 80), target)


def check_written(text: str, allowed: Sequence[Network]) -> None:
    """What can be told without asking a name server. Raises AddressError."""
    address = taken_apart(text)
    if not address.secure and not allowed:
        raise AddressError("Write an address that begins with https://, so that nobody on the way reads the messages.")
    if address.host == "localhost" or address.host.endswith(".localhost"):
        ips = [ipaddress.ip_address("127.0.0.1")]
    else:
        try:
            # Also 2130706433, 0x7f.1 and 127.1, which name servers never see.
            found = socket.getaddrinfo(address.host, address.port, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            return
        ips = [ipaddress.ip_address(each[4][0]) for each in found]
    if not any(may_connect(ip, allowed, secure=address.secure) for ip in ips):
        raise AddressError(refused(address))


def may_connect(ip: Ip, allowed: Sequence[Network], *, secure: bool) -> bool:
    """Public machines by https, and whatever the installation allows."""
    ips = [ip, *_stands_for(ip)]
    if any(each in network for each in ips for network in allowed):
        return True
    return secure and all(map(_is_public, ips))


def refused(address: Address) -> str:
    if not address.secure:
        return f"Messages go to {address.host} by https only, unless SLIPWAY_WEBHOOK_NETWORKS holds its network."
    return (
        f"{address.host} is a private or local machine. Slipway calls such only in the networks that "
        "SLIPWAY_WEBHOOK_NETWORKS holds."
    )


def _is_public(ip: Ip) -> bool:
    """Of one that stands for another, the other has to be so too."""
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _INTERNET and not _stands_for(ip):
        return False
    return ip.is_global and not ip.is_multicast


def _stands_for(ip: Ip) -> list[Ip]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inner: list[Ip] = [each for each in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if each]
    if any(ip in network for network in _TRANSLATED):
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
    return inner
