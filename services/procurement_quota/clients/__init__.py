"""Nothing is asked of vendors here: the ledger needs only what it heard. Reports leave as tables, and as papers."""

from pathlib import Path

REPORT_LAYOUT = Path(__file__).parent / "report.typ"
