"""What an officer writes into a draft, and what a second officer says about it."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.drafts import CountyJoins, CountyLeaves, DraftOutcome, ListChange
from services.procurement_quota.usecases.texts import Explained, Line, Said
from shared.contracts.words import Channel, Fund
from shared.money import BP_WHOLE

CHANGES_MAX = 1_000
COUNTIES_MAX = 3_500
COUNTY = "^[0-9]{6}$"
CODE = "^[a-z0-9-]{1,40}$"
_FROZEN = ConfigDict(frozen=True, extra="forbid")
Code = Annotated[str, Field(pattern=CODE, examples=["hunan-2020-canteen"])]
Paragraphs = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]

_RULE: dict[str, Any] = {
    "code": "hunan-2027-canteen",
    "name": "湖南残联食堂采购重点县农副产品（2027）",
    "name_en": "Hunan federations' canteens: produce of the key counties (2027)",
    "fund": "canteen",
    "scope_path": "/430000/",
    "rate_bp": 2_500,
    "designated_unit_rate_bp": 5_000,
    "designated_list_code": "hunan-51",
    "list_codes": ["hunan-51"],
    "channels": [],
    "order_number_required": False,
    "preference": [],
    "categories": ["vegetables", "fruit", "meat_poultry", "eggs", "aquatic", "grain_oil", "tea"],
    "reading": "食堂采购重点县农副产品的比例不低于25%，重点县残联不低于50%。",
    "reading_en": "At least 25 % of the produce bought comes from the key counties; 50 % for their own federations.",
    "defaults": [],
    "source": "湘残联〔2026〕8号",
}


class DraftedDefault(BaseModel):
    """What is declared where the document is silent, in both languages."""

    model_config = _FROZEN

    code: str = Field(pattern=r"^[a-z0-9_-]{1,40}$", examples=["rounding"])
    question: Line
    answer: Said
    question_en: Line
    answer_en: Said


class DraftedRule(BaseModel):
    """A version of a rule as drafted; the newest version said again continues it by another document."""

    model_config = _FROZEN

    code: Code
    name: Line
    name_en: Line
    fund: Fund
    scope_path: str = Field(
        pattern=r"^/([0-9A-Za-z-]{1,40}/)*$", max_length=200, description="whom it binds: a unit and all below it"
    )
    rate_bp: int | None = Field(default=None, ge=1, le=BP_WHOLE, description="null for a preference")
    designated_unit_rate_bp: int | None = Field(default=None, ge=1, le=BP_WHOLE)
    designated_list_code: Code | None = None
    list_codes: Annotated[list[Code], Field(max_length=10)]
    channels: list[Channel] = Field(default_factory=list, max_length=10, description="any when empty")
    order_number_required: bool = False
    preference: list[Line] = Field(default_factory=list, max_length=10)
    categories: list[Line] = Field(default_factory=list, max_length=100, description="any goods when empty")
    reading: Paragraphs
    reading_en: Paragraphs
    defaults: list[DraftedDefault] = Field(default_factory=list, max_length=50)
    source: Said
    reservation_days: int = Field(
        default=31, ge=1, le=366, description="on which day of the year, or after opening, a reservation is due"
    )
    union_apart: bool = Field(default=False, description="whether its statistics show union purchases, apart")
    holds_flagged: bool = Field(
        default=False, description="whether goods on which a flag stands count only once it is set aside"
    )


class PutRuleDraft(BaseModel):
    """A rule, and the days in which it shall bind by the document that says so (依据文件)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"rule": _RULE, "valid_from": "2027-01-01", "valid_to": None, "document": "湘残联〔2026〕8号"}]
        },
    )

    rule: DraftedRule
    valid_from: date
    valid_to: date | None = Field(default=None, description="the day after its last; null is open")
    document: Said


class JoinList(BaseModel):
    """A county joins the list."""

    model_config = _FROZEN

    change: Literal["add"]
    county_code: str = Field(pattern=COUNTY)
    valid_from: date
    valid_to: date | None = Field(default=None, description="the day after its last; null is open")
    note: Explained = ""


class LeaveList(BaseModel):
    """A county leaves the list."""

    model_config = _FROZEN

    change: Literal["end"]
    county_code: str = Field(pattern=COUNTY)
    valid_to: date = Field(description="the day after its last")
    note: Explained = ""


class PutDesignationDraft(BaseModel):
    """What a document changes in a county list (名单); a list that there is not yet begins with what is added."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "list_code": "hunan-51",
                    "name": None,
                    "document": "湘残联〔2026〕9号",
                    "changes": [
                        {"change": "add", "county_code": "430382", "valid_from": "2027-01-01"},
                        {"change": "end", "county_code": "430224", "valid_to": "2027-01-01"},
                    ],
                }
            ]
        },
    )

    list_code: Code
    name: Line | None = Field(default=None, description="as it is named now when left out")
    document: Said
    changes: Annotated[
        list[Annotated[JoinList | LeaveList, Field(discriminator="change")]],
        Field(min_length=1, max_length=CHANGES_MAX),
    ]

    def read(self) -> list[ListChange]:
        """Give the changes as the domain knows them."""
        return [
            CountyJoins(one.county_code, one.valid_from, one.valid_to)
            if isinstance(one, JoinList)
            else CountyLeaves(one.county_code, one.valid_to)
            for one in self.changes
        ]


class DecideDesignationDraft(BaseModel):
    """What the second officer decided on the version that they read."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "outcome": "enforce", "reason": ""}]},
    )

    version: int = Field(ge=1, le=1_000, description="of the draft")
    outcome: DraftOutcome
    reason: Explained = Field(default="", description="asked for when it is returned")


class DecideRuleDraft(DecideDesignationDraft):
    """What the second officer decided, and from when the rule binds."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"version": 1, "outcome": "enforce", "valid_from": "2027-01-01", "reason": "文件已核对"}]
        },
    )

    valid_from: date | None = Field(default=None, description="as drafted when left out; never before that")


class WithdrawDraft(BaseModel):
    """Why whoever drafted takes it back."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"reason": "文件尚未印发"}]})

    reason: Said
