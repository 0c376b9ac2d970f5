"""What a program logs is read as an operator would: every line as it is written, from the program's own handler."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from shared.logs import configure_logging


@contextmanager
def written_down(level: str = "debug") -> Iterator[io.StringIO]:
    """Log as a program in production does as long as the block lasts, at the most talkative; gives all of it."""
    root, book = logging.getLogger(), io.StringIO()
    before, before_level, configured = root.handlers[:], root.level, structlog.get_config()
    configure_logging("test", level=level)
    structlog.configure(cache_logger_on_first_use=False)
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(book)
    try:
        yield book
    finally:
        root.handlers[:] = before
        root.setLevel(before_level)
        structlog.configure(**configured)
