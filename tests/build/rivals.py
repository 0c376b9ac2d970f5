"""A rival who is done just before a named step of somebody else, for tests of what is looked at too early."""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest


def overtaken(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str, rival: Callable[[], Awaitable[object]]
) -> None:
    """Let a rival do what they do just before the next call of a function of a module, once."""
    real: Callable[..., Awaitable[Any]] = getattr(module, step)

    async def late(*given: Any) -> Any:
        monkeypatch.setattr(module, step, real)
        await rival()
        return await real(*given)

    monkeypatch.setattr(module, step, late)
