"""The catalogue of the open data names every table that is published, each with its forms and its licence."""

from gateway.usecases.data_catalogue import CONTEXT, data_catalogue
from gateway.usecases.linked_data import Site
from services.catalog.domain.supply_data import FILES, LICENCE, Dataset, data_package
from tests.unit.test_linked_data import nodes

MODIFIED: dict[Dataset, str | None] = {**dict.fromkeys(Dataset, "2026-03-02T01:00:00+00:00"), Dataset.FAIRS: None}
PACKAGE = data_package(MODIFIED)
TOLD = data_catalogue(PACKAGE, Site("https://zhucai.test"))


class TestCatalogue:
    def test_names_every_table_as_csv_and_json(self) -> None:
        found = {
            one["dct:identifier"]: [way["dcat:downloadURL"]["@id"] for way in one["dcat:distribution"]]
            for one in TOLD["dcat:dataset"]
        }
        base = "https://zhucai.test/api/v1/supply-data"
        assert found == {name.value: [f"{base}/{name}?format=csv", f"{base}/{name}?format=json"] for name in FILES}

    def test_says_licence_and_days_of_each(self) -> None:
        for one in TOLD["dcat:dataset"]:
            assert one["dct:license"] == {"@id": LICENCE["path"]}
            assert one["dct:issued"] == {"@type": "xsd:date", "@value": "2026-11-22"}
            assert ("dct:modified" in one) is (one["dct:identifier"] != "fairs")

    def test_is_made_of_terms_whose_vocabularies_it_names(self) -> None:
        for node in nodes(TOLD):
            for name in node:
                assert name.startswith("@") or name.partition(":")[0] in CONTEXT, name
            kind = node.get("@type", "")
            assert not kind or kind.partition(":")[0] in CONTEXT


class TestPackage:
    def test_keys_are_columns_and_units_are_told(self) -> None:
        for resource in PACKAGE["resources"]:
            fields = {field["name"]: field for field in resource["schema"]["fields"]}
            assert set(resource["schema"]["primaryKey"]) <= fields.keys()
            for name, field in fields.items():
                ending = name.rpartition("_")[2]
                if ending in ("fen", "grams", "days") or name.endswith("_fen_per_kg"):
                    assert field["unit_title_en"], name
