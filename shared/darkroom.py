"""Photos are developed, or made plain, in a few threads beside the event loop, and only so many wait in line."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from shared.errors import Unavailable
from shared.photos import Developed, PhotoUnreadable, develop
from shared.plain_photos import plain_photo

T = TypeVar("T")

THREADS_MAX = 2
WAITING_MAX = 12
"""Each holds up to 10 MiB of a request; developing one takes up to 120 MB for its pixels."""


class DarkroomFull(Unavailable):
    """Many photos are being processed; try again in a moment.

    zh: 正在处理的照片较多，请稍后重试。
    """


class Darkroom:
    """Develops photos, two at a time."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="darkroom")
        self._waiting = 0

    async def develop(self, body: bytes) -> Developed:
        """Re-encode a photo. Raises what `photos.develop` raises, and DarkroomFull."""
        return await self._in_line(develop, body)

    async def plain(self, body: bytes) -> bytes:
        """Leave out of a JPEG or PNG what is no picture. Raises PhotoUnreadable, DarkroomFull."""
        try:
            return await self._in_line(plain_photo, body)
        except ValueError as error:
            raise PhotoUnreadable(reason=str(error)) from error

    async def _in_line(self, work: Callable[[bytes], T], body: bytes) -> T:
        if self._waiting >= WAITING_MAX:
            raise DarkroomFull()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, body)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
