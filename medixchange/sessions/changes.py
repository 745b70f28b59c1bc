"""What follows for sessions to come when a record that they are told with changes: a hospital, a panel, a room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.feeds import actions as feeds
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import joined
from medixchange.journal.record import record
from medixchange.people import queries as people
from medixchange.people.models import Hospital, Room
from medixchange.sessions.joining import CERTAIN
from medixchange.sessions.lifecycle import ALIVE
from medixchange.sessions.models import Role, SharingSession
from medixchange.sessions.news import show, tell_change
from medixchange.sessions.occasions import standing
from medixchange.sessions.queries import places
from medixchange.sessions.reminders import remind


@dataclass(frozen=True)
class _Facts:
    """What calendars say of a session that is no part of its own row; ``people`` are those who come."""

    texts: tuple[str, ...]
    join_url: str
    people: tuple[int, ...]


@contextmanager
def followed(db: Session, *, actor: str, now: datetime) -> Iterator[None]:
    """Whatever the block changes in records reaches those who come to a session.

    Their feeds are written again; where the room of a session that is certain has another address they have a letter as
    well, with a new SEQUENCE.
    The sessions are locked before the block locks anything, in the order in which decisions lock them.
    """
    sessions = _coming(db, now=now)
    before = _facts(db, sessions)
    yield
    db.flush()
    after = _facts(db, sessions)
    # Nobody knows the address before a session is certain.
    certain = [session for session in sessions if session.state in CERTAIN]
    moved = [session for session in certain if before[session.id].join_url != after[session.id].join_url]
    changed = [session for session in sessions if before[session.id].texts != after[session.id].texts]
    for person_id in sorted({each for session in changed for each in after[session.id].people}):
        feeds.mark_stale(db, person_id)
    for session in moved:
        _tell_address(db, session, actor=actor, now=now)


def _coming(db: Session, *, now: datetime) -> list[SharingSession]:
    """The sessions to come, locked after their requests."""
    lasting = (col(SharingSession.state).in_(list(ALIVE)), col(SharingSession.ends_at) > now)
    requests = select(SessionRequest.id).where(
        col(SessionRequest.id).in_(select(SharingSession.request_id).where(*lasting))
    )
    db.exec(requests.order_by(col(SessionRequest.id)).with_for_update()).all()
    found = select(SharingSession).where(*lasting).order_by(col(SharingSession.id)).with_for_update()
    return list(db.exec(found, execution_options={"populate_existing": True}))


def _facts(db: Session, sessions: list[SharingSession]) -> Mapping[int, _Facts]:
    coming = places(db, [session.id for session in sessions])
    panels = people.panels_of(
        db, [place.person_id for rows in coming.values() for place, _ in rows if place.role is Role.EXPERT]
    )
    others, found = joined(db, [session.request_id for session in sessions]), {}
    for session in sessions:
        room = db.get_one(Room, session.room_id)
        guests = tuple(place.person_id for place, _ in coming[session.id])
        institutions = (panels[each].institution for each in guests if each in panels)
        hospitals = [db.get_one(Hospital, session.hospital_id), *(there for _, there in others[session.request_id])]
        told = (text for each in hospitals for text in (each.name, each.city, each.zone))
        texts = (*told, room.name, *institutions)
        found[session.id] = _Facts(texts, room.join_url, guests)
    return found


def _tell_address(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    session.sequence, session.modified_at = session.sequence + 1, now
    db.add(session)
    db.flush()
    subject = f"session:{session.id}"
    record(db, actor=actor, verb="new address", subject=subject, now=now, after={"sequence": session.sequence})
    occasion = standing(db, session)
    show(db, [(occasion, guest) for guest in occasion.guests], now=now)
    tell_change(db, session, occasion, "address", occasion.guests, now=now)
    remind(db, session, occasion, now=now)
