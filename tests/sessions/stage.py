"""A hospital, a panel, an interpreter and proposals that wait at the desk; what became of them as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icalendar import Calendar
from sqlmodel import Session, col, select, update

from medixchange.availability.models import Load, SlotClaim
from medixchange.calendars.meeting import Party
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import together
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.outbox.compose import Desk, Preview, preview
from medixchange.outbox.letters import Letter, Links
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.queries import about
from medixchange.people.models import Expert, Hospital, Interpreter, Person, Room
from medixchange.sessions import queries, reminders
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.templating import environment
from medixchange.times.grid import quarters
from medixchange.times.intervals import Interval
from medixchange.times.zones import resolve
from medixchange.tokens import Mint
from tests import make

NOW = make.NOW
ACTOR = "person:1"
SENDER = Party("medixchange", "sessions@example.org")
DESK = Desk(environment(), Links("https://mx.example.org", Mint("a key for tests")), SENDER)

ZHANG, LI, MEI, ALINE, SARA = "Zhang San 张三", "Li Si 李四", "Mei Example", "Aline Example", "Sara Example"


def at(weekday: int, hour: int, minute: int = 0) -> datetime:
    """An hour of next week on the clock of Kigali, where it is six hours earlier than in Beijing."""
    return resolve(make.next_week(weekday), hour * 60 + minute, "Africa/Kigali")


@dataclass(frozen=True)
class Stage:
    """One request from Kigali in French, half an hour long, with three proposals: two of Zhang, one of Li."""

    hospital: Hospital
    liaison: Person
    zhang: Expert
    li: Expert
    mei: Interpreter
    room: Room
    request: SessionRequest
    tuesday: ProposedMatch
    wednesday: ProposedMatch
    by_li: ProposedMatch


def set_up(db: Session) -> Stage:
    """The stage; everybody is there from 08:00 to 12:00 on Kigali's clock."""
    hospital = make.hospital(db)
    liaison = make.liaison(db, hospital, ALINE)
    panel = make.panel(db)
    zhang, li = make.expert(db, ZHANG, panel=panel), make.expert(db, LI, panel=panel)
    mei, room = make.interpreter(db, MEI), make.room(db)
    request = make.request(
        db,
        hospital,
        liaison=liaison,
        state=RequestState.MATCHED,
        minutes=30,
        languages={"fr": 5},
        windows_only=False,
        questions="How low may the saturation go?",
    )
    team: dict[str, Any] = {"room": room, "interpreters": [mei]}
    return Stage(
        hospital,
        liaison,
        zhang,
        li,
        mei,
        room,
        request,
        tuesday=make.match(db, request, starts_at=at(1, 9), panel=[zhang], **team),
        wednesday=make.match(db, request, starts_at=at(2, 10), panel=[zhang], **team),
        by_li=make.match(db, request, starts_at=at(1, 9), panel=[li], **team),
    )


def elsewhere(db: Session, stage: Stage, starts_at: datetime, *, city: str = "Huye") -> ProposedMatch:
    """A proposal for another hospital with the same expert, interpreter and room."""
    hospital = make.hospital(db, f"Clinic of {city}", city=city)
    contact = make.liaison(db, hospital, f"Contact in {city}")
    request = make.request(
        db,
        hospital,
        liaison=contact,
        state=RequestState.MATCHED,
        minutes=30,
        languages={"fr": 5},
        windows_only=False,
    )
    return make.match(db, request, starts_at=starts_at, panel=[stage.zhang], interpreters=[stage.mei], room=stage.room)


def second_hospital(db: Session, *, city: str = "Addis Ababa", **facts: Any) -> SessionRequest:
    """A request on the same topic of a hospital whose clock is an hour ahead of Kigali's."""
    hospital = make.hospital(db, f"Hospital of {city}", city=city, country="ET", zone="Africa/Addis_Ababa")
    contact = make.liaison(db, hospital, SARA, zone=hospital.zone)
    plain: dict[str, Any] = {"minutes": 30, "languages": {"fr": 4}, "windows_only": False}
    plain["questions"] = "And at 2,400 metres?"
    return make.request(db, hospital, liaison=contact, **{**plain, **facts})


def join(db: Session, leads: SessionRequest, request: SessionRequest | None = None) -> SessionRequest:
    """A second hospital joins the request that leads, whose proposals wait at the desk as before."""
    request = request or second_hospital(db)
    together.join(db, leads, request, actor=ACTOR, now=NOW)
    leads.state = RequestState.MATCHED
    db.exec(update(ProposedMatch).where(col(ProposedMatch.request_id) == leads.id).values(others=["fr"]))
    db.flush()
    return request


def desk_again(db: Session, stage: Stage) -> None:
    """A later search has put the proposals on the desk again."""
    for match in (stage.wednesday, stage.by_li):
        db.refresh(match)
        match.state = MatchState.PROPOSED
    db.flush()


def send(db: Session) -> None:
    """Every letter that waits has gone."""
    db.exec(update(Delivery).where(col(Delivery.state) == DeliveryState.QUEUED).values(state=DeliveryState.SENT))


def place_of(db: Session, session: SharingSession, name: str) -> Attendance:
    """The place that somebody has or had in the session."""
    query = select(Attendance).join(Person, col(Person.id) == col(Attendance.person_id))
    return db.exec(query.where(Attendance.session_id == session.id, Person.name == name)).one()


def answers(db: Session, session: SharingSession) -> dict[str, str]:
    """What everybody who belongs to the session has answered."""
    return {person.name: place.partstat for place, person in queries.attendances(db, session.id)}


def news(db: Session, session: SharingSession) -> list[Delivery]:
    """Every letter about the session that went or was to go at once: no reminders."""
    return [each for each in about(db, f"session:{session.id}") if each.kind not in reminders.REMINDER_KINDS]


def waiting_for(db: Session, session: SharingSession) -> list[tuple[str, str, datetime]]:
    """Every letter of the session that waits for its hour: to whom, kind, and when it goes; the next first."""
    found = [
        (Letter.from_json(each.payload).to_name, each.kind, each.due_at)
        for each in about(db, f"session:{session.id}")
        if each.state is DeliveryState.SCHEDULED
    ]
    return sorted(found, key=lambda each: (each[2], each[1], each[0]))


def letters(db: Session, session: SharingSession) -> list[tuple[str, str, str, int]]:
    """Everything that was written about the session and not taken back: name, kind, METHOD, SEQUENCE."""
    found: list[tuple[str, str, str, int]] = []
    for delivery in news(db, session):
        letter = Letter.from_json(delivery.payload)
        if delivery.state is not DeliveryState.SUPERSEDED and letter.calendar is not None:
            calendar = letter.calendar
            found.append((letter.to_name, letter.kind, calendar.method, calendar.meeting.sequence))
    return found


def latest_letter(db: Session, session: SharingSession, name: str, *, kind: str = "") -> Letter:
    """The last letter about the session to somebody, or the last of one kind."""
    found = [Letter.from_json(each.payload) for each in news(db, session)]
    return [each for each in found if each.to_name == name and kind in ("", each.kind)][-1]


def read(letter: Letter) -> Preview:
    """The letter as its reader sees it."""
    return preview(letter, DESK)


def feeds(db: Session, session: SharingSession) -> dict[str, tuple[str, int, datetime]]:
    """What the feed of each person shows of the session: STATUS, SEQUENCE and hour."""
    query = (
        select(Person.name, FeedEntry.vevent)
        .join(Feed, col(Feed.id) == col(FeedEntry.feed_id))
        .join(Person, col(Person.id) == col(Feed.person_id))
        .where(FeedEntry.session_uid == session.uid)
    )
    found = {}
    for name, vevent in db.exec(query):
        event = Calendar.from_ical(vevent)
        found[name] = (str(event["STATUS"]), event.decoded("SEQUENCE"), event.decoded("DTSTART"))
    return found


def claimed(db: Session) -> dict[str, set[tuple[str, int]]]:
    """Every slot that is taken, by session."""
    found: dict[str, set[tuple[str, int]]] = {}
    for claim in db.exec(select(SlotClaim)):
        found.setdefault(claim.session_uid, set()).add((claim.resource, claim.slot))
    return found


def loaded(db: Session) -> set[tuple[int, str, datetime, datetime]]:
    """Every hour that somebody is booked for."""
    return {(load.person_id, load.session_uid, load.starts_at, load.ends_at) for load in db.exec(select(Load))}


def slots_of(session: SharingSession, *resources: str) -> set[tuple[str, int]]:
    """The slots of the session's hour for each of ``resources``."""
    hour = quarters(Interval(session.starts_at, session.ends_at))
    return {(resource, slot) for resource in resources for slot in hour}


def resources(session: SharingSession, *people: Expert | Interpreter) -> list[str]:
    """What the session takes, when ``people`` work in it."""
    own = [f"room:{session.room_id}", f"hospital:{session.hospital_id}"]
    return [*own, *(f"person:{each.person_id}" for each in people)]
