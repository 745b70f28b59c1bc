"""Why a session could not be at another hour that an organizer has in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel, field_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake import queries as intake
from medixchange.intake.models import SessionRequest
from medixchange.intake.windows import OFFERED
from medixchange.languages.texts import Line, Wrong
from medixchange.matching.hours import why_not_then
from medixchange.messages import Message, say
from medixchange.times.intervals import Interval
from medixchange.times.zones import resolve
from medixchange.web.access import Organizer, policy
from medixchange.web.form import Typed, read
from medixchange.web.liaison.hours import day_choices, hour_choices
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, render

router = APIRouter()


class Start(BaseModel):
    """A day and a time on the hospital's clock."""

    asks: ClassVar[Mapping[str, Message]] = {
        "day": say("Choose a day."),
        "clock": say("Choose a time."),
    }

    day: date
    clock: Annotated[str, Line(5)]

    @field_validator("clock")
    @classmethod
    def _offered(cls, clock: str) -> str:
        if clock not in OFFERED:
            raise Wrong(say("Choose a time from the list."))
        return clock


@dataclass(frozen=True)
class Answer:
    """An hour, and what stands in its way."""

    hour: Interval
    against: Sequence[Message]


@router.get("/desk/requests/{request_id}/hours", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, reader: Reading, request_id: Number) -> Response:
    """A day and a time to choose; with both, what stands in the way of a session then."""
    asked = intake.by_id(db, request_id)
    typed = Typed.of({name: request.query_params.get(name) for name in ("day", "clock")})
    answer, errors = None, dict[str, Message]()
    if set(request.query_params) & {"day", "clock"}:
        answer, errors = _answer(db, asked, typed, now=now)
    return render(
        request,
        "desk/hours.html",
        status=422 if errors else 200,
        asked=asked,
        hospital=intake.hospital_of(db, asked),
        days=day_choices(asked.zone, reader.words, now=now),
        offered=hour_choices(asked.zone, reader.words, Typed(), now=now),
        answer=answer,
        typed=typed,
        errors=errors,
    )


def _answer(
    db: Session, asked: SessionRequest, typed: Typed, *, now: datetime
) -> tuple[Answer | None, dict[str, Message]]:
    filled = read(Start, typed)
    if filled.value is None:
        return None, dict(filled.errors)
    try:
        # Where the clock shows the hour twice the first is as good as the second: the question is only a question.
        starts_at = resolve(filled.value.day, OFFERED[filled.value.clock], asked.zone, fold=0)
        against = why_not_then(db, asked, starts_at, now=now)
    except Refusal as no:
        return None, {"day": no.message}
    return Answer(Interval(starts_at, starts_at + timedelta(minutes=asked.minutes)), against), {}
