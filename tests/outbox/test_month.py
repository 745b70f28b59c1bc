"""A month of sessions over two changes of the clock: every reminder once, at its minute, none for what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from random import Random

import pytest
from sqlmodel import Session

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.outbox.drain import drain
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Expert, Hospital, Person, Room
from medixchange.sessions import actions, queries
from medixchange.sessions.reminders import AHEAD
from medixchange.times.zones import resolve
from tests import make
from tests.outbox.office import Arrived, Office
from tests.sessions.stage import DESK

BEGIN, DAYS, SESSIONS, CHANGES = datetime(2027, 3, 8, 0, 0, tzinfo=UTC), 30, 200, 300
MINUTE, HALF = timedelta(minutes=1), timedelta(seconds=30)
PLACES = (
    ("Europe/Zurich", "CH", "Zurich", 10 * 60),  # an hour forward on 28 March
    ("Australia/Lord_Howe", "AU", "Lord Howe", 14 * 60),  # half an hour back on 4 April
    ("Africa/Kigali", "RW", "Kigali", 9 * 60 + 30),
    ("Asia/Kathmandu", "NP", "Kathmandu", 12 * 60),
)
"""Where hospitals are, and the minute of their day at which their sessions begin."""


@dataclass
class Clock:
    """A clock that the test moves."""

    now: datetime

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


@dataclass
class Life:
    """One session: who hears of it, and from which moment on it stands at which hour (None: at none)."""

    number: int
    readers: tuple[str, ...]
    hours: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def reminders(self) -> Iterator[tuple[str, str, datetime]]:
        """Recipient, kind and minute of every reminder that is to come."""
        ends = [since for since, _ in self.hours[1:]] + [datetime.max.replace(tzinfo=UTC)]
        for (since, starts_at), until in zip(self.hours, ends, strict=True):
            if starts_at is None:
                continue
            for kind, ahead in AHEAD.items():
                if since < starts_at - ahead < until:
                    yield from ((reader, kind, starts_at - ahead) for reader in self.readers)


@dataclass
class Team:
    """A hospital with its contact, an expert and a room of their own."""

    hospital: Hospital
    contact: Person
    expert: Expert
    room: Room
    minute: int


def team(db: Session, number: int) -> Team:
    zone, country, city, minute = PLACES[number % len(PLACES)]
    hospital = make.hospital(db, f"Hospital {number}", city=city, country=country, zone=zone)
    return Team(
        hospital,
        make.liaison(db, hospital, f"Contact {number}"),
        make.expert(db, f"Expert {number}", max_day=9, max_week=99, max_month=99),
        make.room(db, f"Room {number}"),
        minute,
    )


def hold(db: Session, who: Team, day: date) -> Life | None:
    """Approve a session of that day; None where a holiday stands in the way."""
    request = make.request(
        db, who.hospital, liaison=who.contact, state=RequestState.MATCHED, minutes=30, windows_only=False
    )
    starts_at = resolve(day, who.minute, who.hospital.zone)
    match = make.match(db, request, starts_at=starts_at, panel=[who.expert], room=who.room)
    try:
        session = actions.approve(db, match, actor=f"person:{who.contact.id}", now=BEGIN)
    except Refusal:
        return None
    expert = db.get_one(Person, who.expert.person_id)
    return Life(session.id, (expert.email, who.contact.email), [(BEGIN, starts_at.astimezone(UTC))])


def plan(db: Session) -> list[Life]:
    """Two hundred sessions over the month, at working days of all who come."""
    teams = [team(db, number) for number in range(SESSIONS // 8)]
    lives: list[Life] = []
    for day in range(2, DAYS):
        for who in teams:
            if len(lives) < SESSIONS and (life := hold(db, who, (BEGIN + timedelta(days=day)).date())):
                lives.append(life)
    return lives


def disturb(db: Session, life: Life, chance: Random, *, now: datetime) -> None:
    """Move the session by some quarters of an hour or a day, or call it off, where it has not begun."""
    session = queries.by_id(db, life.number)
    if session.starts_at <= now + timedelta(hours=2):
        return
    try:
        if chance.random() < 0.4:
            actions.cancel(db, session, reason="Power cut", actor="person:1", now=now)
            life.hours.append((now, None))
        else:
            by = chance.choice((timedelta(minutes=15), timedelta(days=1), timedelta(days=2)))
            actions.reschedule(db, session, starts_at=session.starts_at + by, actor="person:1", now=now)
            life.hours.append((now, session.starts_at.astimezone(UTC)))
    except Refusal:
        return


@pytest.mark.sweep
def test_every_reminder_comes_once_at_its_minute_over_a_month(database: Database, office: Office, url: str) -> None:
    chance, clock = Random(2027), Clock(BEGIN)
    arrived: Counter[tuple[str, str, datetime]] = Counter()

    def keep(letter: Arrived) -> None:
        name = str(message_from_bytes(letter.raw)["Message-ID"])
        arrived.update((letter.recipient, kind, clock.now) for kind in AHEAD if f"-{kind}-" in name)

    office.kept = keep
    with database.write() as db:
        lives = plan(db)
    for _ in range(DAYS * 24 * 60):
        while drain(database, MailServer(url), DESK, clock).is_more:
            pass
        if chance.random() < CHANGES / (DAYS * 24 * 60):
            with database.write() as db:
                disturb(db, chance.choice(lives), chance, now=clock.now + HALF)
        clock.now += MINUTE

    expected = Counter(each for life in lives for each in life.reminders() if each[2] < clock.now)
    assert len(lives) == SESSIONS
    assert sum(len(life.hours) > 1 for life in lives) > 20
    assert arrived == expected
