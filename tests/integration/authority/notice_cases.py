"""For notices: everybody reads and chooses their own, and nobody another's."""

from uuid import UUID

from shared.ids import new_id
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, of_one


def _approvers(town: Town) -> Whose:
    return Whose(path=PATH_OF[PREFECTURE], applicant=town.person("approver prefecture").account_id)


def _a_calendar(town: Town, organisation: UUID) -> Ask:
    return Ask({"calendar_id": town.ids["calendar"]}, body={"organisation_id": str(organisation)})


CALENDARS: dict[str, Case] = {
    "put_calendar": Case(
        lambda town: _a_calendar(town, town.land.prefecture_canteen),
        lambda town: _a_calendar(town, new_id()),
        lambda town: Whose(canteen=town.land.prefecture_canteen),
    ),
    "list_calendars": Case(lambda town: Ask()),
    "revoke_calendar": of_one(
        lambda town: Whose(applicant=town.person("supplier own").account_id), "calendar_id", "calendar to end"
    ),
    "get_calendar_feed": Case(lambda town: Ask({"feed_token": town.ids["calendar token"]})),
}


def _an_endpoint(town: Town, endpoint: UUID, organisation: UUID) -> Ask:
    named = {"url": "https://hooks.example.org/zhucai", "kinds": ["paper_expires"]}
    return Ask({"endpoint_id": endpoint}, body={"organisation_id": str(organisation), **named})


def _canteens(town: Town) -> Whose:
    return Whose(canteen=town.land.prefecture_canteen)


HOOKS: dict[str, Case] = {
    "put_webhook_endpoint": Case(
        lambda town: _an_endpoint(town, town.ids["endpoint"], town.land.prefecture_canteen),
        lambda town: _an_endpoint(town, new_id(), new_id()),
        _canteens,
    ),
    "list_webhook_endpoints": Case(lambda town: Ask(), None, _canteens, lists=True),
    "renew_webhook_secret": of_one(
        _canteens, "endpoint_id", "endpoint to end", make=lambda town: {"body": {"version": 1}}
    ),
    "remove_webhook_endpoint": of_one(_canteens, "endpoint_id", "endpoint to end"),
    "list_webhook_deliveries": of_one(_canteens, "endpoint_id", "endpoint to end"),
}
NOTICES: dict[str, Case] = {
    **HOOKS,
    "list_notices": Case(lambda town: Ask(query="?unread=true&limit=5")),
    "read_notice": of_one(_approvers, "notice_id", "notice"),
    "read_notices": Case(lambda town: Ask(body={"up_to": "2026-03-02T01:00:00Z"})),
    "put_notice_settings": Case(lambda town: Ask(body={"settings": [{"kind": "order_shipped", "inbox": False}]})),
    "put_mail_address": Case(lambda town: Ask(body={"address": None})),
    "get_mail_address": Case(lambda town: Ask()),
    "confirm_mail_address": Case(lambda town: Ask(body={"code": "12345678"}), taken_as=(409,)),  # No code waits.
    "get_notice_settings": Case(lambda town: Ask()),
}
