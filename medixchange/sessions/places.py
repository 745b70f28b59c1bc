"""Takes what a session needs, under locks and by the rules, and keeps its places in step with who is invited."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, select

from medixchange.availability import actions as availability
from medixchange.availability.models import PERSON, named
from medixchange.calendars.itip import UNANSWERED
from medixchange.errors import Refusal
from medixchange.intake import together
from medixchange.intake.models import SessionRequest
from medixchange.matching.facts import problem_of
from medixchange.matching.models import ProposedMatch
from medixchange.matching.objections import objections
from medixchange.matching.stored import members_of
from medixchange.messages import say
from medixchange.people import actions as people
from medixchange.people.models import Hospital
from medixchange.sessions.guests import Guest
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.times.intervals import Interval
from medixchange.tokens import seed


def ensure_contact(db: Session, request: SessionRequest, hospital: Hospital, *, now: datetime) -> None:
    """Whoever asked for ``hospital`` is somebody whom the program knows, and can be invited."""
    if request.liaison_id is None:
        contact = people.ensure_person(
            db,
            name=request.contact_name,
            email=request.contact_email,
            language=request.language,
            zone=request.zone,
            country=hospital.country,
            now=now,
        )
        request.liaison_id = contact.id
        db.flush()


def take(
    db: Session,
    session: SharingSession,
    match: ProposedMatch,
    guests: Collection[Guest],
    *,
    also: Iterable[int] = (),
    now: datetime,
) -> None:
    """Take the hour of ``match`` for its people, room and hospitals, instead of the one that the session had.

    Everybody concerned is locked first, ``also`` those who were part of it, so that two decisions at once cannot
    both find that there is still room for one. Raises Refusal, and Taken where somebody is in another session.
    """
    hospitals = [hospital for _, hospital in together.asking(db, session.request_id)]
    wanted = _named(match, [guest for guest in guests if guest.role is not Role.LIAISON], hospitals)
    were_part = (named(PERSON, each) for each in also)
    availability.hold_still(db, {*_named(match, guests, hospitals), *were_part})
    for hospital in hospitals:
        db.refresh(hospital)
        if hospital.approved_at is None:
            raise Refusal(say("%(name)s is not approved yet; approve the hospital first.", name=hospital.name))
    if match.starts_at <= now:
        raise Refusal(say("That hour has passed; choose a later one."))
    availability.release(db, session.uid)
    availability.claim(db, session.uid, wanted, Interval(match.starts_at, match.ends_at))
    _keep_rules(db, session.request_id, match, {str(guest.person_id): guest.name for guest in guests}, now=now)


def concerned(
    db: Session, where: ProposedMatch | SharingSession, guests: Iterable[Guest | Attendance]
) -> frozenset[str]:
    """Everybody whom a session has to do with, its room and its hospitals, as claims name them; whoever becomes known
    with the approval is not among them."""
    return _named(where, guests, [hospital for _, hospital in together.asking(db, where.request_id)])


def _named(
    where: ProposedMatch | SharingSession, guests: Iterable[Guest | Attendance], hospitals: Iterable[Hospital]
) -> frozenset[str]:
    return frozenset(
        availability.resources(
            persons=[guest.person_id for guest in guests if guest.person_id],
            room=where.room_id,
            hospitals=[each.id for each in hospitals],
        )
    )


def _keep_rules(db: Session, request_id: int, match: ProposedMatch, names: dict[str, str], *, now: datetime) -> None:
    members = members_of(db, [match.id])[match.id]
    ids = frozenset(member.person_id for member in members)
    problem = problem_of(db, db.get_one(SessionRequest, request_id), now=now, only=ids)
    against = objections(problem, match, members, names)
    if against:
        raise Refusal(say("%(why)s Choose another hour or other people.", why=against[0]))


def seat(db: Session, session: SharingSession, guests: Iterable[Guest], *, anew: bool = True, now: datetime) -> None:
    """Give each of ``guests`` a place and ask them; whoever is not among them any more loses theirs.

    With ``anew`` those who stay are asked again; else what they have answered stands.
    """
    had = {place.person_id: place for place in db.exec(select(Attendance).where(Attendance.session_id == session.id))}
    for guest in guests:
        place = had.pop(guest.person_id, None)
        stays = place is not None and place.removed_at is None
        place = place or Attendance(session_id=session.id, person_id=guest.person_id, role=guest.role, seed=seed())
        place.role, place.leg, place.joined_id = guest.role, guest.leg, guest.joined_id
        db.add(place)
        if stays and not anew:
            continue
        place.sequence = session.sequence
        place.partstat, place.reason, place.removed_at = UNANSWERED, "", None
        place.answered_at = place.answered_sequence = place.other_hour = None
        place.present_at = place.missed_at = None
    for place in had.values():
        if place.removed_at is None:
            place.removed_at, place.sequence = now, session.sequence
            db.add(place)
    db.flush()
