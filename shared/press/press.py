"""Papers and tables are made a few at a time, each in a bounded time, so that no reader's paper stops another's.

Tables are written in threads, papers by a process each (`typesetter.py`), which is ended when it takes too long. A
paper needs a Chinese font on the machine (Debian's `fonts-noto-cjk`); where there is none the reader is told so.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import orjson

from shared.errors import TooMany, Unavailable
from shared.press.typesetter import NO_FONT

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
WAITING_MAX = 16
SECONDS_MAX = 15.0
"""For waiting and making; less than the gateway waits for the head of an answer."""
FONT_PACKAGE = "fonts-noto-cjk"
TYPESETTER = Path(__file__).parent / "typesetter.py"
_PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR")


class FontMissing(Unavailable):
    """No Chinese font is installed where papers are laid out; the operator installs `fonts-noto-cjk`.

    zh: 服务器上没有中文字体，无法生成 PDF，请联系管理员安装 fonts-noto-cjk。
    """


class PressBusy(TooMany):
    """Many papers are being made; try again in a moment.

    zh: 正在生成的文件较多，请稍后重试。
    """


class PressTooSlow(Unavailable):
    """Making this paper takes too long; ask for less of it (a higher level, a smaller unit) or another format.

    zh: 生成文件用时过长，请缩小范围（如更高的层级、更小的单位）或选择其他格式。
    """


class PressBroken(Unavailable):
    """The paper could not be laid out.

    zh: 文件排版失败，请稍后重试。
    """


@dataclass
class Press:
    """Makes papers and tables; one per program."""

    at_once: int = AT_ONCE
    waiting_max: int = WAITING_MAX
    seconds_max: float = SECONDS_MAX
    interpreter: str = sys.executable
    _asked: int = field(default=0, init=False)
    _slots: asyncio.Semaphore | None = field(default=None, init=False)

    async def write(self, write: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Write a table in a thread. Raises PressBusy, PressTooSlow."""
        async with self._turn():
            return await asyncio.to_thread(write, *args, **kwargs)

    async def lay_out(self, paper: Mapping[str, Any], layout: Path, form: str = "pdf") -> bytes:
        """Lay a paper out by a Typst layout, as PDF (or `svg`, its pages one after the other).

        Raises PressBusy, PressTooSlow, FontMissing, PressBroken.
        """
        async with self._turn():
            return await self._laid_out(orjson.dumps(paper), layout, form)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait for a place at the press, and bound the whole."""
        if self._slots is None:
            self._slots = asyncio.Semaphore(self.at_once)
        if self._asked >= self.at_once + self.waiting_max:
            raise PressBusy()
        self._asked += 1
        try:
            async with asyncio.timeout(self.seconds_max), self._slots:
                yield
        except TimeoutError as error:
            raise PressTooSlow() from error
        finally:
            self._asked -= 1

    async def _laid_out(self, data: bytes, layout: Path, form: str) -> bytes:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *(self.interpreter, "-I", str(TYPESETTER), str(layout), form),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=environment,
        )
        try:
            made, told = await process.communicate(data)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == NO_FONT:
            raise FontMissing(package=FONT_PACKAGE)
        if process.returncode != 0:
            raise PressBroken(reason=told.decode(errors="replace").strip().rpartition("\n")[2][:300])
        return made
