"""For reports: a request that would be taken, and whose matter it is."""

from shared.ids import new_id
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose


def _prefecture(town: Town) -> Whose:
    return Whose(path=PATH_OF[PREFECTURE])


REPORTS: dict[str, Case] = {
    "list_report_presets": Case(lambda town: Ask()),
    "get_report": Case(
        lambda town: Ask({"unit_id": town.land.prefecture}), lambda town: Ask({"unit_id": new_id()}), _prefecture
    ),
    "issue_report": Case(
        lambda town: Ask({"unit_id": town.land.prefecture}, body={}),
        lambda town: Ask({"unit_id": new_id()}, body={}),
        _prefecture,
    ),
    "get_open_data_schema": Case(lambda town: Ask()),
    "get_method": Case(lambda town: Ask(query="?format=md&lang=en")),
    "get_issued_report": Case(lambda town: Ask({"code": town.ids["issued code"]})),
}
