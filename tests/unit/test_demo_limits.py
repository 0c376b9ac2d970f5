"""A demo that stands still says where it stood, and leaves no process behind."""

import asyncio
import os
import socket
import subprocess

import pytest

from deploy.operator.demo import hands, load


class TestAStage:
    async def test_that_stands_still_is_named_and_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(load, "SECONDS_MAX", 0.01)
        with pytest.raises(load.Stuck, match=r"month 2025 3 did not end in 0\.01 s\. Way out: "):
            async with load.within("month", 2025, 3):
                await asyncio.Event().wait()

    async def test_that_fails_says_its_own_reason(self) -> None:
        with pytest.raises(ValueError, match="no such canteen"):
            async with load.within("reference"):
                raise ValueError("no such canteen")


class TestTheSecondProcess:
    def test_is_ended_when_it_does_not_end_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hands, "END_SECONDS_MAX", 0.05)
        mine, others = socket.socketpair()
        with others, subprocess.Popen(["sleep", "60"]) as other:
            asyncio.run(asyncio.wait_for(hands.Hands(mine, other.pid).end(at_once=False), 10))
            with pytest.raises(ChildProcessError):
                os.waitpid(other.pid, 0)
