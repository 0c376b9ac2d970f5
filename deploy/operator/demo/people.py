"""Everyone in the demo has a made-up name that says so, and one account a role can be signed in with."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from deploy.operator.demo.dice import pick
from shared.contracts.authority import Identity, Role, Seat
from shared.ids import derived_id

MARK = "（演示）"
PASSWORD = "zhucai-demo-2026"  # noqa: S105 - it is printed by `zhucai sign-ins` and stands in README.md
HOME_COUNTY = "430224"
"""茶陵县, one of the 51: the unit of the demo's buyer, approver, finance and supplier."""
PROVINCE = "430000"

SURNAMES = "王李张刘陈杨黄周吴胡罗谢彭曾邓肖唐龙石田向覃滕"
GIVEN = "秀英 建国 桂兰 志强 丽华 明辉 小红 海燕 国平 春梅 立军 玉兰 文斌 翠莲 勇 金花 卫东 晓霞 长庚 艳"


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demo that anybody may sign in with."""

    role: str
    account: str
    name: str


SIGN_INS = (
    SignIn("supplier", "demo-supplier", f"陈小红{MARK}"),
    SignIn("buyer", "demo-buyer", f"罗海燕{MARK}"),
    SignIn("approver", "demo-approver", f"彭国平{MARK}"),
    SignIn("finance of a unit", "demo-finance", f"周玉兰{MARK}"),
    SignIn("finance of the province", "demo-finance-province", f"唐文斌{MARK}"),
    SignIn("county federation officer", "demo-county-officer", f"谭志强{MARK}"),
    SignIn("federation officer", "demo-officer", f"李春梅{MARK}"),
    SignIn("auditor", "demo-auditor", f"石立军{MARK}"),
)
"""As in README.md, in its order."""


def invented_name(*facts: object) -> str:
    """Make up a person's name, marked as demo."""
    return f"{pick(SURNAMES, 'surname', *facts)}{pick(GIVEN.split(), 'given', *facts)}{MARK}"


def identity(account_id: UUID, name: str, seats: Sequence[Seat] = ()) -> Identity:
    """Say who acts, as the gateway would sign it."""
    return Identity(account_id, derived_id("demo-session", account_id), name, tuple(seats))


def stand_in(role: Role, organisation_id: UUID, path: str = "") -> Identity:
    """Give the person who holds a role in an organisation, one who cannot sign in."""
    account_id = derived_id("demo-account", role.value, organisation_id)
    return identity(account_id, invented_name(role.value, organisation_id), [Seat(role, organisation_id, path)])
