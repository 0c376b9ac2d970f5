"""How often something was tried is counted by key and window, and rows of past windows are swept away."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.store.tables import attempts
from shared.db.unit_of_work import Tx

SWEPT_ROWS_MAX = 200


def attempt_key(text: str) -> str:
    """Shorten whatever was typed to a key of bounded length."""
    return hashlib.sha256(text.encode()).hexdigest()


async def count_one(tx: Tx, kind: str, key: str, window: timedelta) -> tuple[int, int]:
    """Count one more attempt; gives the count of the present window and in how many seconds it ends."""
    over = attempts.c.began_at <= tx.now - window
    row = await tx.first(
        insert(attempts)
        .values(kind=kind, key=key, tries=1, began_at=tx.now)
        .on_conflict_do_update(
            index_elements=[attempts.c.kind, attempts.c.key],
            set_={
                "tries": sa.case((over, 1), else_=sa.func.least(attempts.c.tries + 1, 1_000_000)),
                "began_at": sa.case((over, tx.now), else_=attempts.c.began_at),
            },
        )
        .returning(attempts.c.tries, attempts.c.began_at)
    )
    assert row is not None
    return row.tries, max(1, int((row.began_at + window - tx.now).total_seconds()) + 1)


async def forget(tx: Tx, kind: str, key: str) -> None:
    """Begin anew for a key."""
    await tx.execute(sa.delete(attempts).where(attempts.c.kind == kind, attempts.c.key == key))


async def take_back_one(tx: Tx, kind: str, key: str) -> None:
    """Count one attempt less: it was none."""
    await tx.execute(
        sa.update(attempts)
        .where(attempts.c.kind == kind, attempts.c.key == key, attempts.c.tries > 0)
        .values(tries=attempts.c.tries - 1)
    )


async def sweep(tx: Tx, window: timedelta) -> None:
    """Remove some rows of past windows, skipping those that others hold."""
    past = (
        sa.select(attempts.c.kind, attempts.c.key)
        .where(attempts.c.began_at <= tx.now - window)
        .limit(SWEPT_ROWS_MAX)
        .with_for_update(skip_locked=True)
    )
    await tx.execute(sa.delete(attempts).where(sa.tuple_(attempts.c.kind, attempts.c.key).in_(past)))
