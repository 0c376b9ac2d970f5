"""Where finance goes."""

from starlette.routing import BaseRoute

from gateway.pages.finance import board, moved, off_platform, statements
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/board", board.show_board),
    show("/board.csv", board.export_board),
    show("/statements", statements.show_subjects),
    show("/statements/{subject_id:uuid}", statements.show_statement),
    show("/statements/{subject_id:uuid}/lines", statements.show_lines),
    show("/statements/{subject_id:uuid}/moved", moved.show_moved),
    show("/off-platform", off_platform.show_purchases),
    take("/off-platform", off_platform.record_purchase),
    show("/off-platform/new", off_platform.show_new_purchase),
    show("/off-platform/{purchase_id:uuid}", off_platform.show_purchase),
    take("/off-platform/{purchase_id:uuid}/verification", off_platform.verify_purchase),
    show("/attestations/{canteen_id:uuid}/{year:int}/{month:int}", off_platform.show_attestation),
    take("/attestations/{canteen_id:uuid}/{year:int}/{month:int}", off_platform.attest),
]
