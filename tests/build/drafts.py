"""What officers of a province draft: a rule, or what a document changes in a county list."""

from datetime import date
from typing import Any

from services.procurement_quota.usecases.draft_commands import PutDesignationDraft, PutRuleDraft
from shared.contracts.authority import Identity, Role
from shared.ids import derived_id
from tests.build.quota import PROVINCE_PATH, someone

PROVINCE_UNIT = derived_id("unit", "430000")


def an_officer(name: str = "周敏") -> Identity:
    """Give an officer of the province."""
    return someone(Role.OFFICER, PROVINCE_UNIT, PROVINCE_PATH, name)


def a_rule(code: str, scope_path: str = "/430000/", **other: Any) -> dict[str, Any]:
    """Write a rule: a quarter from the key counties, unless told."""
    rule: dict[str, Any] = {
        "code": code,
        "name": "试行规则",
        "name_en": "A rule on trial",
        "fund": "canteen",
        "scope_path": scope_path,
        "rate_bp": 2_500,
        "list_codes": ["hunan-51"],
        "categories": ["vegetables", "tea"],
        "reading": "不低于25%。",
        "reading_en": "At least 25 %.",
        "source": "湘残联〔2026〕8号",
    }
    return rule | other


def a_rule_draft(
    code: str, scope_path: str = "/430000/", *, since: date = date(2099, 1, 1), until: date | None = None, **rule: Any
) -> dict[str, Any]:
    """Write a draft of a rule, as JSON; from 2099 on unless told, so that nothing else goes by it."""
    return {
        "rule": a_rule(code, scope_path, **rule),
        "valid_from": since.isoformat(),
        "valid_to": None if until is None else until.isoformat(),
        "document": "湘残联〔2026〕8号",
    }


def a_list_draft(code: str, *changes: dict[str, Any], name: str | None = "试行名单") -> dict[str, Any]:
    """Write a draft of a change of a list, as JSON."""
    return {"list_code": code, "name": name, "document": "湘残联〔2026〕9号", "changes": list(changes)}


def joins(county_code: str, since: date, until: date | None = None) -> dict[str, Any]:
    return {
        "change": "add",
        "county_code": county_code,
        "valid_from": since.isoformat(),
        "valid_to": None if until is None else until.isoformat(),
    }


def leaves(county_code: str, until: date) -> dict[str, Any]:
    return {"change": "end", "county_code": county_code, "valid_to": until.isoformat()}


def read_rule_draft(draft: dict[str, Any]) -> PutRuleDraft:
    return PutRuleDraft.model_validate(draft)


def read_list_draft(draft: dict[str, Any]) -> PutDesignationDraft:
    return PutDesignationDraft.model_validate(draft)
