"""Whoever shows that an address is theirs is written to there, each notice once, whatever breaks or repeats."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.clients.mail import Mailer
from gateway.store.mails import A_DAY_MAX, KEPT_FOR, LEASE
from gateway.usecases.desk import Desk
from gateway.usecases.disable_account import disable_account
from gateway.usecases.keep_mail_address import ASKED_MAX, CODE_HOLDS, TRIED_MAX
from gateway.usecases.keep_notices import keep_notices
from gateway.usecases.send_mails import AGAIN_AFTER, AT_ONCE_MAX, forget_old_mails, send_due_mails
from shared.contracts.order import NoticeFact, NoticeRaised
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from tests.build.door import refusal
from tests.integration.gateway.conftest import Gateway, heard
from tests.integration.gateway.postman import Postman, a_postman

ADDRESS = "li.na@example.org"
FROM = "助采 <zhucai@example.org>"


@pytest.fixture
async def postman(gateway: Gateway) -> AsyncIterator[Postman]:
    """A mail server, and the gateway told of it."""
    async with a_postman() as postman:
        usual = gateway.desk
        gateway.app.state.desk = replace(usual, mailer=Mailer(postman.url, FROM))
        yield postman
        gateway.app.state.desk = usual


async def confirmed(gateway: Gateway, account: str, address: str = ADDRESS) -> UUID:
    """Make an account whose address is confirmed."""
    account_id = await gateway.person(account)
    await gateway.execute(
        f"INSERT INTO mail_addresses (account_id, address, confirmed_at) VALUES ('{account_id}', '{address}', now())"  # noqa: S608
    )
    return account_id


async def tell(desk: Desk, *accounts: UUID, kind: NoticeKind = NoticeKind.ORDER_PLACED, times: int = 1) -> UUID:
    """Let the gateway hear a notice, as often as is said; gives what it is about."""
    subject = new_id()
    said = NoticeRaised(
        kind=kind,
        subject_id=subject,
        audience=(),
        account_ids=accounts,
        by_account_id=None,
        facts=(NoticeFact(name="amount_fen", value="13000"),),
        at=desk.clock.now(),
        due_at=None,
    )
    delivery = heard(said)
    for _ in range(times):
        await keep_notices(desk, [delivery])
    return subject


async def states(gateway: Gateway) -> list[str]:
    async with gateway.engine.connect() as connection:
        return list((await connection.scalars(sa.text("SELECT state FROM mails ORDER BY made_at, mail_id"))).all())


async def value(gateway: Gateway, sql: str) -> Any:
    async with gateway.engine.connect() as connection:
        return await connection.scalar(sa.text(sql))


class TestALetter:
    async def test_says_the_notice_in_its_readers_language_once_however_often_it_is_heard(
        self, gateway: Gateway, postman: Postman
    ) -> None:
        account = await confirmed(gateway, "li.na")
        subject = await tell(gateway.desk, account, times=3)
        await asyncio.gather(*(send_due_mails(gateway.desk) for _ in range(4)))
        assert await send_due_mails(gateway.desk) == 0
        (letter,) = postman.taken
        assert (letter["from"], letter["to"], letter["subject"]) == (FROM, ADDRESS, "【助采】收到新订单")
        assert letter["auto-submitted"] == "auto-generated"
        mail_id = await value(gateway, "SELECT mail_id FROM mails")
        assert letter["message-id"] == f"<{mail_id}@example.org>"
        assert parsedate_to_datetime(letter["date"]).tzinfo is not None
        text = letter.get_content()
        lines = text.splitlines()
        assert lines[:4] == ["收到新订单", "", "请确认能否供货。", "金额：130.00 元"]
        assert f"http://zhucai.test/orders/{subject}" in lines
        async with await gateway.signed_in("li.na") as client:
            mail = (await client.get("/notices")).json()["items"][0]["mail"]
        assert mail["state"] == "sent"
        assert mail["ended_at"] is not None

    async def test_comes_as_it_is_chosen_kind_by_kind(self, gateway: Gateway, postman: Postman) -> None:
        account = await confirmed(gateway, "li.na")
        ways = {"order_placed": (True, False), "order_shipped": (False, True), "order_lapsed": (False, False)}
        chosen = [{"kind": kind, "inbox": inbox, "mail": mail} for kind, (inbox, mail) in ways.items()]
        async with await gateway.signed_in("li.na") as client:
            await client.put("/me/notice-settings", json={"settings": chosen})
            for kind in (*ways, "return_asked"):
                await tell(gateway.desk, account, kind=NoticeKind(kind))
            await send_due_mails(gateway.desk)
            assert {letter["subject"] for letter in postman.taken} == {"【助采】订单已发货", "【助采】食堂申请退货"}
            shown = (await client.get("/notices")).json()["items"]
            assert {one["kind"] for one in shown} == {"order_placed", "return_asked"}
            assert (await client.get("/me")).json()["unread_count"] == 2

    async def test_is_chosen_by_one_of_many_choices_at_once(self, gateway: Gateway, postman: Postman) -> None:
        """Each replaces the whole: what stands at the end is one of them, never a mixture."""
        await gateway.person("li.na")
        kinds = [kind.value for kind in NoticeKind]
        halves = [kinds[0::2], kinds[1::2], kinds[0::3], kinds[1::3]] * 3
        async with await gateway.signed_in("li.na") as client:

            async def choose(chosen: list[str]) -> None:
                body = {"settings": [{"kind": kind, "inbox": False, "mail": False} for kind in chosen]}
                answer = await client.put("/me/notice-settings", json=body)
                assert answer.status_code == 200, answer.text

            await asyncio.gather(*(choose(chosen) for chosen in halves))
            stands = (await client.get("/me/notice-settings")).json()["settings"]
        assert [one["kind"] for one in stands if not one["inbox"]] in [*halves[:4]]

    async def test_alone_is_told_in_the_inbox_where_no_letter_comes(self, gateway: Gateway, postman: Postman) -> None:
        """Without a server or an address, beyond the day's bound, and where the letter was refused."""
        bare, account = await gateway.person("wang.wu"), await confirmed(gateway, "li.na")
        chosen = {"settings": [{"kind": "order_placed", "inbox": False, "mail": True}]}
        for name in ("wang.wu", "li.na"):
            async with await gateway.signed_in(name) as client:
                await client.put("/me/notice-settings", json=chosen)
        await tell(gateway.desk, bare)
        await tell(replace(gateway.desk, mailer=None), account)
        await tell(gateway.desk, account)
        async with await gateway.signed_in("li.na") as client:
            assert len((await client.get("/notices")).json()["items"]) == 1
            postman.replies["RCPT"] = ["550 no such person"]
            await send_due_mails(gateway.desk)
            assert await states(gateway) == ["refused"]
            assert len((await client.get("/notices")).json()["items"]) == 2
        async with await gateway.signed_in("wang.wu") as client:
            assert len((await client.get("/notices")).json()["items"]) == 1

    async def test_that_waits_when_mail_is_switched_off_is_told_in_the_inbox_and_never_comes_late(
        self, gateway: Gateway, postman: Postman
    ) -> None:
        account = await confirmed(gateway, "li.na")
        without = replace(gateway.desk, mailer=None)
        chosen = {"settings": [{"kind": "order_placed", "inbox": False, "mail": True}]}
        async with await gateway.signed_in("li.na") as client:
            await client.put("/me/notice-settings", json=chosen)
            for _ in range(3):
                await tell(gateway.desk, account)
            assert (await client.get("/notices")).json()["items"] == []
            assert sum(await asyncio.gather(*(send_due_mails(without) for _ in range(2)))) == 3
            assert await send_due_mails(without) == 0
            shown = (await client.get("/notices")).json()["items"]
        assert [one["mail"]["state"] for one in shown] == ["refused"] * 3
        assert (await send_due_mails(gateway.desk), postman.taken) == (0, [])

    async def test_of_a_matter_without_a_page_has_no_link(self, gateway: Gateway, postman: Postman) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"), kind=NoticeKind.WEBHOOK_DISABLED)
        await send_due_mails(gateway.desk)
        assert "http" not in postman.taken[0].get_content()
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/notices")).json()["items"][0]["page"] is None

    async def test_is_none_without_a_confirmed_address_or_a_server(self, gateway: Gateway, postman: Postman) -> None:
        bare = await gateway.person("wang.wu")
        account = await confirmed(gateway, "li.na")
        await tell(replace(gateway.desk, mailer=None), account)
        await tell(gateway.desk, bare)
        assert await send_due_mails(replace(gateway.desk, mailer=None)) == 0
        assert await send_due_mails(gateway.desk) == 0
        assert (await states(gateway), await gateway.rows("notices")) == ([], 2)

    async def test_is_not_sent_to_whoever_left_or_has_another_address_by_now(
        self, gateway: Gateway, postman: Postman
    ) -> None:
        gone, moved = await confirmed(gateway, "li.na"), await confirmed(gateway, "wang.wu", "old@example.org")
        await tell(gateway.desk, gone, moved)
        await disable_account(gateway.desk, gone)
        await gateway.execute(f"UPDATE mail_addresses SET address = 'new@example.org' WHERE account_id = '{moved}'")  # noqa: S608
        await send_due_mails(gateway.desk)
        assert (postman.taken, await states(gateway)) == ([], ["refused", "refused"])
        assert not [line for line in postman.asked if line.startswith("RCPT")]

    async def test_has_a_bound_a_day_beyond_which_the_inbox_remains(self, gateway: Gateway, postman: Postman) -> None:
        account = await confirmed(gateway, "li.na")
        for _ in range(A_DAY_MAX + 3):
            await tell(gateway.desk, account)
        assert (await gateway.rows("mails"), await gateway.rows("notices")) == (A_DAY_MAX, A_DAY_MAX + 3)
        assert await send_due_mails(gateway.desk) == A_DAY_MAX
        assert len(postman.taken) == A_DAY_MAX


class TestAServerThatRefusesOrBreaks:
    @pytest.mark.parametrize(
        ("command", "reply"),
        [
            ("greeting", "421 too busy"),
            ("MAIL", "451 later"),
            ("RCPT", "450 greylisted"),
            ("DATA", "451 later"),
            ("content", "452 no room"),
        ],
    )
    async def test_for_now_is_asked_again_after_a_pause_and_takes_it_once(
        self, gateway: Gateway, postman: Postman, command: str, reply: str
    ) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        postman.replies[command] = [reply]
        assert await send_due_mails(gateway.desk) == 1
        assert (await states(gateway), postman.taken) == (["waiting"], [])
        assert await send_due_mails(gateway.desk) == 0
        gateway.clock.shift = AGAIN_AFTER[0] + timedelta(seconds=1)
        assert await send_due_mails(gateway.desk) == 1
        assert (await states(gateway), len(postman.taken)) == (["sent"], 1)

    @pytest.mark.parametrize("command", ["greeting", "EHLO", "MAIL", "RCPT"])
    async def test_that_breaks_off_before_the_content_is_asked_again(
        self, gateway: Gateway, postman: Postman, command: str
    ) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        postman.breaks_at = [command, *(["HELO"] if command == "EHLO" else [])]
        await send_due_mails(gateway.desk)
        assert (await states(gateway), postman.taken) == (["waiting"], [])
        gateway.clock.shift = AGAIN_AFTER[0] + timedelta(seconds=1)
        postman.breaks_at = []
        await send_due_mails(gateway.desk)
        assert (await states(gateway), len(postman.taken)) == (["sent"], 1)

    async def test_that_breaks_off_after_the_content_is_never_sent_it_again(
        self, gateway: Gateway, postman: Postman
    ) -> None:
        account = await confirmed(gateway, "li.na")
        for _ in range(3):
            await tell(gateway.desk, account)
        postman.breaks_at = ["content"]
        await send_due_mails(gateway.desk)
        assert sorted(await states(gateway)) == ["unknown", "waiting", "waiting"]
        gateway.clock.shift = timedelta(days=3)
        await send_due_mails(gateway.desk)
        assert sorted(await states(gateway)) == ["sent", "sent", "unknown"]
        assert len({letter["message-id"] for letter in postman.taken}) == len(postman.taken) == 3
        async with await gateway.signed_in("li.na") as client:
            told = [one["mail"]["state"] for one in (await client.get("/notices")).json()["items"]]
        assert sorted(told) == ["sent", "sent", "unknown"]

    @pytest.mark.parametrize(("command", "reply"), [("RCPT", "550 no such mailbox"), ("content", "554 not wanted")])
    async def test_for_good_is_not_asked_again_and_the_next_letter_goes(
        self, gateway: Gateway, postman: Postman, command: str, reply: str
    ) -> None:
        account = await confirmed(gateway, "li.na")
        for _ in range(2):
            await tell(gateway.desk, account)
        postman.replies[command] = [reply]
        await send_due_mails(gateway.desk)
        assert (sorted(await states(gateway)), len(postman.taken)) == (["refused", "sent"], 1)
        assert await value(gateway, "SELECT answer FROM mails WHERE state = 'refused'") == reply

    async def test_that_stays_away_is_given_up_after_so_many_tries(self, gateway: Gateway, postman: Postman) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        nobody = replace(gateway.desk, mailer=Mailer("smtp://127.0.0.1:1", FROM))
        for pause in (*AGAIN_AFTER, timedelta()):
            assert await send_due_mails(nobody) == 1
            gateway.clock.shift += pause + timedelta(seconds=1)
        assert await send_due_mails(nobody) == 0
        assert (await states(gateway), await value(gateway, "SELECT tries FROM mails")) == (
            ["refused"],
            len(AGAIN_AFTER) + 1,
        )

    async def test_without_tls_is_told_no_password(self, gateway: Gateway, postman: Postman) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        with_account = Mailer(postman.url.replace("//", "//zhucai:secret@"), FROM)
        await send_due_mails(replace(gateway.desk, mailer=with_account))
        assert await states(gateway) == ["waiting"]
        assert {line.split()[0] for line in postman.asked} <= {"EHLO", "HELO", "QUIT"}


class TestASenderThatEnds:
    async def test_while_it_sends_leaves_what_nobody_sends_again(self, gateway: Gateway, postman: Postman) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        postman.holds = asyncio.Event()
        sending = asyncio.create_task(send_due_mails(gateway.desk))
        await asyncio.wait_for(postman.reading.wait(), 10)
        sending.cancel()
        await asyncio.wait([sending], timeout=10)
        assert sending.cancelled()  # Though the server still keeps it waiting.
        assert await states(gateway) == ["sending"]
        postman.holds.set()
        assert await send_due_mails(gateway.desk) == 0
        gateway.clock.shift = LEASE + timedelta(seconds=1)
        assert await send_due_mails(gateway.desk) == 0
        assert (await states(gateway), len(postman.taken)) == (["unknown"], 1)

    async def test_before_it_sends_leaves_what_another_sends(self, gateway: Gateway, postman: Postman) -> None:
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        await gateway.execute("UPDATE mails SET state = 'claimed', claim = uuidv7(), claimed_at = now(), tries = 1")
        assert await send_due_mails(gateway.desk) == 0
        gateway.clock.shift = LEASE + timedelta(seconds=1)
        assert await send_due_mails(gateway.desk) == 1
        assert (await states(gateway), len(postman.taken)) == (["sent"], 1)

    async def test_late_finds_that_another_has_sent_it_meanwhile(self, gateway: Gateway, postman: Postman) -> None:
        """A sender is asking the server when its claim is over and another takes the letter up."""
        await tell(gateway.desk, await confirmed(gateway, "li.na"))
        postman.holds_at = ("RCPT", asyncio.Event())
        slow = asyncio.create_task(send_due_mails(gateway.desk))
        await asyncio.wait_for(postman.reading.wait(), 10)
        _, going_on = postman.holds_at
        postman.holds_at = None
        gateway.clock.shift = LEASE + timedelta(seconds=1)
        assert await send_due_mails(gateway.desk) == 1
        assert (await states(gateway), len(postman.taken)) == (["sent"], 1)
        going_on.set()
        await slow
        assert (await states(gateway), len(postman.taken)) == (["sent"], 1)
        assert [line for line in postman.asked if line == "DATA"] == ["DATA"]

    async def test_beside_others_sends_each_letter_once(self, gateway: Gateway, postman: Postman) -> None:
        """Several gateways at once, each with connections of its own, more letters than one conversation takes."""
        accounts = [await confirmed(gateway, f"person{n}", f"{n}@example.org") for n in range(3 * AT_ONCE_MAX)]
        for first in range(0, len(accounts), 20):
            await tell(gateway.desk, *accounts[first : first + 20], times=2)
        done = await asyncio.gather(*(send_due_mails(gateway.desk) for _ in range(4)))
        assert (sum(done), await send_due_mails(gateway.desk)) == (len(accounts), 0)
        assert sorted(letter["to"] for letter in postman.taken) == sorted(f"{n}@example.org" for n in range(60))
        assert len({letter["message-id"] for letter in postman.taken}) == len(accounts)
        assert set(await states(gateway)) == {"sent"}

    async def test_letters_that_ended_are_forgotten_and_others_kept(self, gateway: Gateway, postman: Postman) -> None:
        account = await confirmed(gateway, "li.na")
        await tell(gateway.desk, account)
        await send_due_mails(gateway.desk)
        await tell(gateway.desk, account)
        gateway.clock.shift = KEPT_FOR + timedelta(minutes=1)
        assert await forget_old_mails(gateway.desk) == 1
        assert await states(gateway) == ["waiting"]


class TestAnAddress:
    async def test_is_written_to_once_its_code_was_given_back(self, gateway: Gateway, postman: Postman) -> None:
        account = await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            asked = [(await client.put("/me/mail-address", json={"address": "Li.Na@EXAMPLE.org"})) for _ in range(3)]
            assert {one.status_code for one in asked} == {200}
            told = asked[0].json()
            assert (told["address"], told["asked_address"]) == (None, "Li.Na@example.org")
            assert asked[2].json() == told
            await send_due_mails(gateway.desk)
            (letter,) = postman.taken
            assert letter["to"] == "Li.Na@example.org"
            code = letter.get_content().splitlines()[0].removeprefix("验证码：")
            await tell(gateway.desk, account)
            assert await send_due_mails(gateway.desk) == 0
            wrong = f"{(int(code) + 1) % 10**8:08d}"
            refusal(await client.post("/me/mail-address/confirmation", json={"code": wrong}), 422, "wrong-mail-code")
            done = (await client.post("/me/mail-address/confirmation", json={"code": code})).json()
            assert (done["address"], done["asked_address"]) == ("Li.Na@example.org", None)
            assert (await client.get("/me/mail-address")).json() == done
            refusal(await client.post("/me/mail-address/confirmation", json={"code": code}), 409, "no-code-waits")
            await tell(gateway.desk, account)
            await send_due_mails(gateway.desk)
            assert [letter["subject"] for letter in postman.taken[1:]] == ["【助采】收到新订单"]
            gone = (await client.put("/me/mail-address", json={"address": None})).json()
            assert set(gone.values()) == {None}

    async def test_that_was_confirmed_stands_until_another_is(self, gateway: Gateway, postman: Postman) -> None:
        account = await confirmed(gateway, "li.na")
        async with await gateway.signed_in("li.na") as client:
            told = (await client.put("/me/mail-address", json={"address": "new@example.org"})).json()
            assert (told["address"], told["asked_address"]) == (ADDRESS, "new@example.org")
            await tell(gateway.desk, account)
            await send_due_mails(gateway.desk)
            assert sorted(letter["to"] for letter in postman.taken) == [ADDRESS, "new@example.org"]
            kept = (await client.put("/me/mail-address", json={"address": ADDRESS})).json()
            assert (kept["address"], kept["asked_address"]) == (ADDRESS, None)

    async def test_whose_code_is_over_is_not_confirmed_by_it(self, gateway: Gateway, postman: Postman) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            await client.put("/me/mail-address", json={"address": ADDRESS})
            await send_due_mails(gateway.desk)
            code = postman.taken[0].get_content().splitlines()[0].removeprefix("验证码：")
            gateway.clock.shift = CODE_HOLDS
            refusal(await client.post("/me/mail-address/confirmation", json={"code": code}), 409, "no-code-waits")

    async def test_takes_no_guessing_and_sends_no_flood(self, gateway: Gateway, postman: Postman) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            for number in range(ASKED_MAX):
                answer = await client.put("/me/mail-address", json={"address": f"{number}@example.org"})
                assert answer.status_code == 200
            before = (await client.get("/me/mail-address")).json()
            more = await client.put("/me/mail-address", json={"address": "more@example.org"})
            refusal(more, 429, "too-many-mail-codes")
            assert (await client.get("/me/mail-address")).json() == before
            for _ in range(TRIED_MAX):
                guess = await client.post("/me/mail-address/confirmation", json={"code": "00000000"})
                assert guess.status_code == 422
            last = await client.post("/me/mail-address/confirmation", json={"code": "00000000"})
            refusal(last, 429, "too-many-mail-codes")
        assert await send_due_mails(gateway.desk) == 1  # Codes of addresses that are asked for no more are not sent.
        assert postman.taken[0]["to"] == f"{ASKED_MAX - 1}@example.org"

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "li.na",
            "@example.org",
            "li na@example.org",
            "li.na@localhost",
            "li.na@127.0.0.1",
            "li..na@example.org",
            "李娜@example.org",
            "a@b.org\r\nBcc: c@d.org",
            "a@b.org,c@d.org",
            "<a@b.org>",
            f"{'a' * 65}@example.org",
            f"a@{'b' * 250}.org",
            7,
        ],
    )
    async def test_that_is_none_is_refused(self, gateway: Gateway, postman: Postman, address: Any) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            refusal(await client.put("/me/mail-address", json={"address": address}), 422, "invalid-fields")
        assert (await gateway.rows("mails"), await gateway.rows("mail_addresses")) == (0, 0)

    async def test_is_not_taken_where_no_mail_is_sent(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            refusal(await client.put("/me/mail-address", json={"address": ADDRESS}), 409, "no-mail-here")
            assert (await client.put("/me/mail-address", json={"address": None})).status_code == 200
