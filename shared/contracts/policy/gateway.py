"""What the gateway itself answers: accounts, sessions, and what it composes of several services."""

from shared.contracts.grants import (
    APPLICANT,
    AUDITORS,
    GATEWAY,
    OFFICERS,
    OWN_CANTEEN,
    OWNER,
    PEOPLE,
    PUBLIC,
    SIGNED_IN,
    Grant,
    Operation,
    Reach,
    Role,
)

KEEPERS = (
    *OWNER,
    *OWN_CANTEEN,
    *(Grant(role, Reach.OWN_UNIT) for role in (Role.FINANCE, Role.OFFICER)),
)
"""Who says where an organisation's program is told."""
_ENDPOINT = "/webhook-endpoints/{endpoint_id}"

ROWS: dict[str, Operation] = {
    "sign_up": Operation("POST", "/accounts", GATEWAY, PUBLIC),
    "sign_in": Operation("POST", "/sessions", GATEWAY, PUBLIC),
    "sign_out": Operation("DELETE", "/sessions/current", GATEWAY, SIGNED_IN),
    "who_am_i": Operation("GET", "/me", GATEWAY, SIGNED_IN),
    "put_contact": Operation("PUT", "/me/contact", GATEWAY, SIGNED_IN),
    "get_contact": Operation("GET", "/me/contact", GATEWAY, SIGNED_IN),
    "list_notices": Operation("GET", "/notices", GATEWAY, SIGNED_IN),
    "read_notice": Operation("POST", "/notices/{notice_id}/reading", GATEWAY, APPLICANT),  # whose it is
    "read_notices": Operation("POST", "/notice-readings", GATEWAY, SIGNED_IN),
    "put_notice_settings": Operation("PUT", "/me/notice-settings", GATEWAY, SIGNED_IN),
    "get_notice_settings": Operation("GET", "/me/notice-settings", GATEWAY, SIGNED_IN),
    "put_mail_address": Operation("PUT", "/me/mail-address", GATEWAY, SIGNED_IN),
    "get_mail_address": Operation("GET", "/me/mail-address", GATEWAY, SIGNED_IN),
    "confirm_mail_address": Operation("POST", "/me/mail-address/confirmation", GATEWAY, SIGNED_IN),
    "put_calendar": Operation("PUT", "/calendars/{calendar_id}", GATEWAY, (*OWN_CANTEEN, *PEOPLE)),
    "list_calendars": Operation("GET", "/calendars", GATEWAY, SIGNED_IN),
    "revoke_calendar": Operation("POST", "/calendars/{calendar_id}/revocation", GATEWAY, APPLICANT),  # who made it
    "get_calendar_feed": Operation("GET", "/calendar-feeds/{feed_token}", GATEWAY, PUBLIC),  # to whoever has the link
    "put_webhook_endpoint": Operation("PUT", _ENDPOINT, GATEWAY, KEEPERS),
    "list_webhook_endpoints": Operation("GET", "/webhook-endpoints", GATEWAY, KEEPERS),
    "renew_webhook_secret": Operation("POST", f"{_ENDPOINT}/secrets", GATEWAY, KEEPERS),
    "remove_webhook_endpoint": Operation("POST", f"{_ENDPOINT}/removal", GATEWAY, KEEPERS),
    "list_webhook_deliveries": Operation("GET", f"{_ENDPOINT}/deliveries", GATEWAY, KEEPERS),
    "list_people": Operation("GET", "/people", GATEWAY, (*OFFICERS, *AUDITORS)),
    "list_ties": Operation("GET", "/ties", GATEWAY, AUDITORS),
    "preview_quota": Operation("GET", "/baskets/{basket_id}/quota-preview", GATEWAY, OWN_CANTEEN),
    "preview_substitute": Operation(
        "GET", "/orders/{order_id}/substitutes/{substitute_id}/quota-preview", GATEWAY, OWN_CANTEEN
    ),
    "find_substitutes": Operation("GET", "/baskets/{basket_id}/substitutes", GATEWAY, OWN_CANTEEN),
}
