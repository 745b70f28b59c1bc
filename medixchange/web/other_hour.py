"""Proposing another hour instead of the one that somebody is invited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel, model_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake import queries as intake
from medixchange.intake.patients import NoPatientData
from medixchange.intake.together import others_of
from medixchange.languages.texts import Paragraph, Picked, Wrong
from medixchange.matching.hours import other_hours
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.sessions import queries
from medixchange.sessions.answers import respond
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.web.access import ByLink, policy
from medixchange.web.answer import TITLES, state_of
from medixchange.web.bookable import days
from medixchange.web.form import Sent, Typed, in_order, read
from medixchange.web.numbers import Counted, moment_in
from medixchange.web.page import Db, Now, render, see_other

Seed = Annotated[str, policy(ByLink("answer"))]
CHOOSE = say("Choose an hour from the list; another one is taken by now.")
ANSWERABLE = ("asked", "ACCEPTED", "TENTATIVE", "DECLINED")

router = APIRouter()


class OtherHour(BaseModel):
    """The form of the page; ``sequence`` is that of the session as it was shown."""

    asks: ClassVar[Mapping[str, Message]] = {"sequence": say("Open this page again from the letter it came in.")}

    reason: Annotated[str, Paragraph(500, optional=True)] = ""
    no_patient_data: NoPatientData = ""  # before the hour, which is no date of birth
    hour: Annotated[str, Picked(40, CHOOSE, optional=True)] = ""
    sequence: Counted

    @model_validator(mode="after")
    def _says_when(self) -> OtherHour:
        if not self.hour and not self.reason:
            raise Wrong(say("Choose an hour, or write when you could come."), field="hour")
        return self


@router.get("/answer/{token}/other-hour")
def look(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """The hours at which all the others could come too."""
    place = queries.by_answer_seed(db, seed)
    session = queries.by_id(db, place.session_id)
    if state_of(session, place, now=now) not in ANSWERABLE:
        return see_other(_back(request))
    return _page(request, db, session, place, Typed(), now=now)


@router.post("/answer/{token}/other-hour")
def propose(request: Request, db: Db, now: Now, sent: Sent, seed: Seed) -> Response:
    """Keep that this hour does not suit, and which one would."""
    place = queries.by_answer_seed(db, seed, for_change=True)
    session = queries.by_id(db, place.session_id)
    if state_of(session, place, now=now) not in ANSWERABLE:
        return see_other(_back(request))
    filled = read(OtherHour, sent)
    starts_at = moment_in(sent.one("hour").removeprefix("at:"))
    errors = dict(filled.errors)
    if filled.value is not None and filled.value.hour and starts_at not in _hours(db, session, now=now):
        errors["hour"] = CHOOSE
    if filled.value is None or errors:
        shown = {name if name != "sequence" else "": wrong for name, wrong in in_order(OtherHour, errors).items()}
        return _page(request, db, session, place, sent, errors=shown, now=now)
    given = filled.value
    try:
        respond(db, place, "DECLINED", reason=given.reason, other_hour=starts_at, sequence=given.sequence, now=now)
    except Refusal:
        # The session has changed since: the page of the answer says how it stands.
        return see_other(_back(request))
    return see_other(_back(request))


def _back(request: Request) -> str:
    return request.url.path.removesuffix("/other-hour")


def _hours(db: Session, session: SharingSession, *, now: datetime) -> Sequence[datetime]:
    return other_hours(db, session.match_id, now=now)


def _page(
    request: Request,
    db: Session,
    session: SharingSession,
    place: Attendance,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
    now: datetime,
) -> Response:
    person = people.persons(db, [place.person_id])[place.person_id]
    asked = intake.by_id(db, place.joined_id or session.request_id)
    return render(
        request,
        "attendee/other_hour.html",
        status=422 if errors else 200,
        language=person.language,
        zone=person.zone,
        title=TITLES["other-hour"],
        session=session,
        place=place,
        person=person,
        hospital=intake.hospital_of(db, asked),
        others=others_of(db, asked),
        hours=_hours(db, session, now=now),
        days=days,
        typed=typed,
        errors=errors or {},
        back=_back(request),
    )
