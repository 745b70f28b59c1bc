"""Who is invited to a session, and the hospitals for which they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from medixchange.calendars.itip import UNANSWERED
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import ProposedMatch
from medixchange.people import queries as people
from medixchange.people.models import Hospital, Panel, Person
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.queries import ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who is invited; ``institution`` is that of an expert's panel, ``seed`` makes the link to answer.

    ``person_id`` is 0 for a contact who becomes known with the approval; ``partstat`` is the answer to the
    session at its present hour (RFC 5545). ``joined_id`` is the request for which a liaison comes, where it has joined
    that of the session.
    """

    person_id: int
    name: str
    email: str
    language: str
    zone: str
    role: Role
    leg: str = ""
    institution: str = ""
    seed: str = ""
    partstat: str = UNANSWERED
    joined_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A hospital whose team takes part, and the request by which it has joined; None for the one that leads."""

    name: str
    city: str
    zone: str
    joined_id: int | None = None

    @property
    def place(self) -> str:
        """Name and city, as one line."""
        return f"{self.name}, {self.city}"


def guest_of(attendance: Attendance, person: Person, panel: Panel | None) -> Guest:
    """Somebody with a place in a session."""
    found = invited(person, attendance.role, leg=attendance.leg, panel=panel, seed=attendance.seed)
    return replace(found, partstat=attendance.partstat, joined_id=attendance.joined_id)


def joined_id(where: SharingSession | ProposedMatch, request: SessionRequest) -> int | None:
    """The number of ``request`` where it has joined that of the session, None where it leads."""
    return request.id if request.id != where.request_id else None


def liaisons_of(db: Session, request: SessionRequest, hospital: Hospital, *, now: datetime) -> list[Person]:
    """Who is invited for the hospital of a request: its liaisons and whoever asked; never nobody.

    Whoever asked and is not known yet is a person without a number, not added to ``db``.
    """
    found = people.liaisons(db, request.hospital_id)
    asked = db.get(Person, request.liaison_id) if request.liaison_id else None
    asked = asked or people.person_by_email(db, request.contact_email)
    if asked is not None:
        return found if asked in found else [asked, *found]
    asked = Person(
        name=request.contact_name,
        email=request.contact_email.lower(),
        language=request.language,
        zone=request.zone,
        country=hospital.country,
        created_at=now,
    )
    return [asked, *found]


def invited(
    person: Person,
    role: Role,
    *,
    leg: str = "",
    panel: Panel | None = None,
    seed: str = "",
    joined_id: int | None = None,
) -> Guest:
    """Somebody who is invited in a role and has not answered yet."""
    return Guest(
        person_id=person.id or 0,
        name=person.name,
        email=person.email,
        language=person.language,
        zone=person.zone,
        role=role,
        leg=leg,
        institution=panel.institution if panel and role is Role.EXPERT else "",
        seed=seed,
        joined_id=joined_id,
    )


def each_once(guests: list[Guest]) -> list[Guest]:
    """One place for each address: whoever works in a session is not its liaison as well."""
    found: dict[str, Guest] = {}
    for guest in sorted(guests, key=lambda each: ORDER[each.role]):
        found.setdefault(guest.email, guest)
    return list(found.values())
