"""Where anyone may go."""

from starlette.routing import BaseRoute

from gateway.pages.anyone import account, cases, catalogue, design, fairs, home, method, open_data, verifying
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/", home.show_home, signed_in=False),
    show("/catalogue", catalogue.show_catalogue, signed_in=False),
    show("/listings/{listing_id:uuid}", catalogue.show_listing, signed_in=False),
    show("/suppliers/{supplier_id:uuid}", catalogue.show_supplier, signed_in=False),
    show("/problems/{slug}", home.show_problem, signed_in=False),
    show("/fairs", fairs.show_fairs, signed_in=False),
    show("/fairs/{fair_id:uuid}", fairs.show_fair, signed_in=False),
    take("/fairs/{fair_id:uuid}/taking-part", fairs.take_part),
    take("/fairs/{fair_id:uuid}/goods", fairs.show_goods),
    show("/declarations", method.show_declarations, signed_in=False),
    show("/method", method.show_method, signed_in=False),
    show("/help", method.show_help, signed_in=False),
    show("/open-data", open_data.show_open_data, signed_in=False),
    show("/cases", cases.show_cases, signed_in=False),
    show("/cases/new", cases.show_tell, signed_in=False),
    take("/cases/new", cases.tell, signed_in=False),
    show("/cases/follow", cases.show_cases, signed_in=False),
    take("/cases/follow", cases.follow, signed_in=False),
    show("/cases/statistics", cases.show_numbers, signed_in=False),
    show("/cases/{case_id:uuid}", cases.show_case),
    take("/cases/{case_id:uuid}/evidence", cases.add_paper, signed_in=False),
    take("/cases/{case_id:uuid}/reopening", cases.reopen, signed_in=False),
    take("/cases/{case_id:uuid}/evidence/{document_id:uuid}", cases.open_paper),
    show("/verify", verifying.show_verify, signed_in=False),
    take("/verify", verifying.verify, signed_in=False),
    show("/sign-in", account.show_sign_in, signed_in=False),
    take("/sign-in", account.sign_in, signed_in=False),
    show("/sign-up", account.show_sign_up, signed_in=False),
    take("/sign-up", account.sign_up, signed_in=False),
    take("/sign-out", account.sign_out, signed_in=False),
    show("/preferences", account.show_preferences, signed_in=False),
    show("/design", design.show_design, signed_in=False),
    take("/preferences", account.set_preferences, signed_in=False),
    show("/account", account.show_account),
]
