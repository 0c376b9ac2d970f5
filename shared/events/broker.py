"""JetStream is spoken here and nowhere else: streams, publishing with acknowledgement, pulling in batches.

Decision: pulling speaks JetStream's public request protocol on an inbox of our own, with one request outstanding.
Why: the client's `fetch` waits for a whole batch or its time-out, and lag must stay in milliseconds.
Price: forty lines that read status headers.

Decision: what nobody waits for is let gather: JetStream is asked for all there is at once, with a pause after each lot
that grows with the lot. Why: a lot has its price, however few are in it, and a request that stays open is answered by
one message at a time. Price: such news comes up to `GATHER_SECONDS_MAX` late where much is said.

Decision: so does publishing. Why: the client makes a task for each message, and under load each waits its turn:
measured, a relay beside two hundred buyers then sent 130 events a second of 650. Price: thirty lines more.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import nats
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.errors import Unavailable
from shared.logs import logger

log = logger(__name__)

STREAMS = ("catalog", "order", "procurement_quota")
STREAM_AGE_SECONDS = 7 * 24 * 3600
DUPLICATE_WINDOW_SECONDS = 120
ACK_WAIT_SECONDS = 10
PULL_BATCH_MAX = 200
PULL_EXPIRES_SECONDS = 5
GATHER_BATCH_MAX = 1_000
GATHER_SECONDS_EACH = 0.01
GATHER_SECONDS_MAX = 0.5
ACKS_PENDING_MAX = 1_000
PUBLISH_SECONDS_MAX = 5
PUBLISH_MESSAGES_PENDING_MAX = 100_000


class BrokerUnavailable(Unavailable):
    """Messages cannot be exchanged right now; nothing is lost.

    zh: 消息系统暂时不可用，数据不会丢失。
    """


@dataclass(slots=True)
class Received:
    """One message as JetStream delivered it."""

    subject: str
    """`<stream>.<type>`"""
    body: bytes
    _message: Msg = field(repr=False)

    @property
    def attempts(self) -> int:
        """How often it was delivered, this time included."""
        return self._message.metadata.num_delivered or 1

    async def ack(self) -> None:
        """Tell JetStream that this was acted on."""
        await self._message.ack()

    async def retry(self, after_seconds: float) -> None:
        """Ask for this message again, later."""
        await self._message.nak(delay=after_seconds)


class Broker:
    """The connection of one program to JetStream; it reconnects for as long as the program lives."""

    def __init__(self, url: str, *, program: str, prefix: str = "") -> None:
        self._url = url
        self._program = program
        self._prefix = prefix
        self._client: Client | None = None
        self._context: JetStreamContext | None = None
        self._kept: _Kept | None = None

    @property
    def client(self) -> Client:
        if self._client is None:
            raise BrokerUnavailable(reason="not connected")
        return self._client

    async def connect(self) -> None:
        """Connect, and make the streams that do not exist yet. Raises BrokerUnavailable."""
        self._kept = None
        try:
            self._client = await nats.connect(
                self._url,
                name=f"zhucai-{self._program}",
                connect_timeout=3,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.25,
                ping_interval=10,
                max_outstanding_pings=3,
                pending_size=8 * 1024**2,
                error_cb=self._on_error,
            )
            self._context = self._client.jetstream(timeout=5)
            for stream in STREAMS:
                await self._ensure_stream(stream)
        except (NatsError, OSError, TimeoutError) as error:
            raise BrokerUnavailable(reason=type(error).__name__) from error

    async def close(self) -> None:
        if self._client is not None and not self._client.is_closed:
            await self._client.close()

    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    def stream_name(self, stream: str) -> str:
        return (self._prefix + stream).upper()

    def subject(self, subject: str) -> str:
        return self._prefix + subject

    async def publish(self, messages: Sequence[tuple[str, str, bytes]]) -> list[bool]:
        """Publish (subject, message id, body) in this order; tells for each whether JetStream has it."""
        if not messages:
            return []
        kept = self._kept or await self._hear_of_keeping()
        asked = kept.expect(len(messages))
        try:
            for reply, (subject, message_id, body) in zip(asked.replies, messages, strict=True):
                headers = {"Nats-Msg-Id": message_id}
                await self.client.publish(self.subject(subject), body, reply=reply, headers=headers)
            async with asyncio.timeout(PUBLISH_SECONDS_MAX):
                await asked.all_came.wait()
        except (NatsError, TimeoutError, OSError) as error:
            log.warning("broker.publish", error=f"{type(error).__name__}: {error}", messages=len(messages))
        finally:
            kept.forget(asked)
        return asked.kept

    async def _hear_of_keeping(self) -> "_Kept":
        kept = self._kept = _Kept(self.client.new_inbox())
        await self.client.subscribe(f"{kept.inbox}.*", cb=kept.take, pending_msgs_limit=PUBLISH_MESSAGES_PENDING_MAX)
        return kept

    async def ensure_consumer(self, stream: str, durable: str, subjects: Sequence[str]) -> None:
        """Make, or bring up to date, the durable consumer of some subjects of a stream."""
        await self._js().add_consumer(
            self.stream_name(stream),
            ConsumerConfig(
                durable_name=durable,
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT_SECONDS,
                max_deliver=-1,
                max_ack_pending=ACKS_PENDING_MAX,
                filter_subjects=[self.subject(subject) for subject in subjects],
            ),
        )

    async def backlog(self, stream: str, durable: str) -> int:
        """Tell how many messages a consumer has not acted on yet."""
        try:
            info = await self._js().consumer_info(self.stream_name(stream), durable)
        except NotFoundError:
            return 0
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def pull(self, stream: str, durable: str) -> AsyncIterator[list[Received]]:
        """Give batches of up to `PULL_BATCH_MAX` messages as they come; an empty batch now and then.

        Raises BrokerUnavailable when nobody answers for the consumer; make it again and pull anew.
        """
        clock = asyncio.get_running_loop().time
        batch: list[Received] = []
        wanted, deadline = 0, 0.0
        async with self._asking(stream, durable, PULL_BATCH_MAX) as asking:
            while True:
                if wanted <= 0:  # What comes next is asked for before this is acted on, and comes meanwhile.
                    await asking.ask()
                    wanted, deadline = PULL_BATCH_MAX, clock() + PULL_EXPIRES_SECONDS + 1
                yield batch
                batch, over = await asking.wait(max(deadline - clock(), 0.01))
                wanted = 0 if over else wanted - len(batch)

    async def gather(self, stream: str, durable: str) -> AsyncIterator[list[Received]]:
        """Give all that has gathered, up to `GATHER_BATCH_MAX`, and pause; an empty batch now and then.

        The pause is `GATHER_SECONDS_EACH` for each message of the last batch, up to `GATHER_SECONDS_MAX`: where little
        is said it comes at once. Raises BrokerUnavailable as `pull` does.
        """
        async with self._asking(stream, durable, GATHER_BATCH_MAX, enough=GATHER_BATCH_MAX, no_wait=True) as asking:
            while True:
                await asking.ask()
                batch, _ = await asking.wait(PULL_EXPIRES_SECONDS + 1)
                yield batch
                if len(batch) < GATHER_BATCH_MAX:
                    await asyncio.sleep(min(max(len(batch), 1) * GATHER_SECONDS_EACH, GATHER_SECONDS_MAX))

    @asynccontextmanager
    async def _asking(
        self, stream: str, durable: str, most: int, *, enough: int = 1, **how: object
    ) -> AsyncIterator["_Asking"]:
        """Hear what comes for one durable consumer, on an inbox of its own."""
        inbox = self.client.new_inbox()
        request = {"batch": most, "expires": PULL_EXPIRES_SECONDS * 1_000_000_000, **how}
        asking = _Asking(
            self.client,
            inbox,
            f"$JS.API.CONSUMER.MSG.NEXT.{self.stream_name(stream)}.{durable}",
            orjson.dumps(request),
            prefix=self._prefix,
            enough=enough,
        )
        subscription = await self.client.subscribe(f"{inbox}.*", cb=asking.take, pending_msgs_limit=most * 4)
        try:
            yield asking
        finally:
            if not self.client.is_closed:
                await subscription.unsubscribe()

    def _js(self) -> JetStreamContext:
        if self._context is None:
            raise BrokerUnavailable(reason="not connected")
        return self._context

    async def _ensure_stream(self, stream: str) -> None:
        # The bound on bytes is the server's (`max_file_store`): when it is reached, publishing fails and the outbox
        # keeps what is unsent, whereas a bound of the stream would drop what was not heard yet.
        wanted = StreamConfig(
            name=self.stream_name(stream),
            subjects=[self.subject(f"{stream}.>")],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_age=STREAM_AGE_SECONDS,
            duplicate_window=DUPLICATE_WINDOW_SECONDS,
        )
        try:
            await self._js().stream_info(self.stream_name(stream))
        except NotFoundError:
            await self._js().add_stream(wanted)

    async def _on_error(self, error: Exception) -> None:
        log.warning("broker", error=f"{type(error).__name__}: {error}")


class _Asked:
    """A batch that was published: by which names its acknowledgements come, and which have come."""

    def __init__(self, inbox: str, first: int, count: int) -> None:
        self.replies = [f"{inbox}.{number}" for number in range(first, first + count)]
        self.kept = [False] * count
        self.all_came = asyncio.Event()
        self._left = count

    def came(self, place: int, kept: bool) -> None:
        self.kept[place] = kept
        self._left -= 1
        if not self._left:
            self.all_came.set()


class _Kept:
    """JetStream's acknowledgements of what was published."""

    def __init__(self, inbox: str) -> None:
        self.inbox = inbox
        self._number = 0
        self._expected: dict[str, tuple[_Asked, int]] = {}

    def expect(self, count: int) -> _Asked:
        asked = _Asked(self.inbox, self._number, count)
        self._number += count
        self._expected.update((reply, (asked, place)) for place, reply in enumerate(asked.replies))
        return asked

    def forget(self, asked: _Asked) -> None:
        for reply in asked.replies:
            self._expected.pop(reply, None)

    async def take(self, message: Msg) -> None:
        expected = self._expected.pop(message.subject, None)
        if expected is not None:
            asked, place = expected
            asked.came(place, not _is_status(message) and "error" not in orjson.loads(message.data))


class _Asking:
    """Asks for messages, and takes them as they come: a wait for each costs more than its parsing.

    `enough`: how many must have come before anybody is woken, unless JetStream says that there are no more.
    """

    def __init__(self, client: Client, inbox: str, ask: str, request: bytes, *, prefix: str, enough: int) -> None:
        self._client = client
        self._inbox = inbox
        self._ask = ask
        self._request = request
        self._prefix_length = len(prefix)
        self._enough = enough
        self._number = 0
        self._came = asyncio.Event()
        self._messages: list[Msg] = []

    async def ask(self) -> None:
        """Ask anew; what is said about former requests counts no more."""
        self._number += 1
        await self._client.publish(self._ask, self._request, reply=f"{self._inbox}.{self._number}")

    async def take(self, message: Msg) -> None:
        self._messages.append(message)
        if len(self._messages) >= self._enough or not message.data:
            self._came.set()

    async def wait(self, timeout: float) -> tuple[list[Received], bool]:
        """Wait until enough have come, then give all there are; tells too whether the last request is over."""
        over, batch = False, list[Received]()
        try:
            async with asyncio.timeout(timeout):  # `wait_for` of Python 3.11 loses a cancellation as something comes.
                await self._came.wait()
        except TimeoutError:
            over = True
        self._came.clear()
        messages, self._messages = self._messages, []
        for message in messages:
            if not _is_status(message):
                batch.append(Received(message.subject[self._prefix_length :], message.data, message))
                continue
            status = (message.headers or {}).get("Status")
            if status == "503":
                raise BrokerUnavailable(reason="no responders")
            over = over or (status != "100" and message.subject == f"{self._inbox}.{self._number}")
        return batch, over


def _is_status(message: Msg) -> bool:
    return not message.data and bool(message.headers) and "Status" in (message.headers or {})
