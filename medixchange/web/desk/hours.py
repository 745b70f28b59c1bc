"""The hours of a request: the best of each day, and why not at one that an organizer has in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel, field_validator
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Malformed, Refusal
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import SessionRequest
from medixchange.intake.windows import OFFERED
from medixchange.languages.texts import Line, Wrong
from medixchange.matching.actions import put_forward
from medixchange.matching.hours import Hours, NamedMatch
from medixchange.messages import Message, say
from medixchange.times.intervals import Interval
from medixchange.times.zones import resolve
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.session_form import parties_of
from medixchange.web.form import Sent, Typed, read
from medixchange.web.liaison.hours import day_choices, hour_choices
from medixchange.web.numbers import Number, moment_in
from medixchange.web.page import Db, Now, Reading, render, see_other

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
    """An hour, what stands in its way, and the best match of it where nothing does."""

    hour: Interval
    against: Sequence[Message]
    best: NamedMatch | None


@router.get("/desk/requests/{request_id}/hours", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, reader: Reading, request_id: Number) -> Response:
    """The best hour of each day; a day and a time to choose, and with both what stands in the way of a session then."""
    asked = intake.by_id(db, request_id)
    hours = Hours(db, asked, now=now)
    typed = Typed.of({name: request.query_params.get(name) for name in ("day", "clock")})
    answer, errors = None, dict[str, Message]()
    if set(request.query_params) & {"day", "clock"}:
        answer, errors = _answer(hours, asked, typed)
    return render(
        request,
        "desk/hours.html",
        status=422 if errors else 200,
        asked=asked,
        **parties_of(db, asked),
        days=day_choices(asked.zone, reader.words, Typed(), now=now),
        offered=hour_choices(asked.zone, reader.words, Typed(), now=now),
        answer=answer,
        best=hours.best_of_days(),
        may_propose=asked.state in IN_QUEUE,
        typed=typed,
        errors=errors,
    )


@router.post("/desk/requests/{request_id}/hours")
def propose(db: Db, now: Now, actor: OrganizerActor, sent: Sent, request_id: Number) -> Response:
    """Put the best match of an hour among the proposals."""
    asked = intake.by_id(db, request_id, for_change=True)
    starts_at = moment_in(sent.one("at"))
    if starts_at is None:
        raise Malformed(say("What was sent could not be read. Go back and try again."))
    best = Hours(db, asked, now=now).best_at(starts_at)
    if best is None:
        raise Refusal(say("There is no match at that hour any more. Go back and choose another one."))
    put_forward(db, asked, best.ranked, actor=actor.label, now=now)
    return see_other(f"/desk/requests/{request_id}")


def _answer(hours: Hours, asked: SessionRequest, typed: Typed) -> tuple[Answer | None, dict[str, Message]]:
    filled = read(Start, typed)
    if filled.value is None:
        return None, dict(filled.errors)
    try:
        # Where the clock shows the hour twice the first is as good as the second: the question is only a question.
        starts_at = resolve(filled.value.day, OFFERED[filled.value.clock], asked.zone, fold=0)
        against = hours.why_not(starts_at)
    except Refusal as no:
        return None, {"day": no.message}
    best = None if against else hours.best_at(starts_at)
    ends_at = best.ranked.match.end if best else starts_at + timedelta(minutes=asked.minutes)
    return Answer(Interval(starts_at, ends_at), against, best), {}
