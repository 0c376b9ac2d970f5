"""A stand-in for Stripe answers on loopback with signed webhooks, so that no card and no network is needed.

It is started by `deploy/stripe_stand_in.py`, which says what it changes about `localstripe` and why.
"""

import asyncio
import json
import sys
import urllib.request

from deploy.local.child import Child
from deploy.local.layout import ROOT, Layout

READY_WITHIN_SECONDS = 30
STOP_SECONDS = 3


class Stripe:
    """The embedded stand-in, its payments below `var/stripe`."""

    name = "stripe"

    def __init__(self, layout: Layout, port: int, api_key: str, webhook_url: str, webhook_secret: str) -> None:
        self._layout = layout
        self._api_key = api_key
        self._webhook = {"WEBHOOK_URL": webhook_url, "WEBHOOK_SECRET": webhook_secret}
        self.address = f"127.0.0.1:{port}"
        self.url = f"http://{self.address}"
        self.child: Child | None = None

    async def start(self) -> Child:
        """Start the stand-in, told where its webhooks go, and wait until it answers with our key."""
        self._layout.stripe.mkdir(mode=0o700, exist_ok=True)
        store = self._layout.stripe / "store.pickle"
        self.child = Child(
            name=self.name,
            argv=[sys.executable, "-m", "deploy.stripe_stand_in", self.address, str(store)],
            log=self._layout.log / "stripe.log",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT), **self._webhook},
            cwd=str(ROOT),
            stop_seconds=STOP_SECONDS,
        )
        self.child.start()

        async def answers() -> None:
            await asyncio.to_thread(_ask, f"{self.url}/v1/customers", self._api_key, None)

        await self.child.until(answers, READY_WITHIN_SECONDS, (OSError,))
        return self.child

    async def stop(self) -> None:
        """End the stand-in; it has written every payment as it was made."""
        if self.child:
            await self.child.stop()


def register_webhook(stand_in_url: str, webhook_url: str, secret: str, name: str) -> None:
    """Tell a running stand-in to send every event to one more address, signed; the same name again replaces it."""
    _ask(f"{stand_in_url}/_config/webhooks/{name}", None, {"url": webhook_url, "secret": secret})


def _ask(url: str, api_key: str | None, body: dict[str, str] | None) -> bytes:
    request = urllib.request.Request(url, data=json.dumps(body).encode() if body else None)  # noqa: S310
    request.add_header("Content-Type", "application/json")
    if api_key:
        request.add_header("Authorization", f"Bearer {api_key}")
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own loopback address
        return bytes(answer.read())
