"""The style sheet and the mark are files whose address changes with their content, so a browser may keep them."""

from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from gateway.pages.kit.render import STATIC_DIR

KEEP = "public, max-age=31536000, immutable"
KEEP_A_DAY = "public, max-age=86400"


class Static(StaticFiles):
    """Serves the folder `static`."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC_DIR)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        keep = KEEP if scope.get("query_string", b"").startswith(b"v=") else KEEP_A_DAY

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"] = [*message["headers"], (b"cache-control", keep.encode())]
            await send(message)

        await super().__call__(scope, receive, answer)
