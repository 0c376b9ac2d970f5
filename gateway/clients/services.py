"""Whoever composes asks the services here: a page, or a route that needs two of them.

    answer = await services.call("order", "GET", "/orders", identity=session.identity, params={"limit": 24})
    if answer.ok: orders = answer.json()["items"]
    else: problem = answer.json()                 # RFC 9457, in the language of the `accept-language` given

A service that is away raises `ServiceUnavailable`; every answer that it gives, a refusal too, is an `Answer`.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from shared.clock import Clock
from shared.contracts.authority import Identity
from shared.http.client import ServiceClient
from shared.http.identity import TOKEN_SECONDS, IdentitySigner
from shared.logs import request_id

ANSWER_BYTES_MAX = 16 * 1024**2
TOKENS_KEPT_MAX = 20_000
TOKEN_SECONDS_LEFT_MIN = 15
"""A token is signed anew while this much of its life is left, so that it does not expire on the way."""

Params = Mapping[str, str | int | None] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered, whole; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        return orjson.loads(self.body)


class Services:
    """The three services, each behind its own bounded pool of connections."""

    def __init__(self, clients: Mapping[str, ServiceClient], signer: IdentitySigner, clock: Clock) -> None:
        self._clients = dict(clients)
        self._signer = signer
        self._clock = clock
        self._tokens: OrderedDict[tuple[Identity, str], tuple[float, bytes]] = OrderedDict()

    def __getitem__(self, service: str) -> ServiceClient:
        return self._clients[service]

    def __iter__(self) -> Any:
        return iter(self._clients)

    def authorization(self, identity: Identity, service: str) -> bytes:
        """Give the signed identity for one service; signed once for an identity and used while it lives."""
        now = self._clock.now().timestamp()
        known = self._tokens.get((identity, service))
        if known is not None and known[0] > now:
            return known[1]
        token = b"Bearer " + self._signer.sign(identity, service).encode()
        self._tokens[identity, service] = (now + TOKEN_SECONDS - TOKEN_SECONDS_LEFT_MIN, token)
        self._tokens.move_to_end((identity, service))
        if len(self._tokens) > TOKENS_KEPT_MAX:
            self._tokens.popitem(last=False)
        return token

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        identity: Identity | None,
        json: Any = None,
        body: bytes | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask one service and read its answer whole. `path` is without /api/v1; a param that is None is left out.

        Raises ServiceUnavailable when it is away or slow.
        """
        sent = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
        if json is not None:
            body = orjson.dumps(json)
            sent.append((b"content-type", b"application/json"))
        if identity is not None:
            sent.append((b"authorization", self.authorization(identity, service)))
        sent.append((b"x-request-id", request_id.get().encode()))
        incoming = await self._clients[service].ask(method, _target(path, params), sent, body or b"")
        try:
            whole = await incoming.read(ANSWER_BYTES_MAX)
        finally:
            incoming.close()
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in incoming.headers}
        return Answer(incoming.status, named, whole)

    async def ready(self, service: str) -> bool:
        """Tell whether a service says that it is ready."""
        return await self._clients[service].ready()

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()


def _target(path: str, params: Params | None) -> bytes:
    target = quote(path, safe="/-._~")
    if params:
        pairs = params.items() if isinstance(params, Mapping) else params
        query = urlencode([(name, value) for name, value in pairs if value is not None])
        target = f"{target}?{query}" if query else target
    return target.encode("ascii")
