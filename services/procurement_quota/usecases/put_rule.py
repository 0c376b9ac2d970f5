"""A rule is written as a version that never changes, and binds only through a record that names its document."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.drafts import newest_version, next_version
from services.procurement_quota.domain.rules import Reference, Rule, RuleUnknown, Stretch
from services.procurement_quota.store.reference import (
    load_reference_data,
    lock_reference,
    raise_version,
    write_rule,
    write_stretch,
)
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.procurement_quota import RuleChanged, RuleInForce, RuleTerms
from shared.contracts.words import Channel, Fund
from shared.db.unit_of_work import Tx
from shared.errors import Conflict, InvalidFields, field_problem
from shared.money import BP_WHOLE

STRETCHES_MAX = 200


class AlreadyInForce(Conflict):
    """A version of this rule already binds on some of these days, and what is in force is never edited.

    zh: 该规则在这些日期已有生效版本，生效的规则不得修改。
    """


class PutRule(BaseModel):
    """A rule as drafted; it binds nobody until it is put in force."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9-]{1,40}$", examples=["hunan-2020-canteen"])
    name: str = Field(min_length=1, max_length=200)
    name_en: str = Field(min_length=1, max_length=200)
    fund: Fund
    scope_path: str = Field(pattern=r"^/([0-9A-Za-z-]+/)*$", max_length=200)
    rate_bp: int | None = Field(default=None, ge=1, le=BP_WHOLE)
    designated_unit_rate_bp: int | None = Field(default=None, ge=1, le=BP_WHOLE)
    designated_list_code: str | None = Field(default=None, max_length=40)
    list_codes: Annotated[list[str], Field(max_length=10)]
    channels: list[Channel] = Field(default_factory=list, max_length=10)
    order_number_required: bool = False
    preference: list[str] = Field(default_factory=list, max_length=10)
    categories: list[str] = Field(default_factory=list, max_length=100)
    reading: str = Field(min_length=1, max_length=4_000)
    reading_en: str = Field(min_length=1, max_length=4_000)
    defaults: list[dict[str, str]] = Field(default_factory=list, max_length=50)
    source: str = Field(min_length=1, max_length=500)
    reservation_days: int = Field(default=31, ge=1, le=366)
    """On which day of the year, or after a canteen opens in it, its reservation is due."""
    union_apart: bool = False
    """Whether its statistics show what was bought with union money, apart from its share."""
    holds_flagged: bool = False
    """Whether goods on which a flag stands count only once it is set aside."""


class ContinueRule(BaseModel):
    """A stretch of days in which a rule binds, and the document that says so (延续文件)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_code: str = Field(max_length=40)
    valid_from: date
    valid_to: date | None = None
    """The day after its last; None is open."""
    document: str = Field(min_length=1, max_length=500)
    rule_version: int | None = Field(default=None, ge=1)
    """The newest version when nothing is said."""


async def put_rule(desk: Desk, command: PutRule) -> int:
    """Write the next version of a rule, and say so; gives the version, which stays when nothing changed."""
    if command.preference and command.rate_bp is not None:
        raise InvalidFields(field_problem("preference", "a preference has no percentage", "优先采购没有比例"))
    async with desk.uow.begin() as tx:
        await lock_reference(tx)
        reference = await load_reference_data(tx)
        written = next_version(reference, _rule(command))
        if (written.code, written.version) not in reference.rules:
            await write_rule(tx, written)
            await say_rule(tx, written, reference)
        return written.version


async def continue_rule(desk: Desk, command: ContinueRule) -> bool:
    """Put a rule in force for some days by its document, and say so; tells whether anything was written.

    The same record again writes nothing. Raises RuleUnknown, InvalidFields, AlreadyInForce.
    """
    async with desk.uow.begin() as tx:
        await lock_reference(tx)
        reference = await load_reference_data(tx)
        rule = _version(reference, command)
        if problems := rule.days_problems(command.valid_from, command.valid_to):
            raise InvalidFields(*problems)
        stretches = [one for one in reference.in_force if one.rule_code == rule.code]
        stretch = Stretch(rule.code, rule.version, command.valid_from, command.valid_to, command.document, tx.now)
        if any(_same(stretch, one) for one in stretches):
            return False
        if any(_overlap(stretch, one) for one in stretches) or len(stretches) >= STRETCHES_MAX:
            raise AlreadyInForce(rule=rule.code)
        await write_stretch(tx, stretch, len(stretches) + 1)
        await say_rule(tx, rule, reference.with_stretch(stretch))
        return True


def _version(reference: Reference, command: ContinueRule) -> Rule:
    if command.rule_version is None:
        rule = newest_version(reference, command.rule_code)
    else:
        rule = reference.rules.get((command.rule_code, command.rule_version))
    if rule is None:
        raise RuleUnknown(rule=command.rule_code)
    return rule


def _same(one: Stretch, other: Stretch) -> bool:
    return replace(one, recorded_at=other.recorded_at) == other


def _overlap(one: Stretch, other: Stretch) -> bool:
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _rule(command: PutRule) -> Rule:
    fields: Mapping[str, Any] = {name: getattr(command, name) for name in type(command).model_fields}
    return Rule(
        **{
            **fields,
            "version": 1,
            "list_codes": tuple(command.list_codes),
            "channels": tuple(command.channels),
            "preference": tuple(command.preference),
            "categories": frozenset(command.categories),
            "defaults": tuple(command.defaults),
        }
    )


async def say_rule(tx: Tx, rule: Rule, reference: Reference) -> None:
    """Say a version of a rule with the days in which the rule is in force, each with the terms of its own version."""
    version = await raise_version(tx, rule.code)
    versions = reference.with_rule(rule).rules
    await tx.publish(
        RuleChanged(
            rule_code=rule.code,
            version=version,
            name=rule.name,
            fund=rule.fund,
            rate_bp=rule.rate_bp,
            designated_unit_rate_bp=rule.designated_unit_rate_bp,
            list_codes=rule.list_codes,
            channels=rule.channels,
            in_force=tuple(
                RuleInForce(
                    valid_from=one.valid_from,
                    valid_to=one.valid_to,
                    document=one.document,
                    terms=_terms(versions[one.rule_code, one.rule_version]),
                )
                for one in reference.in_force
                if one.rule_code == rule.code
            ),
        )
    )


def _terms(rule: Rule) -> RuleTerms:
    return RuleTerms(rate_bp=rule.rate_bp, list_codes=rule.list_codes, channels=rule.channels)
