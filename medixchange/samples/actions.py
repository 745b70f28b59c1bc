"""Loads the demo data by the real importer, and takes away exactly that and what came of it."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from datetime import datetime
from io import StringIO
from typing import Any

from sqlmodel import Session, SQLModel, col, delete, func, or_, select

from medixchange.availability.models import Load, SlotClaim
from medixchange.db import in_parts
from medixchange.errors import Refusal
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.journal.models import JournalEntry
from medixchange.journal.record import REMOVE, record
from medixchange.library import actions as library
from medixchange.messages import Message, listed, say
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital, Panel, Person, Room
from medixchange.plans.models import MatchPlan
from medixchange.recaps.models import Recap
from medixchange.records.imports import Unkept, write_records
from medixchange.samples.closure import Doomed, closure, erase, numbers
from medixchange.samples.guests import guests
from medixchange.samples.world import ORDER, WorldFault, sheet
from medixchange.sessions.models import SharingSession

SUBJECT = "demo-data"
SHARING, ASKED = col(SharingSession.id), col(SessionRequest.id)
OVER = (RequestState.DONE, RequestState.WITHDRAWN, RequestState.DECLINED)
COUNTED: Mapping[type[SQLModel], str] = {
    Hospital: "hospitals",
    Person: "people",
    Panel: "panels",
    Room: "rooms",
    SessionRequest: "requests",
}
NAMES: Mapping[str, str] = {
    "closedperiod": "closed",
    "matchplan": "plan",
    "proposedmatch": "match",
    "sessionrequest": "request",
    "sharingsession": "session",
}
"""How the journal and letters name rows, where it is not by the table's name."""

Keys = dict[type[Hospital | Person | Panel | Room], set[str]]


def loaded(db: Session) -> dict[str, int]:
    """How many hospitals, people, panels, rooms and requests of the demo data there are; nothing where it is not."""
    counts = {COUNTED[kind]: len(found) for kind, found in _roots(db).items() if kind in COUNTED}
    return counts if any(counts.values()) else {}


def load(db: Session, *, actor: str, now: datetime) -> dict[str, int]:
    """Import every file of the demo world and mark what it brings; the number of rows of each kind.

    No letter is written for it. Raises Refusal where it is loaded already, or something of yours has the key of
    one of its rows.
    """
    if loaded(db):
        raise Refusal(say("The demo data is loaded already."))
    sheets = {kind: sheet(kind, now=now) for kind in ORDER}
    keys = _keys(sheets)
    taken = _taken(db, keys, sheets["requests"])
    if taken:
        told = say("The demo data would be mixed with yours, which has these already: %(keys)s.", keys=listed(taken))
        raise Refusal(told)
    rows = {kind: _import(db, kind, text, actor=actor, now=now) for kind, text in sheets.items()}
    # One of the requests waits until its address is confirmed; the importer asks for that by letter.
    db.exec(delete(Delivery).where(col(Delivery.recipient).in_(keys[Person])))
    for table, values in keys.items():
        for row in db.exec(select(table).where(_key_of(table).in_(values))):
            row.is_demo = True
            db.add(row)
    db.flush()
    record(db, actor=actor, verb="load", subject=SUBJECT, now=now, after=rows)
    return rows


def remove(db: Session, *, actor: str, now: datetime) -> dict[str, int]:
    """Delete the demo data and all that came of it: requests, proposals, sessions, claims, feeds and letters, and the
    people whom its sessions and recaps alone have made known.

    Returns how many hospitals, people, panels, rooms and requests of the demo data went. Raises Refusal, with nothing
    changed, where something of yours would go with it.
    """
    counts = loaded(db)
    if not counts:
        raise Refusal(say("There is no demo data."))
    roots = _roots(db)
    doomed = closure(db, roots)
    in_the_way = hindrances(db, doomed)
    if in_the_way:
        raise Refusal(in_the_way[0])
    loaded_at = db.exec(select(func.min(Person.created_at)).where(col(Person.is_demo))).one()
    met = guests(db, doomed, since=loaded_at) if loaded_at is not None else ()
    doomed = closure(db, {**roots, Person: [*roots[Person], *met], Delivery: _letters(db, doomed)})
    _erase_unlinked(db, doomed)
    _note_removed(db, doomed, actor=actor, now=now)
    erase(db, doomed)
    record(db, actor=actor, verb="remove", subject=SUBJECT, now=now, before=counts)
    return counts


def hindrances(db: Session, doomed: Doomed | None = None) -> list[Message]:
    """What of yours would go with the demo data, and what to do about it first."""
    doomed = closure(db, _roots(db)) if doomed is None else doomed
    sessions, asked = _sessions_of_yours(db, doomed), _asked_by_others(db, doomed)
    found = []
    if sessions:
        told = say(
            "Demo people or demo rooms take part in sessions of yours, so the demo data stays: %(sessions)s.",
            sessions=listed(sessions),
        )
        found.append(told)
    if asked:
        told = say(
            "Somebody who is not of the demo data asked for a demo hospital: %(requests)s. Decline these requests, or "
            "have them withdrawn, before you remove the demo data.",
            requests=listed(asked),
        )
        found.append(told)
    return found


def _sessions_of_yours(db: Session, doomed: Doomed) -> list[str]:
    """What the doomed sessions of other requests are about, by their hours."""
    yours = select(SharingSession.starts_at, SharingSession.topic).where(
        col(SharingSession.request_id).not_in(_demo_requests())
    )
    parts = in_parts(numbers(doomed, SharingSession))
    return [topic for _, topic in sorted(row for some in parts for row in db.exec(yours.where(SHARING.in_(some))))]


def _asked_by_others(db: Session, doomed: Doomed) -> list[str]:
    """The doomed requests of somebody else that are not over."""
    theirs = select(SessionRequest.reference).where(
        or_(ASKED.not_in(_demo_requests()), col(SessionRequest.contact_email).not_in(_demo_addresses())),
        col(SessionRequest.state).not_in(OVER),
    )
    parts = in_parts(numbers(doomed, SessionRequest))
    return sorted(each for some in parts for each in db.exec(theirs.where(ASKED.in_(some))))


def _demo_addresses() -> Any:
    return select(Person.email).where(col(Person.is_demo))


def _demo_requests() -> Any:
    hospitals = select(Hospital.id).where(col(Hospital.is_demo))
    return select(SessionRequest.id).where(
        or_(col(SessionRequest.hospital_id).in_(hospitals), col(SessionRequest.contact_email).in_(_demo_addresses()))
    )


def _roots(db: Session) -> dict[type[SQLModel], list[int]]:
    marked: dict[type[SQLModel], list[int]] = {}
    for kind in (Hospital, Person, Panel, Room):
        marked[kind] = list(db.exec(select(kind.id).where(col(kind.is_demo))))
    plans = list(db.exec(select(MatchPlan.id).where(col(MatchPlan.is_demo))))
    return {**marked, MatchPlan: plans, SessionRequest: list(db.exec(_demo_requests()))}


def _keys(sheets: Mapping[str, str]) -> Keys:
    rows = {kind: list(csv.DictReader(StringIO(text))) for kind, text in sheets.items()}
    emails = {row["email"] for kind in ("experts", "interpreters") for row in rows[kind]}
    emails |= {row["liaison_email"] for row in rows["hospitals"]} - {""}
    emails |= {row["contact_email"] for row in rows["requests"]}
    codes = {kind: {row["code"] for row in rows[kind]} for kind in ("hospitals", "panels", "rooms")}
    return {Hospital: codes["hospitals"], Person: emails, Panel: codes["panels"], Room: codes["rooms"]}


def _taken(db: Session, keys: Keys, requests: str) -> list[str]:
    references = [row["reference"] for row in csv.DictReader(StringIO(requests))]
    found = [
        key
        for table, values in keys.items()
        for key in db.exec(select(_key_of(table)).where(_key_of(table).in_(values)))
    ]
    found += db.exec(select(SessionRequest.reference).where(col(SessionRequest.reference).in_(references)))
    return sorted(found)


def _key_of(table: type[Hospital | Person | Panel | Room]) -> Any:
    return col(table.email) if issubclass(table, Person) else col(table.code)


def _import(db: Session, kind: str, text: str, *, actor: str, now: datetime) -> int:
    try:
        rows = write_records(db, kind, text, now=now, actor=actor).rows
    except Unkept as undone:
        raise WorldFault(f"{kind}.csv: {undone}") from undone
    db.flush()
    return rows


def _erase_unlinked(db: Session, doomed: Doomed) -> None:
    """What names a session or a person otherwise than by a foreign key."""
    readers = set[int]()
    for some in in_parts(numbers(doomed, SharingSession)):
        uids = select(SharingSession.uid).where(SHARING.in_(some))
        readers |= set(db.exec(select(Feed.person_id).join(FeedEntry).where(col(FeedEntry.session_uid).in_(uids))))
        for table in (SlotClaim, Load, FeedEntry):
            db.exec(delete(table).where(col(table.session_uid).in_(uids)))
    for person in sorted(readers - numbers(doomed, Person)):
        feeds.mark_stale(db, person)
    for some in in_parts(numbers(doomed, Recap)):
        for slug in db.exec(select(Recap.slug).where(col(Recap.id).in_(some))).all():
            library.remove(db, slug)


def _letters(db: Session, doomed: Doomed) -> list[int]:
    """The letters about what is doomed, and those to demo people."""
    found = list(db.exec(select(Delivery.id).where(col(Delivery.recipient).in_(_demo_addresses()))))
    for some in in_parts(_subjects(doomed)):
        found += db.exec(select(Delivery.id).where(col(Delivery.subject).in_(some)))
    return found


def _note_removed(db: Session, doomed: Doomed, *, actor: str, now: datetime) -> None:
    """The journal keeps what was done to them; a number that a later row is given again begins a new history."""
    told = select(JournalEntry.subject).distinct()
    parts = (db.exec(told.where(col(JournalEntry.subject).in_(some))).all() for some in in_parts(_subjects(doomed)))
    for subject in sorted(each for some in parts for each in some):
        record(db, actor=actor, verb=REMOVE, subject=subject, now=now)


def _subjects(doomed: Doomed) -> Collection[str]:
    return [
        f"{NAMES.get(table.name, table.name)}:{key[0]}"
        for table, keys in doomed.items()
        for key in keys
        if len(key) == 1
    ]
