"""The table of purchases to fill in is written off the event loop."""

import asyncio

from services.procurement_quota.domain.import_schema import PURCHASES
from shared.tables.template import template


async def write_template(media_type: str, language: str) -> bytes:
    """Write it as xlsx or csv, in the reader's language."""
    return await asyncio.to_thread(template, PURCHASES, media_type, language)
