"""A password is kept as an Argon2id hash; comparing it costs the same whether or not there is such an account.

Decision: 19 MiB, two passes, one lane (OWASP's floor for Argon2id), two at once. Why: about 25 ms of one of our two
cores, and 38 MiB at most; what slows a guesser more is the rate limit. Price: a stolen table is cheaper to try than
under RFC 9106's 64 MiB; a hash made under older parameters is made anew at the next sign-in.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import TooMany

AT_ONCE = 2
WAITING_MAX = 256
T = TypeVar("T")


class SignInBusy(TooMany):
    """Very many people are signing in right now; try again in a moment.

    zh: 当前登录人数过多，请稍后重试。
    """


class Passwords:
    """Hashes and compares passwords, a bounded number at once and a bounded number in line."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._in_line = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """Hash a new password."""
        return await self._run(partial(self._hasher.hash, password))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Compare; with no hash it compares with nobody's, takes as long, and answers False."""
        if self._nobodys is None:
            self._nobodys = await self._run(partial(self._hasher.hash, "nobody's"))
        same = await self._run(partial(self._verify, password_hash or self._nobodys, password))
        return same and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether a hash was made under other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, call: Callable[[], T]) -> T:
        if self._in_line >= WAITING_MAX:
            raise SignInBusy(retry_after_seconds=5)
        self._in_line += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        finally:
            self._in_line -= 1
