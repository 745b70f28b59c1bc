"""Writes feeds again whose reader has another name, language or zone now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from medixchange.calendars.meeting import Meeting
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.sessions.departed import as_seen
from medixchange.sessions.guests import guest_of
from medixchange.sessions.invites import meeting
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.sessions.occasions import Occasion, standing
from medixchange.times.intervals import Interval

log = structlog.get_logger()


def refresh_feeds(database: Database, *, now: datetime) -> int:
    """Write stale feeds again in their persons' present language and zone, and return how many.

    Each in a transaction of its own: on SQLite nobody else writes meanwhile, and one that fails keeps no other.
    """
    with database.read() as db:
        stale = list(db.exec(select(Feed.person_id).where(col(Feed.stale)).order_by(col(Feed.person_id))))
    return sum(_refresh(database, person_id, now=now) for person_id in stale)


def _refresh(database: Database, person_id: int, *, now: datetime) -> bool:
    """Write one feed again, and say whether it could be."""
    try:
        with database.write() as db:
            feeds.unmark(db, person_id)
            person = db.get_one(Person, person_id)
            feeds.replace(db, person_id, _meetings(db, person), language=person.language, now=now)
    except Exception:
        log.exception("a feed could not be written, and is tried again", person=person_id)
        return False
    return True


def _meetings(db: Session, person: Person) -> Iterator[Meeting]:
    panel = people.panels_of(db, [person.id]).get(person.id)
    rows = db.exec(
        select(FeedEntry, SharingSession, Attendance)
        .join(Feed, col(Feed.id) == col(FeedEntry.feed_id))
        .join(SharingSession, col(SharingSession.uid) == col(FeedEntry.session_uid))
        .join(Attendance, col(Attendance.session_id) == col(SharingSession.id))
        .where(Feed.person_id == person.id, Attendance.person_id == person.id)
        .order_by(col(SharingSession.id))
    ).all()
    for entry, session, place in rows:
        occasion = standing(db, session)
        if place.removed_at is not None:
            occasion = _ended(occasion, entry, place, at=place.removed_at)
        occasion = as_seen(db, occasion, session, place)
        yield meeting(occasion, guest_of(place, person, panel), named=False)


def _ended(occasion: Occasion, entry: FeedEntry, place: Attendance, *, at: datetime) -> Occasion:
    """The session for somebody who was taken out of it: at the hour that they knew, and off."""
    span = Interval(entry.starts_at, entry.ends_at)
    return replace(occasion, span=span, sequence=place.sequence, status="CANCELLED", modified=at)
