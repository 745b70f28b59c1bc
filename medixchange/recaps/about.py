"""What a recap is about: the session, the hospitals, and the experts, as everybody who may read it sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.people import queries as people
from medixchange.people.models import Hospital
from medixchange.recaps.models import Recap
from medixchange.sessions import files, teams
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
    """The facts beside the text, and the files that go with it: no address of anybody is among them.

    Of ``references`` and ``hospitals``, those whose teams took part, the first is of the one that leads.
    """

    session_id: int
    references: tuple[str, ...]
    topic: str
    starts_at: datetime
    ends_at: datetime
    hospitals: tuple[Hospital, ...]
    experts: tuple[Author, ...]
    files: tuple[SessionFile, ...] = ()

    @property
    def reference(self) -> str:
        """Every reference, as one line."""
        return " · ".join(self.references)

    @property
    def zone(self) -> str:
        """The clock of the hospital that leads."""
        return self.hospitals[0].zone


def about(db: Session, recap: Recap) -> About:
    """The facts of the session of ``recap``; its hospitals and experts are those who took part."""
    session = db.get_one(SharingSession, recap.session_id)
    asking = teams.took_part(db, session)
    there = took_part(sessions.attendances(db, session.id))
    experts = [person for place, person in there if place.role is Role.EXPERT]
    panels = people.panels_of(db, [person.id for person in experts])
    return About(
        session_id=session.id,
        references=tuple(request.reference for request, _ in asking),
        topic=session.topic,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        hospitals=tuple(hospital for _, hospital in asking),
        experts=tuple(
            Author(person.name, panels[person.id].institution if person.id in panels else "") for person in experts
        ),
        files=tuple(files.of_session(db, session.id, with_recap=True)),
    )
