"""Whom a flag is about answers it with words and papers, and appeals against what was decided."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.flags import (
    ANSWERS_MAX,
    FLAG,
    AnswerFixed,
    AppealTooLate,
    FlagStep,
    TooManyAnswers,
    may_appeal_until,
)
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import flags
from services.catalog.store.flags import Flag
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.flag_shapes import flag_view, note_step, say_flag
from services.catalog.usecases.get_flags import found_flag
from services.catalog.usecases.named_papers import document_problems
from services.catalog.usecases.reach import owned_supplier
from services.catalog.usecases.texts import COMMAND
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.texts import PARAGRAPHS

_OPERATION_OF = {FlagStep.ANSWER: "put_flag_answer", FlagStep.APPEAL: "appeal_flag"}
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=PARAGRAPHS, strip_whitespace=True)]
Papers = Annotated[tuple[UUID, ...], Field(max_length=20, description="documents of the supplier that prove it")]


class PutFlagAnswer(BaseModel):
    """What is said to a flag."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [{"text": "其中1200公斤为代销本村合作社产品，附代销协议", "document_ids": []}]
        }
    }

    text: Words
    document_ids: Papers = ()


class AppealFlag(BaseModel):
    """Why what was decided should not stand."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [{"version": 3, "text": "丈量时漏计新流转地块，附流转合同", "document_ids": []}]
        }
    }

    version: int = Field(ge=1, le=2_000_000_000, description="the version that was looked at")
    text: Words
    document_ids: Papers = ()


async def put_flag_answer(
    desk: Desk, identity: Identity, flag_id: UUID, answer_id: UUID, command: PutFlagAnswer
) -> dict[str, Any]:
    """Answer a flag; the same answer again changes nothing. Raises AnswerFixed, TooManyAnswers, WrongState."""
    async with desk.uow.begin() as tx:
        flag = await _own(tx, identity, "put_flag_answer", flag_id)
        papers = sorted(command.document_ids)
        given = await flags.find_step(tx, answer_id)
        if given is not None:
            same = (given.flag_id, given.step, given.text, list(given.document_ids))
            if same != (flag_id, FlagStep.ANSWER.value, command.text, papers):
                raise AnswerFixed(answer_id=str(answer_id))
            return await flag_view(tx, flag)
        await _check(tx, flag, papers)
        answered = [row for row in await flags.steps_of(tx, flag_id) if row.step == FlagStep.ANSWER.value]
        if len(answered) >= ANSWERS_MAX:
            raise TooManyAnswers(answers_max=ANSWERS_MAX)
        return await _moved(tx, identity, flag, FlagStep.ANSWER, answer_id, command.text, papers)


async def appeal_flag(
    desk: Desk, identity: Identity, flag_id: UUID, command: AppealFlag, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Appeal against an upheld flag within 60 days. Raises AppealTooLate, ChangedMeanwhile, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        flag = await _own(tx, identity, "appeal_flag", flag_id)
        FLAG.check(flag.state, FlagStep.APPEAL.value)
        if flag.version != command.version:
            raise ChangedMeanwhile(flag_id=str(flag_id), version=flag.version)
        assert flag.upheld_on is not None
        if business_date(tx.now) > may_appeal_until(flag.upheld_on):
            raise AppealTooLate(appeal_until=may_appeal_until(flag.upheld_on).isoformat())
        papers = sorted(command.document_ids)
        await _check(tx, flag, papers)
        view = await _moved(tx, identity, flag, FlagStep.APPEAL, new_id(), command.text, papers)
        await tx.answer(view)
        return view


async def _own(tx: Tx, identity: Identity, operation: str, flag_id: UUID) -> Flag:
    """Give a flag to whom it is about, judged alone from here on."""
    known, supplier = await found_flag(tx, flag_id)
    require(identity, operation, await owned_supplier(tx, identity, supplier))
    await flags.alone(tx, [known.supplier_id])
    flag, _ = await found_flag(tx, flag_id)
    return flag


async def _check(tx: Tx, flag: Flag, papers: list[UUID]) -> None:
    if problems := await document_problems(tx, flag.supplier_id, papers):
        raise InvalidFields(*problems)


async def _moved(
    tx: Tx, identity: Identity, flag: Flag, step: FlagStep, step_id: UUID, text: str, papers: list[UUID]
) -> dict[str, Any]:
    state = FLAG.check(flag.state, step.value)
    moved = await flags.change(tx, flag, {"state": state.value})
    if moved is None:
        raise ChangedMeanwhile(flag_id=str(flag.flag_id))
    await note_step(tx, moved, step, text, by=identity, step_id=step_id, document_ids=papers)
    await log_act(tx, identity, moved.supplier_id, _OPERATION_OF[step], moved.flag_id, moved.version)
    await say_flag(tx, moved)
    return await flag_view(tx, moved)
