"""Those who signed in to a session, at the desk: opening the sign-in, the list, corrections, all of it as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import NAMES
from medixchange.errors import Refusal
from medixchange.i18n import Words
from medixchange.intake import queries as intake
from medixchange.intake.patients import NoPatientData
from medixchange.intake.together import asking
from medixchange.languages.texts import Paragraph
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.recaps import receipts
from medixchange.recaps.naming import recap_kept_true
from medixchange.records.writing import write_sheet
from medixchange.sessions import attending, queries, roll, teams
from medixchange.sessions.attendee_draft import NO_HOSPITAL, ROLE_NAMES
from medixchange.sessions.models import MOST_REASON, Role, SessionAttendee, SharingSession
from medixchange.templating import EXPERT_ZONE
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.attendee import offered, read_attendee
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.said import PRESENCES, ROLES
from medixchange.web.desk.session_form import parties
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, Reading, render, see_other

MOST = 100
DONE: Mapping[str, Message] = {
    "corrected": say("Corrected."),
    "removed": say("Taken off the list; the reason is kept."),
}
COLUMNS = (
    say("How they joined"),
    say("Name"),
    say("Role"),
    say("Hospital"),
    say("Institution"),
    say("Address"),
    say("Language"),
    say("Roll call"),
    say("Noted at (hospital)"),
    say("Noted at (Beijing)"),
)
INVITED, SIGNED_IN = say("Invited"), say("Signed in by code")

router = APIRouter()


class Removing(BaseModel):
    """Why somebody is taken off."""

    asks: ClassVar[Mapping[str, Message]] = {"reason": say("Write in a sentence why.")}

    reason: Annotated[str, Paragraph(MOST_REASON)]
    no_patient_data: NoPatientData = ""


@router.post("/desk/sessions/{session_id}/sign-in")
def open_sign_in(request: Request, db: Db, now: Now, actor: OrganizerActor, session_id: Number) -> Response:
    """A code, or another one."""
    session = queries.by_id(db, session_id, for_change=True)
    try:
        attending.open_sign_in(db, session, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}/run#sign-in")


@router.get("/desk/sessions/{session_id}/attendees", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, session_id: Number) -> Response:
    """Everybody who signed in, page by page."""
    session, total = queries.by_id(db, session_id), attending.number_of(db, session_id)
    pages = max(1, -(-total // MOST))
    page = min(number_in(request.query_params.get("page", "")) or 1, pages)
    return render(
        request,
        "desk/attendees.html",
        **parties(db, session),
        total=total,
        page=page,
        pages=pages,
        there=attending.attendees(db, session_id, most=MOST, skip=(page - 1) * MOST),
        signed_in=teams.signed_in(db, session_id),
        removed=attending.removed(db, session_id),
        roles=ROLE_NAMES,
        tongues=NAMES,
        done=DONE.get(request.query_params.get("done", "")),
    )


@router.get("/desk/sessions/{session_id}/attendance.csv", dependencies=[policy(Organizer)])
def table(db: Db, reader: Reading, session_id: Number) -> Response:
    """The roll call and those who signed in, for a spreadsheet program."""
    session = queries.by_id(db, session_id)
    words = reader.words
    text = write_sheet([words.say(each) for each in COLUMNS], _rows(db, session, words))
    name = f"attendance-{intake.by_id(db, session.request_id).reference}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/desk/sessions/{session_id}/attendees/{attendee_id}", dependencies=[policy(Organizer)])
def before_correcting(request: Request, db: Db, session_id: Number, attendee_id: Number) -> Response:
    """What somebody wrote, in a form."""
    attendee = attending.by_id(db, session_id, attendee_id)
    email = people.persons(db, [attendee.person_id])[attendee.person_id].email
    written = attendee.model_dump(include={"name", "institution", "role", "language"})
    home = attendee.hospital_id or NO_HOSPITAL
    return _form(request, db, attendee, Typed.of({**written, "email": email, "hospital": home}))


@router.post("/desk/sessions/{session_id}/attendees/{attendee_id}")
def correct(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number, attendee_id: Number
) -> Response:
    """Keep what they meant to write."""
    attendee, session = attending.by_id(db, session_id, attendee_id), queries.by_id(db, session_id)
    filled = read_attendee(sent, teams.on_offer(db, session))
    if filled.value is None:
        return _form(request, db, attendee, sent, errors=filled.errors)
    try:
        with recap_kept_true(db, session, public_url=request.app.state.settings.public_url, now=now):
            attending.correct(db, attendee, filled.value, actor=actor.label, now=now)
    except Refusal as no:
        return _form(request, db, attendee, sent, errors={"email": no.message})
    receipts.stop_attendee(db, attendee)
    return see_other(f"/desk/sessions/{session_id}/attendees?done=corrected")


@router.get("/desk/sessions/{session_id}/attendees/{attendee_id}/remove", dependencies=[policy(Organizer)])
def before_removing(request: Request, db: Db, session_id: Number, attendee_id: Number) -> Response:
    """Ask for the reason."""
    return _removal(request, attending.by_id(db, session_id, attendee_id), Typed())


@router.post("/desk/sessions/{session_id}/attendees/{attendee_id}/remove")
def remove(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number, attendee_id: Number
) -> Response:
    """Take somebody off the list."""
    attendee = attending.by_id(db, session_id, attendee_id)
    filled = read(Removing, sent)
    if filled.value is None:
        return _removal(request, attendee, sent, errors=filled.errors)
    session, public_url = queries.by_id(db, session_id), request.app.state.settings.public_url
    with recap_kept_true(db, session, public_url=public_url, now=now):
        attending.remove(db, attendee, reason=filled.value.reason, actor=actor.label, now=now)
    receipts.stop_attendee(db, attendee)
    return see_other(f"/desk/sessions/{session_id}/attendees?done=removed")


def _form(
    request: Request,
    db: Session,
    attendee: SessionAttendee,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    return render(
        request,
        "desk/attendee.html",
        status=422 if errors else 200,
        attendee=attendee,
        **offered(teams.on_offer(db, queries.by_id(db, attendee.session_id))),
        history=history_of(db, f"session:{attendee.session_id}", about={"attendee": attendee.id}),
        typed=typed,
        errors=errors or {},
    )


def _removal(
    request: Request, attendee: SessionAttendee, typed: Typed, *, errors: Mapping[str, Message] | None = None
) -> Response:
    status = 422 if errors else 200
    return render(
        request, "desk/attendee_remove.html", status=status, attendee=attendee, typed=typed, errors=errors or {}
    )


def _rows(db: Session, session: SharingSession, words: Words) -> Iterator[list[str]]:
    asked, invited = asking(db, session.request_id), queries.attendances(db, session.id)
    hospitals, zones = {each.id: hospital.name for each, hospital in asked}, (asked[0][1].zone, EXPERT_ZONE)
    for place, person in invited:
        found, at = PRESENCES[roll.presence(session, place)].words, place.present_at or place.missed_at
        clocks = [words.placed(at, each) if at else "" for each in zones]
        home = hospitals.get(place.joined_id or session.request_id, "") if place.role is Role.LIAISON else ""
        told = [words.say(ROLES[place.role]), home, "", person.email, words.language_name(person.language)]
        yield [words.say(INVITED), person.name, *told, words.say(found), *clocks]
    present, signed_in = words.say(PRESENCES[roll.Presence.PRESENT].words), teams.signed_in(db, session.id)
    known = {person.id for _, person in invited}  # who was invited and signed in as well stands above
    for attendee, person in attending.attendees(db, session.id):
        if person.id in known:
            continue
        clocks = [words.placed(attendee.at, each) for each in zones]
        home = signed_in[attendee.hospital_id][0].name if attendee.hospital_id else ""
        told = [words.say(ROLE_NAMES[attendee.role]), home, attendee.institution, person.email]
        language = words.language_name(attendee.language)
        yield [words.say(SIGNED_IN), attendee.name, *told, language, present, *clocks]
