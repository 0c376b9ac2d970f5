"""Who is told is found by the seats of the moment, in the statement that writes it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.contracts.order import NoticeRaised
from shared.db.unit_of_work import Tx

_TELL = sa.text(
    """
INSERT INTO notices (notice_id, event_id, account_id, kind, subject_id, facts, at, due_at)
SELECT uuidv7(), :event_id, t.account_id, :kind, :subject_id, :facts, :at, :due_at
FROM (
  SELECT s.account_id FROM seats s
  JOIN unnest(:organisations, :roles) AS w(organisation_id, role) USING (organisation_id, role)
  UNION
  SELECT unnest(:accounts)
) t
JOIN accounts a ON a.id = t.account_id AND a.disabled_at IS NULL
WHERE a.id IS DISTINCT FROM :by
ON CONFLICT (event_id, account_id) DO NOTHING
"""
).bindparams(
    sa.bindparam("event_id", type_=sa.Uuid),
    sa.bindparam("subject_id", type_=sa.Uuid),
    sa.bindparam("by", type_=sa.Uuid),
    sa.bindparam("facts", type_=JSONB),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("due_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("organisations", type_=ARRAY(sa.Uuid)),
    sa.bindparam("roles", type_=ARRAY(sa.Text)),
    sa.bindparam("accounts", type_=ARRAY(sa.Uuid)),
)


async def tell(tx: Tx, event_id: UUID, said: NoticeRaised) -> None:
    """Write a notice for who sits there now and who is named, once each; whose doing it is, is told nothing."""
    places = [(one.organisation_id, role.value) for one in said.audience for role in one.roles]
    await tx.execute(
        _TELL,
        {
            "event_id": event_id,
            "kind": said.kind.value,
            "subject_id": said.subject_id,
            "facts": {fact.name: fact.value for fact in said.facts},
            "at": said.at,
            "due_at": said.due_at,
            "organisations": [organisation for organisation, _ in places],
            "roles": [role for _, role in places],
            "accounts": list(said.account_ids),
            "by": said.by_account_id,
        },
    )
