"""A message goes to an address that an organisation named, and to no place inside our own network.

    status = await hooks.send(url, body, headers)     raises HookAway: no answer

Decision: a name is resolved once, each address that it has is checked, and the connection goes to one of those that
were checked. Why: a name that is asked twice may answer otherwise the second time. Price: a name of which one address
is not of the open Internet is refused whole. No redirect is followed, no proxy or cookie used, no answer's body read.

The only import of aiohttp beside the stand-in for Stripe.
"""

import asyncio
import re
import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.domain.hooks import is_public

URL_LENGTH_MAX = 500
TOTAL_SECONDS, CONNECT_SECONDS = 15.0, 5.0
CONNECTIONS_MAX = 20
REASON_LENGTH_MAX = 300
_NAME = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]")
_URL = re.compile(r"[\x21-\x7e]+")


def _is_open(host: str) -> bool:
    """Tell whether a host is no address, which no resolver is asked about, or a public one."""
    try:
        ip_address(host)
    except ValueError:
        return True
    return is_public(host)


class HookAway(Exception):
    """No answer came from an address."""


class NotPublic(OSError):
    """A name leads to no address of the open Internet."""


class _Checked(AbstractResolver):
    """Gives the addresses of a name, once all of them were checked."""

    def __init__(self, *, allow_local: bool) -> None:
        self._allow_local = allow_local

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(one[0], str(one[4][0])) for one in found]
        if not addresses or not (self._allow_local or all(is_public(address) for _, address in addresses)):
            raise NotPublic("the name leads into a network that is not public")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


class Hooks:
    """Sends messages to organisations' programs.

    For tests alone, whose programs are on loopback: `any_url` lets any address be named, `allow_local` lets it be
    reached; the one without the other shows that what is named is looked at again where it leads.
    """

    def __init__(self, *, any_url: bool = False, allow_local: bool = False) -> None:
        self._any_url = any_url
        self._allow_local = allow_local
        self._session: aiohttp.ClientSession | None = None

    def takes(self, url: str) -> bool:
        """Tell whether an address may be named: https, a host by its name, no account, no fragment."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if len(url) > URL_LENGTH_MAX or not _URL.fullmatch(url) or parts.username is not None or "#" in url:
            return False
        if self._any_url and parts.scheme in ("http", "https"):
            return bool(host)
        return parts.scheme == "https" and port != 0 and "@" not in parts.netloc and bool(_NAME.fullmatch(host))

    async def send(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Post a message; gives the status of the answer. Raises HookAway."""
        if not self.takes(url) or not (self._allow_local or _is_open(urlsplit(url).hostname or "")):
            raise HookAway("this address may not be named")
        given: dict[str, Any] = {"data": body, "headers": headers, "allow_redirects": False}
        try:
            async with self._open().post(url, **given) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise HookAway((str(error) or type(error).__name__)[:REASON_LENGTH_MAX]) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_Checked(allow_local=self._allow_local),
                    use_dns_cache=False,
                    force_close=True,
                    limit=CONNECTIONS_MAX,
                ),
                timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session
