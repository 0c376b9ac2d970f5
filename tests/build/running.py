"""The whole of Zhucai runs for tests as it does for people: four programs, and a card vendor that calls back."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.layout import Layout
from deploy.local.ports import remembered_ports
from deploy.local.stripe import Stripe
from tests.whole import Whole


@asynccontextmanager
async def running_with_cards(folder: Path, env: Mapping[str, str]) -> AsyncIterator[Whole]:
    """Run the four programs with a stand-in of their own for the card vendor, for as long as the block lasts."""
    running = Whole(folder, env)
    layout = Layout.at(folder)
    stripe = Stripe(
        layout,
        remembered_ports(layout)["stripe"],
        env["STRIPE_API_KEY"],
        f"{running.base_url}/api/v1/webhooks/stripe",
        env["STRIPE_WEBHOOK_SECRET"],
    )
    running.env["STRIPE_API_BASE"] = stripe.url
    try:
        await stripe.start()
        await running.start()
        yield running
    finally:
        await running.stop()
        await stripe.stop()
