"""A test asks as a person does: over HTTP, at the gateway, signed in or not, and reads what the door answers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

API = "/api/v1"
ANSWER_SECONDS_MAX = 30.0
PROBLEM = "application/problem+json"


def open_door(base_url: str, connections_max: int = 50) -> httpx.AsyncClient:
    """Open a client of the gateway. The caller closes it."""
    return httpx.AsyncClient(
        base_url=base_url + API,
        timeout=ANSWER_SECONDS_MAX,
        limits=httpx.Limits(max_connections=connections_max, max_keepalive_connections=connections_max),
        trust_env=False,
    )


@dataclass(frozen=True)
class Person:
    """One person at the door; without a token it is the public."""

    http: httpx.AsyncClient
    account: str = ""
    account_id: UUID | None = None
    token: str = ""

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: bytes | None = None,
        media_type: str = "application/octet-stream",
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Ask once. A POST carries an Idempotency-Key: this one, or a new one."""
        sent = {"accept-language": "en", **(headers or {})}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        if method == "POST":
            sent["idempotency-key"] = key or str(uuid4())
        if content is not None:
            sent["content-type"] = media_type
            return await self.http.request(method, path, content=content, headers=sent)
        return await self.http.request(method, path, json=body, headers=sent)

    async def get(self, path: str, **params: Any) -> Any:
        """Read; asserts 200."""
        answer = await self.ask("GET", f"{path}?{httpx.QueryParams(params)}" if params else path)
        return _given(answer)

    async def put(self, path: str, body: Any = None, **how: Any) -> Any:
        """Put; asserts that it was taken."""
        return _given(await self.ask("PUT", path, body, **how))

    async def post(self, path: str, body: Any = None, **how: Any) -> Any:
        """Post; asserts that it was taken."""
        return _given(await self.ask("POST", path, body, **how))

    async def refused(
        self, status: int, kind: str, method: str, path: str, body: Any = None, **how: Any
    ) -> dict[str, Any]:
        """Ask for what must be refused so; gives the problem document."""
        return refusal(await self.ask(method, path, body, **how), status, kind)


def _given(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:2000]}"
    if answer.headers.get("content-type", "").startswith("application/json"):
        return answer.json()
    return answer.content


def refusal(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """Read the problem document of an answer that must be this refusal."""
    told = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:2000]}"
    assert answer.status_code == status, told
    assert answer.headers["content-type"].split(";")[0] == PROBLEM, told
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{kind}", told
    assert problem["status"] == status, told
    return problem
