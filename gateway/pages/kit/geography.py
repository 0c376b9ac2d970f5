"""A county is chosen by its name with its prefecture, and travels as its six-digit code."""

import re
from functools import cache

from gateway.pages.kit.form import Form
from gateway.pages.kit.language import N_
from shared.reference import county, county_name, divisions

HUNAN = "43"
PROVINCE_NAME = "湖南省"


@cache
def hunan_counties() -> tuple[tuple[str, str], ...]:
    """List the counties of Hunan, by code, as choices."""
    codes = sorted(code for code, level in divisions() if level == "county" and code.startswith(HUNAN))
    return tuple((code, short_county(code)) for code in codes)


@cache
def short_county(code: str) -> str:
    """Name a county with its prefecture; the province too when it is not Hunan."""
    return county_name(code).removeprefix(PROVINCE_NAME)


def read_county(form: Form, choice: str, typed: str, *, needed: bool = True) -> str | None:
    """Read a county that was chosen from the list or, for one that is not listed, typed as its code."""
    code = form.value(typed).strip() or form.value(choice).strip()
    if not code:
        if needed:
            form.wrong(choice, form.speech(N_("Choose a county.")))
        return None
    if not re.fullmatch(r"\d{6}", code) or county(code) is None:
        form.wrong(typed, form.speech(N_("No county has this six-digit code.")))
        return None
    return code
