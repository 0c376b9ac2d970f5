"""Anybody lists the preset dates of reports, with the document of each."""

from typing import Any

from services.procurement_quota.domain.report_presets import preset_days
from services.procurement_quota.usecases.desk import Desk
from shared.clock import today


def list_report_presets(desk: Desk, year: int | None) -> dict[str, Any]:
    """List the preset dates of a year, the running one when left out, in order."""
    return {
        "items": [
            {
                "code": preset.code,
                "series": preset.series.value,
                "name": preset.name,
                "name_en": preset.name_en,
                "day": day.isoformat(),
                "reading": preset.reading,
                "reading_en": preset.reading_en,
                "source": preset.source,
                "first_year": preset.first_year,
                "last_year": preset.last_year,
            }
            for preset, day in preset_days(year or today(desk.clock).year)
        ]
    }
