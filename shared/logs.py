"""Every log line is one JSON object that carries the request's id through all hops and into the events it caused."""

import logging
import re
import sys
from contextvars import ContextVar
from typing import Any

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request, event or command that this task works for; bound at every door."""


def _with_request_id(_: Any, __: str, event: Any) -> Any:
    if value := request_id.get():
        event.setdefault("request_id", value)
    return event


_ROW = re.compile(r"DETAIL:  .*?(?=\n(?:HINT|CONTEXT):  |\n[^\n]*\[SQL: |\n\nThe above |\n\nDuring |\Z)", re.DOTALL)


def without_rows(_: Any, __: str, event: Any) -> Any:
    """Leave out of what PostgreSQL says of an error the row that it is about: it holds what somebody told us."""
    for name, value in event.items():
        if isinstance(value, str) and "DETAIL:  " in value:
            event[name] = _ROW.sub("DETAIL left out", value)
    return event


def configure_logging(program: str, *, level: str = "info", as_json: bool = True) -> None:
    """Send structlog's and the standard library's lines to stderr, in one shape."""
    stamps: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request_id,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*stamps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _, __, event: {"program": program, **event},
                structlog.processors.format_exc_info,
                without_rows,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "nats", "stripe", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def logger(name: str) -> Any:
    """Give the structlog logger of a module: `log = logger(__name__)`."""
    return structlog.stdlib.get_logger(name)
