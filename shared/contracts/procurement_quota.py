"""What procurement_quota says: who is bound, by which rule, and which counties count."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.envelope import Event, Fact
from shared.contracts.words import CanteenKind, Channel, Fund, UnitLevel


class UnitChanged(Event):
    """A federation or a unit below it, as it now stands."""

    type: ClassVar[str] = "unit.changed"
    stream: ClassVar[str] = "procurement_quota"

    unit_id: UUID
    version: int
    code: str
    name: str
    level: UnitLevel
    parent_id: UUID | None
    path: str
    """The codes from the province down, `/430000/430100/430102/`: a subtree is a prefix."""
    division_code: str
    """GB/T 2260 code of the area it serves; fixed at the start of the year."""
    approval_limit_fen: int
    """Under this a requisition places at once; above it another person approves."""

    @property
    def key(self) -> str:
        return str(self.unit_id)


class CanteenChanged(Event):
    """A canteen as it now stands."""

    type: ClassVar[str] = "canteen.changed"
    stream: ClassVar[str] = "procurement_quota"

    canteen_id: UUID
    version: int
    unit_id: UUID
    name: str
    kind: CanteenKind
    active: bool

    @property
    def key(self) -> str:
        return str(self.canteen_id)


class DesignatedCounty(Fact):
    """One county's place on a list, from a day until the day before another (open when None)."""

    county_code: str
    valid_from: date
    valid_to: date | None


class DesignationChanged(Event):
    """A list of counties, whole, as it now stands."""

    type: ClassVar[str] = "designation.changed"
    stream: ClassVar[str] = "procurement_quota"

    list_code: str
    version: int
    name: str
    source: str
    counties: tuple[DesignatedCounty, ...]

    @property
    def key(self) -> str:
        return self.list_code


class RuleTerms(Fact):
    """What one version of a rule says of which goods count."""

    rate_bp: int | None
    """None for a preference without a percentage."""
    list_codes: tuple[str, ...]
    channels: tuple[Channel, ...]


class RuleInForce(Fact):
    """A stretch of time in which a rule binds, and the document that says so."""

    valid_from: date
    valid_to: date | None
    document: str
    terms: RuleTerms | None = None
    """Those of the version in force in it; None in events from before they were said: the newest version's hold."""


class RuleChanged(Event):
    """A rule as its newest version says, which may bind later or not yet, and what was in force from when to when."""

    type: ClassVar[str] = "rule.changed"
    stream: ClassVar[str] = "procurement_quota"

    rule_code: str
    version: int
    name: str
    fund: Fund
    rate_bp: int | None
    """The general rate; None for a rule that states a preference and no percentage."""
    designated_unit_rate_bp: int | None
    """The rate of a county federation whose own county is on the list, and of its subordinate units."""
    list_codes: tuple[str, ...]
    """Goods whose origin county is on one of these lists count."""
    channels: tuple[Channel, ...]
    """Only purchases through these channels count; empty when the channel does not matter."""
    in_force: tuple[RuleInForce, ...]

    @property
    def key(self) -> str:
        return self.rule_code


class DeclarationPublished(Event):
    """A canteen's yearly declaration was countersigned, and anybody may read it."""

    type: ClassVar[str] = "declaration.published"
    stream: ClassVar[str] = "procurement_quota"

    declaration_id: UUID
    canteen_id: UUID
    unit_id: UUID
    year: int
    number: int
    restatement: int
    """Which restatement of the closed year it declares; 0 is as filed."""
    restates: UUID | None
    """The published declaration in whose place it stands."""
    code: str
    """By which anybody finds it (核验码)."""
    payload_sha256: str

    @property
    def key(self) -> str:
        return str(self.declaration_id)


EVENTS: tuple[type[Event], ...] = (UnitChanged, CanteenChanged, DesignationChanged, RuleChanged, DeclarationPublished)
