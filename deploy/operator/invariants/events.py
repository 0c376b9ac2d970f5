"""What was said was heard by everyone concerned, once, and nothing was heard that nobody said."""

from collections.abc import Mapping, Sequence

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from shared.contracts.words import KEEPING
from shared.events.consumer import Subscription
from shared.states import sql_words

_SAID_TWICE = "SELECT event_id FROM outbox GROUP BY event_id HAVING count(*) > 1 ORDER BY 1"
_SAID = "SELECT event_id FROM outbox WHERE type = ANY (:types) AND sent_at IS NOT NULL"
_UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
_HEARD = "SELECT key FROM inbox WHERE door = :door"
_HEARD_SINCE = "SELECT key FROM inbox WHERE door = :door AND at >= :since"
_PARKED = "SELECT event_id, key, why FROM parked WHERE consumer = :door ORDER BY id"

_SILENT = {
    "order.placed": "SELECT order_id AS id FROM orders WHERE placed_at >= :since",
    "acceptance.recorded": (
        f"SELECT order_id AS id FROM orders WHERE state IN ({sql_words(KEEPING)}) AND accepted_at >= :since"  # noqa: S608 - of constants
    ),
    "return.recorded": (
        "SELECT order_id AS id FROM returns WHERE state = 'agreed' AND agreed_at >= :since GROUP BY order_id"
    ),
    "credit.recorded": "SELECT order_id AS id FROM credits WHERE agreed_at >= :since GROUP BY order_id",
    "payment.recorded": (
        "SELECT order_id AS id FROM payments WHERE state = 'paid' AND touched_at >= :since GROUP BY order_id"
    ),
}
"""By event, the orders to which it happened; each must have been said."""


async def event_checks(
    read: Snapshots, hearing: Mapping[str, Mapping[str, Sequence[Subscription]]], on_their_way: Mapping[str, int]
) -> list[Check]:
    """Compare outboxes with inboxes. `hearing` is by program and stream; `on_their_way` by consumer."""
    twice, lost, unsaid, parked, said_count, heard_count = [], [], [], [], 0, 0
    for source in sorted({stream for streams in hearing.values() for stream in streams}):
        rows = await read.rows(source, _SAID_TWICE)
        twice += [f"{source} said {row.event_id} twice" for row in rows]
        said_count += await read.value(source, "SELECT count(*) FROM outbox")
    for program, streams in hearing.items():
        for source, subscriptions in streams.items():
            door = f"{program}-{source}"
            types = sorted({event.type for one in subscriptions for event in one.events})
            said = {str(row.event_id) for row in await read.rows(source, _SAID, types=types)}
            every = {str(row.event_id) for row in await read.rows(source, "SELECT event_id FROM outbox")}
            heard = {row.key for row in await read.rows(program, _HEARD, door=door)}
            held = {str(row.event_id): row for row in await read.rows(program, _PARKED, door=door)}
            heard_count += len(heard)
            missing = sorted(said - heard - held.keys())
            if len(missing) > on_their_way.get(door, 0):
                lost += [f"{door} never acted on {event_id}" for event_id in missing]
            parked += [
                f"{door} parked {row.event_id} of {row.key or 'nothing'}: {row.why[:120]}" for row in held.values()
            ]
            since = await read.value(source, "SELECT min(written_at) FROM outbox")
            if since is not None:
                recent = {row.key for row in await read.rows(program, _HEARD_SINCE, door=door, since=since)}
                unsaid += [f"{door} acted on {event_id}" for event_id in sorted(recent - every)]
    silent = await _silent(read)
    return [
        Check(2, "what happened was said", count_of(said_count, "events"), silent),
        Check(2, "what was said was acted on", count_of(heard_count, "stamps"), lost),
        Check(2, "nothing was acted on that nobody said", count_of(heard_count, "stamps"), unsaid),
        Check(2, "nothing was said twice", count_of(said_count, "events"), twice),
        Check(2, "no event is parked", count_of(heard_count, "stamps"), parked),
    ]


async def _silent(read: Snapshots) -> list[str]:
    since = await read.value("order", "SELECT min(written_at) FROM outbox")
    found = []
    for kind, sql in _SILENT.items():
        happened = {str(row.id) for row in await read.rows("order", sql, since=since)} if since else set()
        said = {row.key for row in await read.rows("order", "SELECT key FROM outbox WHERE type = :kind", kind=kind)}
        found += [f"no {kind} of order {order_id}" for order_id in sorted(happened - said)]
    return found


async def unsent(read: Snapshots, services: Sequence[str]) -> dict[str, int]:
    """Count what waits in each outbox."""
    return {service: int(await read.value(service, _UNSENT)) for service in services}
