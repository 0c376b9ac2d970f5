"""A message to a program is signed as Standard Webhooks has it, so that who reads it knows that it is ours and new."""

import base64
import hashlib
import hmac
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from uuid import UUID

_WRAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Addresses that carry an IPv4 address to a translator (RFC 6052, RFC 8215)."""


def secret_of(secret: bytes, endpoint_id: UUID, version: int) -> bytes:
    """Derive the secret that an address shares with us, of this version."""
    said = b"webhook 1" + endpoint_id.bytes + version.to_bytes(4, "big")
    return hmac.new(secret, said, hashlib.sha256).digest()


def shown(secret: bytes) -> str:
    """Write a secret as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secret).decode()


def signed_headers(secret: bytes, delivery_id: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """Sign a message: the same id at each try, the moment of this one."""
    moment = str(int(at.timestamp()))
    digest = hmac.new(secret, b".".join((str(delivery_id).encode(), moment.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": str(delivery_id),
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def is_public(written: str) -> bool:
    """Tell whether an address is one of the open Internet, whatever it is wrapped in."""
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner: IPv4Address | None = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None or any(address in network for network in _WRAPPED):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
