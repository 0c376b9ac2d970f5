"""The table to fill in is written from the same columns that are read."""

import asyncio

from services.procurement_quota.clients.tables_in import template


async def write_template(media_type: str, language: str) -> bytes:
    """Write the template, off the event loop."""
    return await asyncio.to_thread(template, media_type, language)
