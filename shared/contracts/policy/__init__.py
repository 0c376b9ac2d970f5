"""The whole policy is one table, written room by room: whatever no room names is refused.

Each room is a file with its `ROWS`; a test holds that no operation is named by two, and that none is left out here.
"""

from shared.contracts.grants import Operation
from shared.contracts.policy import (
    accounts,
    auditing,
    cases,
    fairs,
    finding,
    gateway,
    goods,
    on_site,
    order,
    plausible,
    quota,
    recognition,
    suppliers,
    window,
)

ROOMS = (
    gateway,
    window,
    suppliers,
    recognition,
    goods,
    finding,
    fairs,
    plausible,
    order,
    on_site,
    accounts,
    cases,
    quota,
    auditing,
)
POLICY: dict[str, Operation] = {name: row for room in ROOMS for name, row in room.ROWS.items()}
