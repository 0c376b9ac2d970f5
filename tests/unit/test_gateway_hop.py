"""The client of the hop is tried against services that die, hang, lie, trickle and answer too early."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from shared.http.client import Bounds, ServiceClient, ServiceUnavailable, UnsafeRequest

Answers = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
PATIENT = Bounds()
QUICK = Bounds(answer_seconds=0.3, piece_seconds=0.3)
"""For what is not waited for; a busy machine may be slower than that where an answer comes."""
MEGABYTES_10 = 10 * 1024**2


class Scripted:
    """A server that does as it is told with each connection, and keeps the heads of what it was asked."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.heads: list[bytes] = []
        self.connections = 0
        self.ended = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            while not reader.at_eof():
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self._answers(reader, writer, number)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.ended += 1
            writer.close()


@asynccontextmanager
async def serving(answers: Answers, bounds: Bounds = PATIENT) -> AsyncIterator[tuple[Scripted, ServiceClient]]:
    scripted = Scripted(answers)
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0, limit=2**20)
    port = server.sockets[0].getsockname()[1]
    client = ServiceClient(f"http://127.0.0.1:{port}", service="catalog", bounds=bounds)
    try:
        yield scripted, client
    finally:
        await client.close()
        server.close()


async def ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    writer.write(OK)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    writer.close()


async def fetch(client: ServiceClient, method: str = "GET", **asked: object) -> bytes:
    incoming = await client.ask(method, b"/listings", **asked)  # type: ignore[arg-type]
    try:
        return await incoming.read(2**24)
    finally:
        incoming.close()


class TestAConnection:
    async def test_is_kept_and_used_again(self) -> None:
        async with serving(ok) as (scripted, client):
            assert [await fetch(client) for _ in range(5)] == [b"ok"] * 5
            assert scripted.connections == 1

    async def test_is_not_used_again_once_the_service_has_closed_it(self) -> None:
        async def once_a_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")
            writer.close()

        async with serving(once_a_connection) as (scripted, client):
            assert [await fetch(client) for _ in range(3)] == [b"ok"] * 3
            assert scripted.connections == 3

    async def test_is_ended_when_an_answer_was_not_taken_to_its_end(self) -> None:
        async def much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % MEGABYTES_10)
            for _ in range(160):
                writer.write(b"x" * 65_536)
                await writer.drain()

        async with serving(much) as (scripted, client):
            incoming = await client.ask("GET", b"/listings")
            incoming.close()
            again = await client.ask("GET", b"/listings")
            again.close()
            assert scripted.connections == 2

    async def test_waits_for_a_free_one_no_longer_than_it_may(self) -> None:
        release = asyncio.Event()

        async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            await release.wait()
            writer.write(OK)

        bounds = Bounds(connections_max=2, wait_seconds=0.2, answer_seconds=5)
        async with serving(wait, bounds) as (scripted, client):
            busy = [asyncio.create_task(fetch(client)) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(ServiceUnavailable):
                await fetch(client)
            later = [asyncio.create_task(fetch(client)) for _ in range(4)]
            await asyncio.sleep(0)
            release.set()
            assert await asyncio.gather(*busy, *later) == [b"ok"] * 6
            assert scripted.connections == 2

    async def test_that_says_something_unasked_is_ended(self) -> None:
        async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            writer.write(OK if number > 1 else OK + OK)

        async with serving(twice) as (scripted, client):
            assert await fetch(client) == b"ok"
            await asyncio.sleep(0.05)
            assert await fetch(client) == b"ok"
            assert scripted.connections == 2


class TestAskingAgain:
    @pytest.mark.parametrize(
        ("method", "headers", "asked"),
        [
            ("GET", (), 3),
            ("PUT", (), 3),
            ("DELETE", (), 3),
            ("POST", ((b"idempotency-key", b"k"),), 3),
            ("POST", (), 1),
        ],
    )
    async def test_happens_only_where_asking_twice_is_harmless(
        self, method: str, headers: tuple[tuple[bytes, bytes], ...], asked: int
    ) -> None:
        async with serving(hang_up) as (scripted, client):
            with pytest.raises(ServiceUnavailable):
                await fetch(client, method, headers=headers)
            assert len(scripted.heads) == asked

    async def test_never_happens_after_a_time_out(self) -> None:
        async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            await asyncio.sleep(1)

        async with serving(never, QUICK) as (scripted, client):
            with pytest.raises(ServiceUnavailable) as refused:
                await fetch(client)
            assert refused.value.facts == {"service": "catalog", "reason": "it did not answer in time"}
            assert len(scripted.heads) == 1

    async def test_never_happens_with_a_body_that_was_streamed(self) -> None:
        async def body() -> AsyncIterator[bytes]:
            yield b"once"

        async with serving(hang_up) as (scripted, client):
            with pytest.raises(ServiceUnavailable):
                await fetch(client, "PUT", body=body(), length=4)
            assert len(scripted.heads) == 1

    async def test_reaches_a_service_that_has_come_back(self) -> None:
        async def second_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            if number == 1:
                writer.close()
            else:
                writer.write(OK)

        async with serving(second_time) as (scripted, client):
            assert await fetch(client) == b"ok"
            assert scripted.connections == 2

    async def test_gives_up_on_a_service_that_is_away(self) -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        client = ServiceClient(f"http://127.0.0.1:{port}", service="order")
        with pytest.raises(ServiceUnavailable) as refused:
            await fetch(client, "POST")
        assert refused.value.facts == {"service": "order", "reason": "its connection broke"}
        assert not await client.ready()


class TestStreaming:
    async def test_ten_megabytes_pass_both_ways_without_being_gathered(self) -> None:
        largest = 0

        async def back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            digest = hashlib.sha256()
            left = MEGABYTES_10
            while left:
                piece = await reader.read(min(left, 65_536))
                digest.update(piece)
                left -= len(piece)
            writer.write(
                b"HTTP/1.1 200 OK\r\nx-digest: %b\r\ntransfer-encoding: chunked\r\n\r\n"
                % digest.digest().hex().encode()
            )
            for number in range(160):
                piece = bytes([number]) * 65_536
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
            writer.write(b"0\r\n\r\n")

        async def pieces() -> AsyncIterator[bytes]:
            for number in range(160):
                yield bytes([255 - number]) * 65_536

        async with serving(back) as (_, client):
            incoming = await client.ask("PUT", b"/photo", body=pieces(), length=MEGABYTES_10)
            digest, size = hashlib.sha256(), 0
            async for piece in incoming.pieces():
                await asyncio.sleep(0)
                largest = max(largest, incoming._connection._buffered)
                digest.update(piece)
                size += len(piece)
            incoming.close()
        sent = hashlib.sha256(b"".join(bytes([255 - number]) * 65_536 for number in range(160))).hexdigest()
        came = hashlib.sha256(b"".join(bytes([number]) * 65_536 for number in range(160))).hexdigest()
        assert dict(incoming.headers)[b"x-digest"] == sent.encode()
        assert (size, digest.hexdigest()) == (MEGABYTES_10, came)
        assert largest < 2 * 1024**2

    async def test_an_early_answer_ends_the_sending(self) -> None:
        sent = 0

        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig")
            await writer.drain()
            await reader.read(2**20)

        async def pieces() -> AsyncIterator[bytes]:
            nonlocal sent
            while True:
                sent += 1
                yield b"x" * 1000
                await asyncio.sleep(0.01)

        async with serving(refuse) as (_, client):
            incoming = await client.ask("PUT", b"/photo", body=pieces())
            assert (incoming.status, await incoming.read(100)) == (413, b"big")
            incoming.close()
            assert sent < 20

    async def test_what_breaks_off_in_the_middle_is_said(self) -> None:
        script = (
            "import socket,time,sys\n"
            "s=socket.create_server(('127.0.0.1',0)); print(s.getsockname()[1],flush=True)\n"
            "c,_=s.accept(); c.recv(65536)\n"
            "c.sendall(b'HTTP/1.1 200 OK\\r\\ncontent-length: 1000000\\r\\n\\r\\n'+b'x'*300000); time.sleep(60)\n"
        )
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        client = ServiceClient(f"http://127.0.0.1:{port}", service="catalog")
        incoming = await client.ask("GET", b"/photo")
        assert await anext(incoming.pieces())
        process.kill()
        await process.wait()
        with pytest.raises(ServiceUnavailable) as refused:
            await incoming.read(1_000_000)
        incoming.close()
        assert refused.value.facts["reason"] == "its connection broke"

    async def test_a_service_that_trickles_is_not_waited_for(self) -> None:
        async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx")
            await asyncio.sleep(2)

        async with serving(trickle, QUICK) as (_, client):
            incoming = await client.ask("GET", b"/photo")
            with pytest.raises(ServiceUnavailable):
                await incoming.read(100)
            incoming.close()


class TestLies:
    @pytest.mark.parametrize(
        "said",
        [
            b"nonsense\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n\r\nno length",
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"content-length: 0\r\n\r\n",
        ],
    )
    async def test_are_refused(self, said: bytes) -> None:
        async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
            writer.write(said)

        async with serving(lie) as (_, client):
            with pytest.raises(ServiceUnavailable):
                await fetch(client, "POST")

    async def test_an_answer_larger_than_wanted_is_refused(self) -> None:
        async with serving(ok) as (_, client):
            incoming = await client.ask("GET", b"/")
            with pytest.raises(ServiceUnavailable):
                await incoming.read(1)
            incoming.close()


class TestWhatIsSent:
    @pytest.mark.parametrize(
        ("target", "headers"),
        [
            (b"/a b", ()),
            (b"/a\r\nx: y", ()),
            (b"a", ()),
            (b"/", ((b"x", b"y\r\nauthorization: Bearer z"),)),
            (b"/", ((b"x\r\ny", b"z"),)),
            (b"/", ((b"x", b"\x00"),)),
        ],
    )
    async def test_holds_nothing_that_ends_a_line_early(
        self, target: bytes, headers: tuple[tuple[bytes, bytes], ...]
    ) -> None:
        async with serving(ok) as (scripted, client):
            with pytest.raises(UnsafeRequest):
                await client.ask("GET", target, headers)
            assert scripted.connections == 0

    async def test_is_what_was_given(self) -> None:
        async with serving(ok) as (scripted, client):
            await fetch(client, "POST", headers=((b"accept", b"text/plain"),), body=b"{}")
            request, host, *rest = scripted.heads[0].split(b"\r\n")
            assert (request, rest) == (
                b"POST /listings HTTP/1.1",
                [b"accept: text/plain", b"content-length: 2", b"", b""],
            )
            assert host.startswith(b"host: 127.0.0.1:")
