"""Where a federation's officer goes."""

from starlette.routing import BaseRoute

from gateway.pages.kit.routing import show, take
from gateway.pages.officer import cases, drafts, flags, people, reviews, units

routes: list[BaseRoute] = [
    show("/cases/queue", cases.show_cases),
    show("/cases/queue/{case_id:uuid}", cases.show_case),
    take("/cases/queue/{case_id:uuid}", cases.step_case),
    show("/drafts", drafts.show_drafts),
    show("/drafts/{kind}/{draft_id:uuid}", drafts.show_draft),
    take("/drafts/{kind}/{draft_id:uuid}", drafts.decide_draft),
    show("/flags", flags.show_flags),
    show("/flags/{flag_id:uuid}", flags.show_flag),
    take("/flags/{flag_id:uuid}", flags.decide_flag),
    show("/people", people.show_people),
    show("/people.csv", people.save_people),
    show("/review", reviews.show_queue),
    show("/review/suppliers", reviews.show_suppliers),
    show("/review/suppliers/{supplier_id:uuid}", reviews.show_supplier),
    take("/review/suppliers/{supplier_id:uuid}", reviews.review_supplier),
    show("/review/listings/{listing_id:uuid}", reviews.show_listing),
    take("/review/listings/{listing_id:uuid}", reviews.review_listing),
    show("/units", units.show_units),
    show("/units/{unit_id:uuid}", units.show_unit),
    show("/units/{unit_id:uuid}/table.csv", units.save_unit),
]
