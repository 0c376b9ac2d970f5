"""How a case can be bent past every check, what undoes it, and which line must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_CASE = "'00000000-0000-7000-8000-000000000010'"
_UNIT = "(SELECT unit_id FROM units ORDER BY length(path), unit_id LIMIT 1)"
_GONE = f"DELETE FROM case_steps WHERE case_id = {_CASE}; DELETE FROM cases WHERE case_id = {_CASE}"
_LINE = {"a case is recorded, and closed only once it was answered"}


def _a_case(state: str, outcome: str) -> str:
    return (
        "INSERT INTO cases (case_id, kind, subject, unit_id, state, text, raised_at, reply_due_at, answered_at,"
        f" outcome, content_sha256, code_sha256) SELECT {_CASE}, 'other', 'none', {_UNIT}, '{state}', '建议', now(),"
        f" now() + interval '60 days', now(), {outcome}, '', '{state}'"
    )


def _steps(*steps: tuple[str, str, str]) -> str:
    """Write steps, each with the state that it led to and its outcome."""
    return "".join(
        f"; INSERT INTO case_steps (case_id, at, step, state, unit_id, outcome)"
        f" SELECT {_CASE}, now(), '{step}', '{state}', {_UNIT}, {outcome}"
        for step, state, outcome in steps
    )


_RECEIVED = ("receive", "received", "NULL")
_ACCEPTED = ("accept", "accepted", "NULL")
_ANSWERED = ("answer", "answered", "NULL")
_CLOSED = ("close", "closed", "'settled'")

CASE_BREACHES = {
    "a case that nobody recorded": ("order", _a_case("received", "NULL"), _GONE, _LINE),
    "a case whose state nobody stepped to": (
        "order",
        _a_case("answered", "NULL") + _steps(_RECEIVED, _ACCEPTED),
        _GONE,
        _LINE,
    ),
    "a case in hands to which nobody gave it": (
        "order",
        _a_case("received", "NULL")
        + _steps(_RECEIVED)
        + f"; UPDATE cases SET unit_id = {_CASE} WHERE case_id = {_CASE}",
        _GONE,
        _LINE,
    ),
    "a case closed without an answer": (
        "order",
        _a_case("closed", "'settled'") + _steps(_RECEIVED, _ACCEPTED, _CLOSED),
        _GONE,
        _LINE,
    ),
    "a case closed without an outcome on record": (
        "order",
        _a_case("closed", "'settled'") + _steps(_RECEIVED, _ACCEPTED, _ANSWERED, ("close", "closed", "NULL")),
        _GONE,
        _LINE,
    ),
}
