"""A link opens one file for some minutes; whoever has no right to the file can neither make one nor bend one.

Decision: the service that keeps a file signs, with HMAC-SHA256 under a key of its own, what the file is, for whom and
until when; the gateway passes the link on like any request. Why: a browser opens and saves a link without a token in
its hands, and S3, which could sign links itself, is reached by nobody from outside. Price: within those minutes the
link is as good as the right, whoever holds it; who asked for it stands in it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.clock import Clock
from shared.errors import NotFound

LINK_SECONDS = 300
_DOMAIN = b"zhucai file link 1"


class LinkDead(NotFound):
    """This link does not open anything any more; ask for a new one.

    zh: 链接已失效，请重新获取。
    """


class Link(BaseModel):
    """What a link says beside the file's id: what kind of file, whose, for whom, until when, and the signature."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$", description="of what the file is, as the link says")]
    of: Annotated[UUID, Field(description="whose it is")]
    by: Annotated[UUID, Field(description="the account that asked for the link")]
    expires: Annotated[int, Field(ge=0, le=2**40, description="seconds since 1970")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class LinkSigner:
    """Signs links and knows its own again; the key is 32 bytes that nobody else has."""

    key: bytes
    clock: Clock

    def link(self, kind: str, of: UUID, file_id: UUID, by: UUID) -> Link:
        """Make a link to a file that somebody may read, asked for by that account."""
        expires = int(self.clock.now().timestamp()) + LINK_SECONDS
        return Link(kind=kind, of=of, by=by, expires=expires, signature=self._sign(kind, of, file_id, by, expires))

    def check(self, link: Link, file_id: UUID) -> None:
        """Refuse a link that is not ours, not to this file, or over. Raises LinkDead."""
        signature = self._sign(link.kind, link.of, file_id, link.by, link.expires)
        is_ours = hmac.compare_digest(signature, link.signature)
        if not is_ours or link.expires <= self.clock.now().timestamp():
            raise LinkDead()

    def _sign(self, kind: str, of: UUID, file_id: UUID, by: UUID, expires: int) -> str:
        said = b"\0".join((_DOMAIN, kind.encode(), of.bytes, file_id.bytes, by.bytes, str(expires).encode()))
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()


def link_view(link: Link, file_id: UUID, *, room: str = "files") -> dict[str, Any]:
    """Write a link as an answer: where it leads, below the API's own address, and until when.

    `room` is where the service that signed it answers for its files.
    """
    return {
        "href": f"/{room}/{file_id}?{urlencode(link.model_dump(mode='json'))}",
        "expires_at": datetime.fromtimestamp(link.expires, UTC).isoformat(),
    }
