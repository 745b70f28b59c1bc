"""What a recap is about: the session, the hospital, and the experts, as everybody who may read it sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.intake.models import SessionRequest
from medixchange.people import queries as people
from medixchange.recaps.models import Recap
from medixchange.sessions import files
from medixchange.sessions import queries as sessions
from medixchange.sessions.models import Role, SessionFile, SharingSession
from medixchange.sessions.roll import took_part


@dataclass(frozen=True)
class Author:
    """An expert whose words the recap holds."""

    name: str
    institution: str

    @property
    def credit(self) -> str:
        """Name and institution, as one line."""
        return f"{self.name}, {self.institution}" if self.institution else self.name


@dataclass(frozen=True)
class About:
    """The facts beside the text, and the files that go with it: no address of anybody is among them."""

    session_id: int
    reference: str
    topic: str
    starts_at: datetime
    ends_at: datetime
    hospital: str
    city: str
    country: str
    zone: str
    experts: tuple[Author, ...]
    files: tuple[SessionFile, ...] = ()


def about(db: Session, recap: Recap) -> About:
    """The facts of the session of ``recap``; its experts are those who took part."""
    session = db.get_one(SharingSession, recap.session_id)
    hospital = people.hospital_by_id(db, session.hospital_id)
    there = took_part(sessions.attendances(db, session.id))
    experts = [person for place, person in there if place.role is Role.EXPERT]
    panels = people.panels_of(db, [person.id for person in experts])
    return About(
        session_id=session.id,
        reference=db.get_one(SessionRequest, session.request_id).reference,
        topic=session.topic,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        hospital=hospital.name,
        city=hospital.city,
        country=hospital.country,
        zone=hospital.zone,
        experts=tuple(
            Author(person.name, panels[person.id].institution if person.id in panels else "") for person in experts
        ),
        files=tuple(files.of_session(db, session.id, with_recap=True)),
    )
