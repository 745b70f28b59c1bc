"""Reads hospitals and people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, func, select

from medixchange.db import in_parts
from medixchange.errors import NotFound
from medixchange.messages import say
from medixchange.people.models import Hospital, Liaison, Organizer, Panel, PanelMember, Person, Room


def hospital_by_code(db: Session, code: str) -> Hospital | None:
    """The hospital with this key."""
    return db.exec(select(Hospital).where(Hospital.code == code)).one_or_none()


def hospital_by_id(db: Session, hospital_id: int) -> Hospital:
    """The hospital with this number.

    Raises NotFound.
    """
    found = db.get(Hospital, hospital_id)
    if found is None:
        raise NotFound(say("There is no such hospital."))
    return found


def hospitals(db: Session, *, approved: bool | None = None) -> list[Hospital]:
    """The hospitals by country and name; all, or only those that are approved or not yet."""
    query = select(Hospital).order_by(col(Hospital.country), col(Hospital.name))
    if approved is not None:
        since = col(Hospital.approved_at)
        query = query.where(since.is_not(None) if approved else since.is_(None))
    return list(db.exec(query))


def unapproved(db: Session) -> int:
    """How many hospitals wait to be approved."""
    return db.exec(select(func.count()).select_from(Hospital).where(col(Hospital.approved_at).is_(None))).one()


def person_by_email(db: Session, email: str) -> Person | None:
    """The person with this address, however it is capitalised: it is kept in small letters."""
    return db.exec(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def persons_by_email(db: Session, emails: Sequence[str]) -> Mapping[str, Person]:
    """People by their addresses, which are given in small letters."""
    found: dict[str, Person] = {}
    for some in in_parts(emails):
        found.update((person.email, person) for person in db.exec(select(Person).where(col(Person.email).in_(some))))
    return found


def persons(db: Session, ids: Collection[int]) -> Mapping[int, Person]:
    """People by their numbers."""
    found = (db.exec(select(Person).where(col(Person.id).in_(some))) for some in in_parts(ids))
    return {person.id: person for people in found for person in people}


def liaisons(db: Session, hospital_id: int) -> list[Person]:
    """Those who ask for a hospital and receive its letters."""
    return list(
        db.exec(
            select(Person)
            .join(Liaison, col(Liaison.person_id) == col(Person.id))
            .where(Liaison.hospital_id == hospital_id)
            .order_by(col(Person.id))
        )
    )


def panels_of(db: Session, expert_ids: Collection[int]) -> Mapping[int, Panel]:
    """The panel that each expert sits on; the first by its key where there are several."""
    query = (
        select(PanelMember.expert_id, Panel)
        .join(Panel, col(Panel.id) == col(PanelMember.panel_id))
        .where(col(PanelMember.expert_id).in_(expert_ids))
        .order_by(col(Panel.code).desc())
    )
    return dict(db.exec(query).all())


def room_by_id(db: Session, room_id: int) -> Room:
    """The video room with this number, in use or not."""
    return db.get_one(Room, room_id)


def rooms(db: Session, ids: Collection[int]) -> Mapping[int, Room]:
    """The video rooms with these numbers, by number."""
    return {room.id: room for room in db.exec(select(Room).where(col(Room.id).in_(ids)))}


def organizers(db: Session) -> list[Person]:
    """Everybody who decides at the desk, in the order of their numbers."""
    query = select(Person).join(Organizer, col(Organizer.person_id) == col(Person.id))
    return list(db.exec(query.order_by(col(Person.id))))
