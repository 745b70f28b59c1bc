"""Who somebody is: the person behind a login, and in which roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, literal
from sqlmodel import Session, col, select

from medixchange.accounts.models import Login
from medixchange.journal.record import by_person
from medixchange.people.models import Expert, Interpreter, Liaison, Organizer, Person
from medixchange.tokens import digest


@dataclass(frozen=True)
class Actor:
    """The person who acts, with the roles and hospitals that their rows give them; nothing else is believed.

    ``roles`` holds "organizer", "expert", "interpreter", "liaison"; ``hospital_ids`` those they ask for.
    """

    person_id: int
    name: str
    language: str
    zone: str
    roles: frozenset[str]
    hospital_ids: frozenset[int]

    @property
    def is_organizer(self) -> bool:
        """Whether they decide at the desk."""
        return "organizer" in self.roles

    @property
    def label(self) -> str:
        """How the journal names them."""
        return by_person(self.person_id)


def actor_of(db: Session, login_token: str, *, now: datetime) -> Actor | None:
    """The actor signed in with this token, or None where it is unknown, expired or revoked."""
    person = db.exec(
        select(Person)
        .join(Login, col(Login.person_id) == col(Person.id))
        .where(Login.token_hash == digest(login_token), Login.expires_at > now, col(Login.revoked_at).is_(None))
    ).one_or_none()
    return actor_for(db, person) if person is not None else None


def actor_for(db: Session, person: Person) -> Actor:
    """``person`` with their roles."""
    hospitals = frozenset(db.exec(select(Liaison.hospital_id).where(Liaison.person_id == person.id)))
    roles = _roles(db, person.id) | (frozenset({"liaison"}) if hospitals else frozenset())
    return Actor(person.id, person.name, person.language, person.zone, roles, hospitals)


def _roles(db: Session, person_id: int) -> frozenset[str]:
    organizer, expert, interpreter = db.exec(
        select(
            exists().where(col(Organizer.person_id) == person_id),
            exists().where(col(Expert.person_id) == person_id, col(Expert.active)),
            exists().where(col(Interpreter.person_id) == person_id, col(Interpreter.active)),
        ).select_from(select(literal(1)).subquery())
    ).one()
    held = {"organizer": organizer, "expert": expert, "interpreter": interpreter}
    return frozenset(role for role, holds in held.items() if holds)
