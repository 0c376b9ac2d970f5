"""A mail server on loopback that keeps what it takes, and breaks off or refuses where a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Postman:
    """What was taken, and how the server behaves: replies by command, and where it breaks off."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    """By command (greeting, MAIL, RCPT, DATA, content): what is answered to the next ones in place of yes."""
    breaks_at: list[str] = field(default_factory=list)
    """At which commands the connection is broken, once each; `content` is after all of it was read, and kept."""
    holds: asyncio.Event | None = None
    """Waited for after the content was read, before it is answered."""
    holds_at: tuple[str, asyncio.Event] | None = None
    """At which command something is waited for before it is answered."""
    reading: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _reply(self, command: str, usual: str) -> str:
        waiting = self.replies.get(command)
        return waiting.pop(0) if waiting else usual

    def _broken(self, command: str) -> bool:
        if command in self.breaks_at:
            self.breaks_at.remove(command)
            return True
        return False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        try:
            if self._broken("greeting"):
                return
            await say(self._reply("greeting", "220 postman"))
            while line := (await reader.readline()).decode():
                command = line.split()[0].upper() if line.strip() else ""
                self.asked.append(line.strip())
                if self._broken(command):
                    return
                if self.holds_at is not None and self.holds_at[0] == command:
                    self.reading.set()
                    await self.holds_at[1].wait()
                if command in ("EHLO", "HELO"):
                    await say("250 postman")
                elif command == "QUIT":
                    await say("221 bye")
                    return
                elif command == "DATA":
                    reply = self._reply("DATA", "354 go on")
                    await say(reply)
                    if reply.startswith("354") and not await self._read_content(reader, say):
                        return
                else:
                    await say(self._reply(command, "250 ok"))
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _read_content(self, reader: asyncio.StreamReader, say: object) -> bool:
        content = await reader.readuntil(b"\r\n.\r\n")
        reply = self._reply("content", "250 taken")
        if reply.startswith("250"):
            message = message_from_bytes(content[:-3], policy=default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        self.reading.set()
        if self.holds is not None:
            await self.holds.wait()
        if self._broken("content"):
            return False
        assert callable(say)
        await say(reply)
        return True


@asynccontextmanager
async def a_postman() -> AsyncIterator[Postman]:
    """Open a mail server on a free port."""
    postman = Postman()
    server = await asyncio.start_server(postman.serve, "127.0.0.1", 0)
    postman.port = server.sockets[0].getsockname()[1]
    try:
        yield postman
    finally:
        server.close()
