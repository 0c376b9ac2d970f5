"""A press makes a few papers at a time, ends what takes too long, and says what a machine lacks."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.procurement_quota.clients import REPORT_LAYOUT as LAYOUT
from shared.press import FontMissing, Press, PressBroken, PressBusy, PressTooSlow
from shared.press import press as pressing


def an_interpreter(folder: Path, script: str) -> str:
    """Something that is started instead of Python."""
    path = folder / "interpreter"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    path.chmod(0o755)
    return str(path)


class TestPress:
    PAPER: dict[str, Any] = {"made_at": datetime(2025, 1, 1, tzinfo=UTC).isoformat()}

    async def test_without_a_chinese_font_says_what_to_install(self, tmp_path: Path) -> None:
        press = Press(interpreter=an_interpreter(tmp_path, "cat >/dev/null; exit 3"))
        with pytest.raises(FontMissing) as refused:
            await press.lay_out(self.PAPER, LAYOUT)
        assert refused.value.facts == {"package": "fonts-noto-cjk"}
        assert "fonts-noto-cjk" in FontMissing.title("zh")

    async def test_ends_what_takes_too_long(self, tmp_path: Path) -> None:
        told = tmp_path / "pid"
        press = Press(seconds_max=0.3, interpreter=an_interpreter(tmp_path, f"echo $$ > {told}; exec sleep 60"))
        with pytest.raises(PressTooSlow):
            await press.lay_out(self.PAPER, LAYOUT)
        with pytest.raises(ProcessLookupError):
            os.kill(int(await asyncio.to_thread(told.read_text)), 0)

    async def test_says_that_it_broke_and_goes_on(self) -> None:
        press = Press()
        with pytest.raises(PressBroken):
            await press.lay_out(self.PAPER, LAYOUT)
        assert await press.write(lambda: 5) == 5

    async def test_takes_no_more_than_it_can_hold(self) -> None:
        press = Press(at_once=1, waiting_max=1)
        stop = asyncio.Event()

        async def hold() -> None:
            async with press._turn():
                await stop.wait()

        held = [asyncio.create_task(hold()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(PressBusy):
            await press.write(lambda: None)
        stop.set()
        await asyncio.gather(*held)
        await press.write(lambda: None)

    def test_hands_on_no_secret(self) -> None:
        assert not [name for name in pressing._PASSED_ON if "KEY" in name or "URL" in name]
        assert Press().interpreter == sys.executable
