"""Takes people's, rooms' and hospitals' time for sessions and gives it back; the database refuses a second taker."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from medixchange.availability.models import HOSPITAL, PERSON, ROOM, Load, SlotClaim, named
from medixchange.errors import Refusal
from medixchange.messages import count, instant, listed, say
from medixchange.people.models import Hospital, Person, Room
from medixchange.times.grid import EPOCH, QUARTER, quarters
from medixchange.times.intervals import Interval

NAMES = {
    HOSPITAL: (col(Hospital.id), col(Hospital.name)),
    PERSON: (col(Person.id), col(Person.name)),
    ROOM: (col(Room.id), col(Room.name)),
}


class Taken(Refusal):
    """Somebody, a room or the hospital is in another session at that hour."""


def resources(*, persons: Iterable[int], room: int, hospitals: Iterable[int]) -> tuple[str, ...]:
    """What one session takes, as claims name it: ``person:7``, ``room:2``, ``hospital:1``."""
    there = (named(HOSPITAL, each) for each in hospitals)
    return (*(named(PERSON, each) for each in persons), named(ROOM, room), *there)


def hold_still(db: Session, wanted: Collection[str]) -> None:
    """Lock the rows behind ``wanted``, always in the same order, until the transaction ends.

    Whoever changes what somebody is taken by, or decides by it (caps, rest), holds these locks: so what was
    checked still stands when it is written, and no two such transactions wait for each other. On SQLite the
    one writer holds everything anyhow.
    """
    for kind, (key, _) in NAMES.items():
        ids = [each for name, each in map(_parts, wanted) if name == kind]
        if ids:
            db.exec(select(key).where(key.in_(ids)).order_by(key).with_for_update(key_share=True)).all()


def claim(db: Session, session_uid: str, wanted: Collection[str], interval: Interval) -> None:
    """Take every quarter of an hour of ``interval`` from all of ``wanted``, and book it as load of the people.

    All or nothing, and the transaction stays usable either way. Raises Taken, which names who is taken.
    """
    hold_still(db, wanted)
    rows = [
        {"resource": resource, "slot": slot, "session_uid": session_uid}
        for resource in sorted(set(wanted))
        for slot in quarters(interval)
    ]
    try:
        with db.begin_nested():
            db.exec(insert(SlotClaim), params=rows)
    except IntegrityError:
        raise _taken(db, wanted, interval) from None
    people = sorted({number for kind, number in map(_parts, wanted) if kind == PERSON})
    if people:
        booked = {"session_uid": session_uid, "starts_at": interval.start, "ends_at": interval.end}
        db.exec(insert(Load), params=[{"person_id": each, **booked} for each in people])


def release(db: Session, session_uid: str) -> None:
    """Give back all the time that the session took, and the load with it."""
    db.exec(delete(SlotClaim).where(col(SlotClaim.session_uid) == session_uid))
    db.exec(delete(Load).where(col(Load.session_uid) == session_uid))


def release_hospital(db: Session, session_uid: str, hospital_id: int) -> None:
    """Give back the time that the session took of one of its hospitals."""
    mine = col(SlotClaim.resource) == named(HOSPITAL, hospital_id)
    db.exec(delete(SlotClaim).where(col(SlotClaim.session_uid) == session_uid, mine))


def release_person(db: Session, session_uid: str, person_id: int) -> None:
    """Give back the time that the session took of one person."""
    mine = col(SlotClaim.resource) == named(PERSON, person_id)
    db.exec(delete(SlotClaim).where(col(SlotClaim.session_uid) == session_uid, mine))
    db.exec(delete(Load).where(col(Load.session_uid) == session_uid, col(Load.person_id) == person_id))


def _parts(resource: str) -> tuple[str, int]:
    kind, _, number = resource.partition(":")
    return kind, int(number)


def _taken(db: Session, wanted: Collection[str], interval: Interval) -> Taken:
    slots = quarters(interval)
    found = db.exec(
        select(SlotClaim.resource, SlotClaim.slot)
        .where(col(SlotClaim.resource).in_(wanted), col(SlotClaim.slot).in_(slots))
        .order_by(col(SlotClaim.slot), col(SlotClaim.resource))
    ).all()
    if not found:  # whoever had it has just given it back
        return Taken(say("Somebody else changed a session at that hour in this very moment; try again."))
    first = EPOCH + timedelta(minutes=QUARTER) * min(slot for _, slot in found)
    names = [_name(db, resource) for resource in sorted({resource for resource, _ in found})]
    return Taken(
        count(
            "%(names)s was given to another session at that hour (%(at)s); choose another proposal.",
            "%(names)s were given to other sessions at that hour (%(at)s); choose another proposal.",
            len(names),
            names=listed([*names]),
            at=instant(first),
        )
    )


def _name(db: Session, resource: str) -> str:
    kind, number = _parts(resource)
    key, name = NAMES[kind]
    return db.exec(select(name).where(key == number)).one()
