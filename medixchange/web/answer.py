"""The page behind the link in an invitation: the session in the reader's clock, and whether they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel, model_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph, Wrong
from medixchange.messages import Message, say
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import DeliveryState
from medixchange.outbox.queries import about
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.absence import MEANWHILE, without_experts
from medixchange.sessions.answers import respond
from medixchange.sessions.departed import PARTED, as_seen, request_that_left
from medixchange.sessions.guests import guest_of
from medixchange.sessions.invites import context
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.sessions.occasions import standing
from medixchange.times.intervals import Interval
from medixchange.web.access import ByLink, policy
from medixchange.web.desk.said import SESSIONS, Tag
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Counted
from medixchange.web.page import Db, Now, render, see_other
from medixchange.web.prepared import prepared

Seed = Annotated[str, policy(ByLink("answer"))]

TITLES: Mapping[str, Message] = {
    "asked": say("Can you come to this session?"),
    "ACCEPTED": say("You come to this session"),
    "TENTATIVE": say("You come to this session perhaps"),
    "DECLINED": say("You cannot come to this session"),
    "other-hour": say("Which hour would suit you?"),
    "cancelled": say("This session was cancelled"),
    "not-held": say("This session was not held"),
    "over": say("This session is over"),
    "removed": say("You are no longer needed in this session"),
}

ANSWERED: Mapping[str, Tag] = {
    "asked": Tag(say("You have not answered"), "warn"),
    "ACCEPTED": Tag(say("You come"), "ok"),
    "TENTATIVE": Tag(say("You come perhaps"), "warn"),
    "DECLINED": Tag(say("You cannot come"), "bad"),
}
"""What somebody has answered, while there is something to answer."""

FIELDS = ("reason", "no_patient_data")
"""Fields that one can be led to."""

router = APIRouter()


class Answering(BaseModel):
    """The form of the page; ``sequence`` is that of the session as it was shown."""

    asks: ClassVar[Mapping[str, Message]] = {
        "answer": say("Press one of the buttons."),
        "sequence": say("Open this page again from the letter it came in."),
    }

    answer: Literal["ACCEPTED", "DECLINED"]
    sequence: Counted
    reason: Annotated[str, Paragraph(500, optional=True)] = ""
    no_patient_data: NoPatientData = ""

    @model_validator(mode="after")
    def _says_why(self) -> Answering:
        if self.answer == "DECLINED" and not self.reason:
            why = say("Write in a sentence why you cannot come; the organizers look for another hour or somebody else.")
            raise Wrong(why, field="reason")
        return self


@router.get("/answer/{token}")
def look(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """The session, what was answered, and buttons: mail scanners open every link."""
    return _page(request, db, queries.by_answer_seed(db, seed), now=now)


@router.post("/answer/{token}")
def answer(request: Request, db: Db, now: Now, sent: Sent, seed: Seed) -> Response:
    """Keep the answer; what was shown and is not so any more is shown again instead."""
    place = queries.by_answer_seed(db, seed, for_change=True)
    filled = read(Answering, sent)
    if filled.value is None:
        errors = {name if name in FIELDS else "": wrong for name, wrong in filled.errors.items()}
        return _page(request, db, place, now=now, typed=sent, errors=errors, status=422)
    given = filled.value
    if given.sequence < place.sequence:
        moved = say("The session has changed since you opened this page. Look at its hour again before you answer.")
        return _page(request, db, place, now=now, typed=sent, problem=moved, status=409)
    try:
        respond(db, place, given.answer, reason=given.reason, sequence=given.sequence, now=now)
    except Refusal as no:
        # That there is nothing to answer any more the page says by itself.
        still = state_of(queries.by_id(db, place.session_id), place, now=now) in ANSWERED
        problem = no.message if still else None
        return _page(request, db, place, now=now, typed=sent, problem=problem, status=409)
    return see_other(request.url.path)


def _page(
    request: Request,
    db: Session,
    place: Attendance,
    *,
    now: datetime,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
    problem: Message | None = None,
    status: int = 200,
) -> Response:
    session = queries.by_id(db, place.session_id)
    person = people.persons(db, [place.person_id])[place.person_id]
    state = state_of(session, place, now=now)
    panel = people.panels_of(db, [person.id]).get(person.id)
    told = context(as_seen(db, standing(db, session), session, place), guest_of(place, person, panel))
    has_left = state == "removed" and request_that_left(db, session, place) is not None
    comes = place.removed_at is None and place.partstat != "DECLINED"
    return render(
        request,
        "attendee/answer.html",
        status=status,
        language=person.language,
        zone=person.zone,
        title=PARTED if has_left else TITLES[state],
        has_left=has_left,
        lost=without_experts(session, queries.attendances(db, session.id), now=now) if comes else None,
        meanwhile=MEANWHILE,
        state=state,
        answered=ANSWERED.get(state),
        session=session,
        tag=SESSIONS[session.state],
        place=place,
        person=person,
        was=moved_from(db, session, person) if state == "asked" else None,
        **prepared(request, db, session, place, told["hospital_zone"], now=now),
        typed=typed or Typed(),
        errors=errors or {},
        problem=problem,
        **told,
    )


def state_of(session: SharingSession, place: Attendance, *, now: datetime) -> str:
    """A key of TITLES: what there is to answer for the holder of ``place``, or what they have answered."""
    if place.removed_at is not None:
        return "removed"
    if session.state is SessionState.CANCELLED:
        return "cancelled"
    if session.state is SessionState.NOT_HELD:
        return "not-held"
    if session.state not in ALIVE or session.ends_at <= now:
        return "over"
    return place.partstat if place.partstat in TITLES else "asked"


def moved_from(db: Session, session: SharingSession, person: Person) -> Interval | None:
    """The hour that the last letter to ``person`` takes back, None where it tells of no move."""
    for delivery in reversed(about(db, f"session:{session.id}")):
        letter = Letter.from_json(delivery.payload)
        is_news = letter.calendar is not None and delivery.state is not DeliveryState.SUPERSEDED
        if delivery.reader_id == person.id and is_news:
            was = letter.context["was"]
            return Interval(was["starts"], was["ends"]) if was else None
    return None
