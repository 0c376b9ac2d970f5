"""Where finance goes."""

from starlette.routing import BaseRoute

from gateway.pages.finance import (
    board,
    budgets,
    closing,
    declaration,
    filings,
    importing,
    moved,
    off_platform,
    reports,
    reservation,
    statements,
    year,
)
from gateway.pages.kit.routing import show, take

YEAR = "/filings/{canteen_id:uuid}/{year:int}"
DECLARATION = "/filings/declarations/{declaration_id:uuid}"

routes: list[BaseRoute] = [
    show("/board", board.show_board),
    show("/board.csv", board.export_board),
    show("/budgets", budgets.show_budgets),
    take("/budgets", budgets.make_budget),
    show("/budgets/new", budgets.new_budget),
    show("/budgets/{budget_id:uuid}", budgets.show_budget),
    take("/budgets/{budget_id:uuid}", budgets.change_budget),
    show("/reports/{unit_id:uuid}", reports.show_report),
    take("/reports/{unit_id:uuid}/issues", reports.issue_report),
    show("/statements", statements.show_subjects),
    show("/statements/{subject_id:uuid}", statements.show_statement),
    show("/statements/{subject_id:uuid}/lines", statements.show_lines),
    show("/statements/{subject_id:uuid}/moved", moved.show_moved),
    show("/filings", filings.show_filings),
    show(YEAR, year.show_year),
    show(f"{YEAR}/reservation", reservation.show_reservation),
    take(f"{YEAR}/reservation", reservation.file_reservation),
    take(f"{YEAR}/reservation/reviews", reservation.review_reservation),
    show(f"{YEAR}/months/{{month:int}}/closing", closing.show_month),
    take(f"{YEAR}/months/{{month:int}}/closing", closing.close_month),
    show(f"{YEAR}/closing", closing.show_year),
    take(f"{YEAR}/closing", closing.close_year),
    take(f"{YEAR}/restatements", closing.restate_year),
    show(f"{YEAR}/declaration", declaration.show_ready),
    take(f"{YEAR}/declaration", declaration.prepare),
    show(DECLARATION, declaration.show_declaration),
    take(f"{DECLARATION}/signatures", declaration.sign),
    take(f"{DECLARATION}/decisions", declaration.decide),
    show("/off-platform", off_platform.show_purchases),
    take("/off-platform", off_platform.record_purchase),
    show("/off-platform/new", off_platform.show_new_purchase),
    show("/off-platform/imports/new", importing.show_form),
    take("/off-platform/imports", importing.bring_file),
    show("/off-platform/imports/{import_id:uuid}", importing.show_import),
    take("/off-platform/imports/{import_id:uuid}/acceptance", importing.accept),
    take("/off-platform/imports/{import_id:uuid}/undo", importing.undo),
    show("/off-platform/{purchase_id:uuid}", off_platform.show_purchase),
    take("/off-platform/{purchase_id:uuid}/verification", off_platform.verify_purchase),
    show("/attestations/{canteen_id:uuid}/{year:int}/{month:int}", off_platform.show_attestation),
    take("/attestations/{canteen_id:uuid}/{year:int}/{month:int}", off_platform.attest),
]
