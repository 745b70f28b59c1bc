"""The run sheet of a session, for its day: clocks, room, contacts, roll call, notes, and how it begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.intake.together import Asking, asking
from medixchange.languages.texts import Paragraph
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.recaps.naming import recap_kept_true
from medixchange.sessions import attending, queries, roll, teams
from medixchange.sessions.answers import respond, to_the_desk
from medixchange.sessions.attendee_draft import ROLE_NAMES
from medixchange.sessions.ending import may_close, may_miss
from medixchange.sessions.interpreting import legs_in_turns
from medixchange.sessions.invites import conversation
from medixchange.sessions.joining import EARLY
from medixchange.sessions.models import MOST_NOTE, Attendance, Role, SharingSession
from medixchange.sessions.stepping import is_exchangeable
from medixchange.times.intervals import Interval
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.mending import mending
from medixchange.web.desk.preparing import asked
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.said import ANSWERS, PRESENCES, ROLES, SESSIONS, Tag, part_of
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, Reading, see_other
from medixchange.web.subscription import picture

CALLS: Mapping[str, bool | None] = {"present": True, "no-show": False, "undo": None}
MOST_SIGNS = 8_000
"""Signs of questions; more would make the page heavy on a thin line. All of them have a page of their own."""
MOST_LATEST = 10
CHOOSE = say("Choose one of the answers.")

router = APIRouter()


@dataclass(frozen=True)
class Called:
    """Somebody at the roll call: in what role or for which hospital, what they had answered, and what was found."""

    place: Attendance
    person: Person
    role: Message
    answer: Tag
    found: Tag
    is_noted: bool
    can_be_replaced: bool


@dataclass(frozen=True)
class Contacts:
    """Those of one role, or of one of several hospitals, who can be written to, by name and address."""

    role: Message
    people: Sequence[tuple[str, str]]
    hospital: str = ""


@dataclass(frozen=True)
class Signing:
    """How those sign in who join in a group: the code (empty before it is made), where, and when it is good."""

    code: str
    address: str
    qr: Markup
    good: Interval
    is_over: bool


class Note(BaseModel):
    """What happened."""

    asks: ClassVar[Mapping[str, Message]] = {"text": say("Write what happened.")}

    text: Annotated[str, Paragraph(MOST_NOTE)]
    no_patient_data: NoPatientData = ""


@router.get("/desk/sessions/{session_id}/run", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, session_id: Number) -> Response:
    """The run sheet."""
    return sheet(request, db, now, session_id)


@router.post("/desk/sessions/{session_id}/open")
def begin(request: Request, db: Db, now: Now, actor: OrganizerActor, session_id: Number) -> Response:
    """The session is running."""
    session = queries.by_id(db, session_id, for_change=True)
    try:
        roll.open_session(db, session, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}/run?done=opened")


@router.post("/desk/sessions/{session_id}/run/places/{place_id}")
def call(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number, place_id: Number
) -> Response:
    """Somebody is there or not, or what was noted is taken back; with ``declined`` they have said that they cannot."""
    session = queries.by_id(db, session_id, for_change=True)
    act = sent.one("act")
    try:
        if act == "declined":
            place = roll.place_of(db, session, place_id)
            person = db.get_one(Person, place.person_id)
            respond(db, place, "DECLINED", actor=actor.label, told=to_the_desk(person.name), now=now)
        elif act in CALLS:
            with recap_kept_true(db, session, public_url=request.app.state.settings.public_url, now=now):
                roll.call(db, session, place_id, present=CALLS[act], actor=actor.label, now=now)
        else:
            return session_refused(request, session_id, CHOOSE)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}/run#place-{place_id}")


@router.post("/desk/sessions/{session_id}/run/notes")
def write(
    request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent, session_id: Number
) -> Response:
    """Another note about what happened."""
    session = queries.by_id(db, session_id)
    filled = read(Note, sent)
    if filled.value is None:
        return sheet(request, db, now, session_id, typed=sent, errors=filled.errors)
    text, language = filled.value.text, reader.words.language
    roll.write_note(db, session, text, person_id=actor.person_id, language=language, actor=actor.label, now=now)
    return see_other(f"/desk/sessions/{session_id}/run#notes")


def sheet(
    request: Request,
    db: Session,
    now: Now,
    session_id: int,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
    wrong: int = 0,
) -> Response:
    """The run sheet, with what was ``typed`` and what is wrong with it; ``wrong`` is the question that it was about."""
    session = queries.by_id(db, session_id)
    places, every = queries.attendances(db, session_id), asking(db, session.request_id)
    return session_form(
        request,
        db,
        "desk/run.html",
        session,
        typed=typed,
        errors=errors,
        room=people.room_by_id(db, session.room_id),
        conversation=conversation(session),
        legs=legs_in_turns(session, places),
        tag=SESSIONS[session.state],
        called=[_called(session, place, person, every, now=now) for place, person in places],
        counted=_counted(session, places),
        contacts=list(_contacts(db, session, places, every)),
        signing=_signing(request, session, now=now),
        attended=attending.number_of(db, session_id),
        signed_in=teams.signed_in(db, session_id),
        latest=attending.attendees(db, session_id, most=MOST_LATEST, latest_first=True),
        roles=ROLE_NAMES,
        mending=mending(db, session, places, now=now),
        notes=roll.notes(db, session_id),
        may_call=roll.may_call(session, now=now),
        may_open=roll.may_open(session, now=now),
        may_close=may_close(session, now=now),
        may_miss=may_miss(session, now=now),
        opens_at=session.starts_at - EARLY,
        done=say("The session is running.") if request.query_params.get("done") == "opened" else None,
        **asked(db, session, wrong=wrong, most=MOST_SIGNS, also=number_in(request.query_params.get("question", ""))),
    )


def _signing(request: Request, session: SharingSession, *, now: Now) -> Signing | None:
    """None where nobody can sign in: the session is not certain."""
    if session.state not in roll.CALLED_IN:
        return None
    code, good = session.sign_in_code or "", attending.window(session)
    address = f"{request.app.state.settings.public_url.rstrip('/')}/attend"
    qr = picture(f"{address}?code={code}") if code else Markup()
    return Signing(code, address, qr, good, good.end <= now)


def _called(session: SharingSession, place: Attendance, person: Person, every: Sequence[Asking], *, now: Now) -> Called:
    found = roll.presence(session, place)
    return Called(
        place,
        person,
        part_of(place, every),
        ANSWERS[place.partstat],
        PRESENCES[found],
        found is not roll.Presence.UNKNOWN,
        place.role is not Role.LIAISON
        and place.partstat != "DECLINED"
        and found in (roll.Presence.UNKNOWN, roll.Presence.NO_SHOW)
        and is_exchangeable(session, now=now),
    )


def _counted(session: SharingSession, places: Sequence[tuple[Attendance, Person]]) -> list[tuple[Tag, int]]:
    """How many were found in each way."""
    found = [roll.presence(session, place) for place, _ in places]
    return [(tag, found.count(each)) for each, tag in PRESENCES.items() if each in found]


def _contacts(
    db: Session, session: SharingSession, places: Sequence[tuple[Attendance, Person]], every: Sequence[Asking]
) -> Iterator[Contacts]:
    """Whom to write to when something happens: organizers, those who come by role, and who asked."""
    desk = [db.get_one(Person, session.organizer_id)] if session.organizer_id else people.organizers(db)
    yield Contacts(say("Organizer"), [(each.name, each.email) for each in desk])
    for role in (Role.EXPERT, Role.INTERPRETER):
        theirs = [(person.name, person.email) for place, person in places if place.role is role]
        if theirs:
            yield Contacts(ROLES[role], theirs)
    coming = [(place.joined_id or session.request_id, person) for place, person in places if place.role is Role.LIAISON]
    for wish, hospital in every:
        theirs = [(person.name, person.email) for number, person in coming if number == wish.id]
        if wish.contact_email not in {email for _, email in theirs}:
            theirs.append((wish.contact_name, wish.contact_email))
        yield Contacts(ROLES[Role.LIAISON], theirs, hospital.name if len(every) > 1 else "")
