"""A year is written as open data: CSV in UTF-8 with BOM, the rules as JSON, schema and method, every file's digest."""

import asyncio
import csv
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from deploy.operator.reading import snapshots
from services.procurement_quota.domain.method import method, method_text
from services.procurement_quota.domain.open_data import data_package
from services.procurement_quota.usecases.export_year import Export, export_year
from shared.clock import Clock, SystemClock

ABOUT = "about.json"
DIGESTS = "SHA256SUMS"


async def export_open_data(
    settings: Mapping[str, str], year: int, folder: Path, clock: Clock | None = None
) -> dict[str, int]:
    """Write a year into a folder, which is made; gives the rows of each file. Raises OSError, FileExistsError."""
    async with snapshots(settings, ("procurement_quota",)) as read:
        export = await export_year(read["procurement_quota"], clock or SystemClock(), year)
    return await asyncio.to_thread(_write, export, folder)


def _write(export: Export, folder: Path) -> dict[str, int]:
    folder.mkdir(parents=True)
    about = json.dumps(export.about, ensure_ascii=False, indent=1) + "\n"
    (folder / ABOUT).write_text(about, encoding="utf-8")
    for name, text in _explained().items():
        (folder / name).write_text(text, encoding="utf-8")
    for table in export.tables:
        with (folder / table.name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows(table.rows)
    names = sorted(path.name for path in folder.iterdir())
    digests = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / DIGESTS).write_text("".join(digests), encoding="ascii")
    return {table.name: len(table.rows) for table in export.tables}


def _explained() -> dict[str, str]:
    """Give what explains the data, by file name, as it is published over the door."""
    written = {"datapackage.json": data_package(), "method.json": method()}
    texts = {name: json.dumps(what, ensure_ascii=False, indent=1) + "\n" for name, what in written.items()}
    return texts | {f"method.{language}.md": method_text(language) for language in ("zh", "en")}
