"""What is published of the data and of the method is what the code does, in both languages."""

import re
from typing import Any

from services.procurement_quota.domain.method import SECTIONS, method, method_text
from services.procurement_quota.domain.open_data import FILES, FORMAT, data_package
from services.procurement_quota.domain.report_presets import PRESETS
from services.procurement_quota.domain.seeded_rules import DEFAULTS, SEEDED
from services.procurement_quota.domain.words import Reason, Status

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def fields() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (one["path"], field["name"]): field for one in data_package()["resources"] for field in one["schema"]["fields"]
    }


class TestSchema:
    def test_names_each_file_and_column_in_both_languages(self) -> None:
        package = data_package()
        assert [one["path"] for one in package["resources"]] == [file.name for file in FILES]
        assert package["version"] == FORMAT
        for field in fields().values():
            assert CHINESE.search(field["title"])
            assert field["title_en"]
            assert not CHINESE.search(field["title_en"])

    def test_says_the_unit_of_every_amount_and_share(self) -> None:
        for (_, name), field in fields().items():
            ending = name.rpartition("_")[2]
            assert field.get("unit") == (ending if ending in ("fen", "bp") else field.get("unit")), name
        assert fields()["entries.csv", "posting_month"]["unit"] == "month"

    def test_lists_the_words_that_a_column_may_hold(self) -> None:
        status = fields()["figures.csv", "status"]
        assert status["constraints"]["enum"] == [one.value for one in Status]
        assert [one["value"] for one in status["categories"]] == [one.value for one in Status]

    def test_keys_are_columns(self) -> None:
        for file in FILES:
            assert set(file.key) <= set(file.columns)
            assert len(set(file.columns)) == len(file.columns)


class TestMethod:
    def test_has_every_default_reading_document_reason_status_and_date(self) -> None:
        for language, zh in (("zh", True), ("en", False)):
            text = method_text(language)
            ending = "" if zh else "_en"
            assert all(one[f"answer{ending}"] in text for one in DEFAULTS)
            assert all((one.rule.reading if zh else one.rule.reading_en) in text for one in SEEDED)
            assert all(one.rule.source in text for one in SEEDED)
            assert all(reason.value in text for reason in Reason)
            assert all(status.value in text for status in Status)
            assert all((one.name if zh else one.name_en) in text for one in PRESETS)

    def test_is_the_same_as_data_and_as_text(self) -> None:
        written = method()
        assert [one["code"] for one in written["sections"]] == [code for code, _, _ in SECTIONS]
        for section in written["sections"]:
            for both in section["paragraphs"]:
                assert both["zh"] in method_text("zh")
                assert both["en"] in method_text("en")
                assert CHINESE.search(both["zh"])
