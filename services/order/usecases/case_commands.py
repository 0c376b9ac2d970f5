"""What can be asked of a case, with a bound on every text."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.order.domain.cases import CODE_PATTERN, CaseKind, CaseOutcome, CaseSubject
from services.order.usecases.commands import EXAMPLE_ID, Command, Reason, Remark

TEXT_MAX = 4_000
CaseText = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=TEXT_MAX,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$",
    ),
]
Code = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=CODE_PATTERN)]


def _example(**content: Any) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [content]})


class PutCase(Command):
    """Bring up what is wrong (信访、投诉), with or without an account."""

    model_config = _example(kind="complaint", subject="supplier", subject_id=EXAMPLE_ID, text="所送蔬菜有异味")

    kind: CaseKind
    subject: CaseSubject = CaseSubject.NONE
    subject_id: UUID | None = None
    unit_id: UUID | None = Field(
        default=None, description="the federation that shall have it; left out, it follows from the subject"
    )
    text: CaseText
    contact: Remark = ""

    @model_validator(mode="after")
    def _names_its_subject(self) -> "PutCase":
        if (self.subject is CaseSubject.NONE) != (self.subject_id is None):
            raise ValueError("subject_id should name the subject, and nothing where there is none")
        return self


class CaseStep(StrEnum):
    """What an officer does with a case."""

    ACCEPT = "accept"  # 受理
    HAND_ON = "hand_on"  # 移交
    ANSWER = "answer"  # 答复
    CLOSE = "close"  # 办结


class StepCase(Command):
    """Accept a case, hand it on, answer it, or close it with an outcome."""

    model_config = _example(step="answer", reason="经核查属实，已责令供应方更换并退款")

    step: CaseStep
    reason: Reason
    unit_id: UUID | None = Field(default=None, description="to which unit it is handed on, and with no other step")
    outcome: CaseOutcome | None = Field(default=None, description="with which it is closed, and with no other step")

    @model_validator(mode="after")
    def _names_what_it_wants(self) -> "StepCase":
        if (self.step is CaseStep.HAND_ON) != (self.unit_id is not None):
            raise ValueError("unit_id should be given to hand on, and then alone")
        if (self.step is CaseStep.CLOSE) != (self.outcome is not None):
            raise ValueError("outcome should be given to close, and then alone")
        return self


class FollowCase(Command):
    """Follow a case by the code of its receipt."""

    model_config = _example(code="ABCDEFGHIJKLMNOP")

    code: Code


class ReopenCase(Command):
    """Say why the outcome is not accepted; once."""

    model_config = _example(reason="答复未说明检测结果", code="ABCDEFGHIJKLMNOP")

    reason: Reason
    code: Code | None = Field(default=None, description="of the receipt; who raised it signed in needs none")
