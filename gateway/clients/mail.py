"""Mail is handed to a server in two steps, so that whoever sends it knows whether any of it may have gone.

    async with mailer.session() as session:     raises MailAway: nothing was sent
        await session.address(to)               raises MailAway, MailRefused: nothing was sent
        reply = await session.hand_over(bytes)  raises MailRefused: it was not taken; MailBroken: nobody knows

The only import of aiosmtplib.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

TIMEOUT_SECONDS = 20.0
REPLY_LENGTH_MAX = 300
_PORTS = {"smtp": 25, "smtps": 465}


class MailAway(Exception):
    """The server cannot be reached, or is not as it should be; nothing was sent."""


class MailRefused(Exception):
    """The server said no; `for_good` where it would say so again."""

    def __init__(self, code: int, reply: str) -> None:
        super().__init__(f"{code} {reply}"[:REPLY_LENGTH_MAX])
        self.for_good = 500 <= code < 600


class MailBroken(Exception):
    """The connection broke while the content went, or before the answer came: nobody knows whether it was taken."""


class Session:
    """One conversation with the server, in which letters go one after another."""

    def __init__(self, client: aiosmtplib.SMTP, sender: str) -> None:
        self._client = client
        self._sender = sender

    async def address(self, to: str) -> None:
        """Ask whether the server takes a letter to somebody. Raises MailAway, MailRefused."""
        try:
            await self._client.mail(self._sender)
            await self._client.rcpt(to)
        except aiosmtplib.SMTPResponseException as error:
            await self._begin_anew()
            raise MailRefused(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailAway(repr(error)[:REPLY_LENGTH_MAX]) from error

    async def hand_over(self, content: bytes) -> str:
        """Send the content of what was addressed; gives the server's answer. Raises MailRefused, MailBroken."""
        try:
            reply = await self._client.data(content)
        except aiosmtplib.SMTPResponseException as error:
            if error.code < 400:
                raise MailBroken(f"{error.code} {error.message}"[:REPLY_LENGTH_MAX]) from error
            await self._begin_anew()
            raise MailRefused(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailBroken(repr(error)[:REPLY_LENGTH_MAX]) from error
        return f"{reply.code} {reply.message}"[:REPLY_LENGTH_MAX]

    async def _begin_anew(self) -> None:
        """Forget what was addressed; a server that does not even do that is away for the next letter."""
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._client.rset()


class Mailer:
    """The server that takes our mail; `sender` is from whom it is, with or without a name."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.sender = sender
        self._sender_address = parseaddr(sender)[1]
        self._host = parts.hostname or "localhost"
        self._port = parts.port or _PORTS[parts.scheme]
        self._by_tls = parts.scheme == "smtps"
        self._account = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Open a conversation; an account's password is told over TLS alone. Raises MailAway.

        One that went well is ended in words; any other is cut off, as a server that hangs would be waited for.
        """
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._by_tls,
            start_tls=True if self._account and not self._by_tls else None if not self._by_tls else False,
            username=self._account,
            password=self._password,
            timeout=TIMEOUT_SECONDS,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise MailAway(repr(error)[:REPLY_LENGTH_MAX]) from error
        try:
            yield Session(client, self._sender_address)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        finally:
            client.close()
