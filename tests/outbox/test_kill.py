"""A process that is killed between an approval and its letters loses none, invents none, and repeats at most one."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.outbox.drain import LEASE
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.models import Person
from medixchange.sessions.models import Attendance, SharingSession
from tests import make
from tests.calendars.readers import vobject_reader
from tests.outbox import approving
from tests.outbox.approving import Until
from tests.outbox.letters import NOW, calendars, read, send
from tests.outbox.office import Arrived, Office
from tests.sessions.stage import at

CONTEXT = multiprocessing.get_context("forkserver")
PATIENCE = 30.0
KILLS = (Until.APPROVED, Until.SENDING, Until.WRITTEN, Until.SENDING, Until.APPROVED)
LATER = LEASE + timedelta(minutes=3)
"""From one kill to the next: until then the lease of the dead has ended."""


@pytest.fixture(autouse=True, scope="module")
def ready() -> None:
    """Each process begins with everything imported."""
    CONTEXT.set_forkserver_preload([approving.__name__])


@pytest.mark.parametrize("kills", [KILLS, pytest.param(KILLS * 2, marks=pytest.mark.sweep)], ids=len)
def test_kills_lose_nothing_and_invent_nothing(
    database: Database, office: Office, url: str, kills: Sequence[Until]
) -> None:
    with database.write() as db:
        spoiled = [proposal(db) for _ in kills]
        matches = [proposal(db) for _ in kills]

    for number, until in enumerate(kills):
        kill(database, office, url, until, number=number, spoiled=spoiled[number], match=matches[number])
    while send(database, url, after=len(kills) * LATER):
        pass

    committed = [match for match, until in zip(matches, kills, strict=True) if until is not Until.WRITTEN]
    arrived = by_message_id(office)
    assert approved(database) == committed
    assert {letters[0].recipient for letters in arrived.values()} == invited(database)
    assert list(arrived) == promised(database)
    assert {told(letter) for letters in arrived.values() for letter in letters} == holds(database)
    assert [letters for letters in arrived.values() if len(set(letters)) > 1] == []
    assert len(office.arrived) - len(arrived) == kills.count(Until.SENDING)


def kill(
    database: Database, office: Office, smtp_url: str, until: Until, *, number: int, spoiled: int, match: int
) -> None:
    """Let a process approve, and kill it when it has come as far as ``until``."""
    hears, tells = CONTEXT.Pipe(duplex=False)
    where = database.url.render_as_string(hide_password=False)
    arguments = (where, smtp_url, NOW + number * LATER, spoiled, match, until, tells)
    process = CONTEXT.Process(target=approving.run, args=arguments)
    taken, dead = len(office.arrived) + 1 + number % 3, threading.Event()

    def kill_before_the_answer(_: Arrived) -> None:
        if len(office.arrived) == taken:
            process.kill()
            process.join()
            dead.set()

    office.kept = kill_before_the_answer
    process.start()
    tells.close()
    if until is Until.SENDING:
        assert dead.wait(PATIENCE)
    else:
        assert hears.poll(PATIENCE)
        assert hears.recv() == "here"
        process.kill()
        process.join()
    office.kept = lambda _: None
    assert process.exitcode == -signal.SIGKILL
    hears.close()
    process.close()


def proposal(db: Session) -> int:
    """A match of its own at the desk: nobody in it is in another."""
    hospital = make.hospital(db)
    liaison = make.liaison(db, hospital)
    facts: dict[str, Any] = {"minutes": 30, "languages": {"fr": 5}, "windows_only": False}
    request = make.request(db, hospital, liaison=liaison, state=RequestState.MATCHED, **facts)
    expert, interpreter = make.expert(db, panel=make.panel(db)), make.interpreter(db)
    return make.match(
        db, request, starts_at=at(1, 9), panel=[expert], interpreters=[interpreter], room=make.room(db)
    ).id


def approved(database: Database) -> list[int]:
    """The matches that became sessions."""
    with database.read() as db:
        return list(db.exec(select(SharingSession.match_id).order_by(col(SharingSession.id))))


def invited(database: Database) -> set[str]:
    """The addresses of all who have a place in a session."""
    with database.read() as db:
        return set(db.exec(select(Person.email).join(Attendance, col(Attendance.person_id) == col(Person.id))))


def promised(database: Database) -> list[str]:
    """The Message-ID of each letter in the outbox that does not wait for its hour."""
    at_once = select(Delivery.key).where(Delivery.state != DeliveryState.SCHEDULED)
    with database.read() as db:
        return sorted(f"<{key}@example.org>" for key in db.exec(at_once))


def holds(database: Database) -> set[tuple[str, int]]:
    """UID and SEQUENCE of each session."""
    with database.read() as db:
        return {(each.uid, each.sequence) for each in db.exec(select(SharingSession))}


def by_message_id(office: Office) -> dict[str, list[Arrived]]:
    """What arrived under each Message-ID, sorted by it."""
    found = defaultdict(list)
    for letter in office.arrived:
        found[str(read(letter.raw)["Message-ID"])].append(letter)
    return dict(sorted(found.items()))


def told(letter: Arrived) -> tuple[str, int]:
    """UID and SEQUENCE that a letter invites to."""
    event = vobject_reader(calendars(letter.raw)[0])[0]
    return event.uid, event.sequence
