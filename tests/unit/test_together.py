"""Who asks while others are served is served with those who wait, and each gets their own answer or refusal."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.db.together import Together


class Counter:
    """Serves numbers when it is told to, and remembers who came together."""

    def __init__(self) -> None:
        self.served: list[list[int]] = []
        self.gate = asyncio.Event()

    async def serve(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.served.append(list(numbers))
        await self.gate.wait()
        return [ValueError(f"{number} is odd") if number % 2 else number * 10 for number in numbers]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class TestTogether:
    async def test_serves_who_comes_first_at_once_and_those_after_together(self) -> None:
        counter = Counter()
        line = Together(counter.serve, most=3, lines_max=1)
        asks = [asyncio.create_task(line(0))]
        await settle()
        asks += [asyncio.create_task(line(number)) for number in (2, 4, 6, 8)]
        await settle()
        assert counter.served == [[0]]
        counter.gate.set()
        assert await asyncio.gather(*asks) == [0, 20, 40, 60, 80]
        assert counter.served == [[0], [2, 4, 6], [8]]

    async def test_serves_one_after_another(self) -> None:
        counter = Counter()
        counter.gate.set()
        line = Together(counter.serve, lines_max=1)
        assert [await asyncio.wait_for(line(number), 5) for number in (0, 2, 4)] == [0, 20, 40]

    async def test_serves_as_many_at_once_as_it_has_lines(self) -> None:
        counter = Counter()
        line = Together(counter.serve, most=1, lines_max=2)
        asks = []
        for number in (0, 2, 4):
            asks.append(asyncio.create_task(line(number)))
            await settle()
        assert counter.served == [[0], [2]]
        counter.gate.set()
        assert await asyncio.gather(*asks) == [0, 20, 40]

    async def test_gives_each_their_own_refusal(self) -> None:
        counter = Counter()
        counter.gate.set()
        line = Together(counter.serve, lines_max=1)
        answers = await asyncio.gather(line(0), line(1), line(2), return_exceptions=True)
        assert (answers[0], answers[2]) == (0, 20)
        assert isinstance(answers[1], ValueError)
        assert str(answers[1]) == "1 is odd"

    async def test_tells_all_when_serving_fails_and_serves_the_next(self) -> None:
        calls = 0

        async def serve(numbers: Sequence[int]) -> list[int | Exception]:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise ConnectionError("away")
            return list(numbers)

        line = Together(serve, lines_max=1)
        answers = await asyncio.gather(line(1), line(2), return_exceptions=True)
        assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
        assert await line(3) == 3

    async def test_does_not_serve_who_has_gone(self) -> None:
        counter = Counter()
        line = Together(counter.serve, lines_max=1)
        first = asyncio.create_task(line(0))
        await settle()
        gone, stays = asyncio.create_task(line(2)), asyncio.create_task(line(4))
        await settle()
        gone.cancel()
        counter.gate.set()
        assert (await first, await stays) == (0, 40)
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert counter.served == [[0], [4]]
