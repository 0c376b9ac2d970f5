"""Whoever has a year's open data computes every published figure again, and sees the first that was changed."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.operator.open_data import export_open_data
from services.procurement_quota.domain.method import method, method_text
from services.procurement_quota.domain.open_data import data_package
from tests.integration.operator.conftest import Demo

STRANGER = Path(__file__).parents[2] / "independent" / "recompute.py"
Row = dict[str, str]


def recompute(folder: Path) -> subprocess.CompletedProcess[str]:
    """Let the stranger compute, with nothing of ours to import."""
    return subprocess.run(
        [sys.executable, "-I", str(STRANGER), str(folder)], capture_output=True, text=True, check=False, cwd=folder
    )


def change(folder: Path, name: str, which: Callable[[Row], bool], **values: str) -> None:
    """Change the first row of a file for which this holds."""
    path = folder / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if which(row)).update(values)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
async def exported(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the demo's closed year and its running one, once."""
    folder = tmp_path_factory.mktemp("open-data")
    for year in (demo.plan.calendar.closed_year, demo.plan.calendar.running_year):
        written = await export_open_data(demo.settings, year, folder / str(year))
        assert written["figures.csv"] > 0
        assert written["entries.csv"] > 0
    return folder


@pytest.fixture
def closed_year(demo: Demo, exported: Path, tmp_path: Path) -> Path:
    """Give a copy of the closed year, to be changed."""
    return Path(shutil.copytree(exported / str(demo.plan.calendar.closed_year), tmp_path / "year"))


KINDS: dict[str, Callable[[str], object]] = {
    "string": str,
    "integer": int,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def fits(field: dict[str, Any], cell: str) -> bool:
    """Whether a cell is as a field of the schema allows."""
    constraints = field.get("constraints", {})
    if cell == "":
        return not constraints.get("required", False)
    KINDS[field["type"]](cell)
    return cell in constraints.get("enum", [cell])


def counted(row: Row) -> bool:
    return row["kind"] == "purchase" and row["fund"] == "canteen" and row["evidence"] == "listing"


class TestAStranger:
    def test_computes_every_figure_of_both_years_to_the_fen(self, demo: Demo, exported: Path) -> None:
        for year in (demo.plan.calendar.closed_year, demo.plan.calendar.running_year):
            done = recompute(exported / str(year))
            assert (done.returncode, done.stderr) == (0, "")
            assert "every figure agrees" in done.stdout

    @pytest.mark.parametrize(
        ("name", "which", "values"),
        [
            ("entries.csv", counted, {"amount_fen": "1"}),
            ("entries.csv", counted, {"category": "handicraft"}),
            ("entries.csv", lambda row: row["kind"] == "return", {"amount_fen": "0"}),
            ("attestations.csv", lambda row: row["month"] == "12", {"farm_produce_fen": "999999999"}),
            ("figures.csv", lambda row: row["base_fen"] != "0", {"base_fen": "1"}),
            ("figures.csv", lambda row: row["status"] == "met", {"status": "missed"}),
            ("figures.csv", lambda row: row["status"] == "missed", {"share_bp": "9999"}),
            ("holders.csv", lambda row: row["weight_bp"] != "10000", {"weight_bp": "1"}),
        ],
    )
    def test_sees_what_was_changed(
        self, closed_year: Path, name: str, which: Callable[[Row], bool], values: Row
    ) -> None:
        change(closed_year, name, which, **values)
        done = recompute(closed_year)
        assert done.returncode == 1
        assert "published" in done.stderr

    def test_is_a_program_of_one_page(self) -> None:
        assert len(STRANGER.read_text(encoding="utf-8").splitlines()) < 80


class TestExport:
    def test_names_no_seller_and_no_person(self, exported: Path, demo: Demo) -> None:
        text = "".join(path.read_text(encoding="utf-8-sig") for path in exported.rglob("*.csv"))
        for private in ("合作社", "基地", *(seller.name for seller in demo.plan.producers)):
            assert private not in text

    def test_says_by_digest_what_each_file_was(self, closed_year: Path) -> None:
        for line in (closed_year / "SHA256SUMS").read_text(encoding="ascii").splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256((closed_year / name).read_bytes()).hexdigest() == digest

    def test_every_cell_is_what_the_schema_beside_it_says(self, exported: Path) -> None:
        for folder in exported.iterdir():
            package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
            assert package == data_package()
            for resource in package["resources"]:
                with (folder / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
                    reader = csv.DictReader(file)
                    assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
                    wrong = {
                        (resource["path"], field["name"], row[field["name"]])
                        for row in reader
                        for field in resource["schema"]["fields"]
                        if not fits(field, row[field["name"]])
                    }
                assert wrong == set()

    def test_has_the_method_beside_it(self, exported: Path) -> None:
        for folder in exported.iterdir():
            assert json.loads((folder / "method.json").read_text(encoding="utf-8")) == method()
            for language in ("zh", "en"):
                assert (folder / f"method.{language}.md").read_text(encoding="utf-8") == method_text(language)

    async def test_does_not_write_over_what_is_there(self, demo: Demo, exported: Path) -> None:
        with pytest.raises(FileExistsError):
            await export_open_data(demo.settings, 2025, exported)
