"""Writes feeds again whose reader has another name, language or zone now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.calendars.meeting import Meeting
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.sessions.invites import meeting
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.sessions.occasions import Occasion, guest_of, standing
from medixchange.times.intervals import Interval

AT_ONCE = 20
"""How many feeds one turn writes: on SQLite nobody else writes meanwhile."""


def refresh_feeds(db: Session, *, now: datetime) -> int:
    """Write stale feeds again in their persons' present language and zone, and return how many."""
    query = select(Feed.person_id).where(col(Feed.stale)).order_by(col(Feed.person_id)).limit(AT_ONCE)
    found = list(db.exec(query))
    for person_id in found:
        person = db.get_one(Person, person_id)
        feeds.replace(db, person_id, _meetings(db, person), language=person.language, now=now)
    return len(found)


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
        yield meeting(occasion, guest_of(place, person, panel), named=False)


def _ended(occasion: Occasion, entry: FeedEntry, place: Attendance, *, at: datetime) -> Occasion:
    """The session for somebody who was taken out of it: at the hour that they knew, and off."""
    span = Interval(entry.starts_at, entry.ends_at)
    return replace(occasion, span=span, sequence=place.sequence, status="CANCELLED", modified=at)
