"""A session as everybody is told of it: what, when, where, and who comes, read from a session or a proposal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from medixchange.calendars.meeting import Status
from medixchange.intake import together
from medixchange.intake.series_rows import place_in_series
from medixchange.intake.together import Asking
from medixchange.matching.models import MatchMember, ProposedMatch
from medixchange.matching.stored import members_of
from medixchange.messages import Message
from medixchange.people import queries as people
from medixchange.people.models import Room
from medixchange.sessions.guests import Guest, Host, each_once, guest_of, invited, joined_id, liaisons_of
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import Role, SharingSession
from medixchange.sessions.queries import ORDER, attendances
from medixchange.times.intervals import Interval

STATUS: Mapping[SessionState, Status] = {
    SessionState.TENTATIVE: "TENTATIVE",
    SessionState.CANCELLED: "CANCELLED",
    SessionState.NOT_HELD: "CANCELLED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What there is to tell of one session, before it is put into anybody's words; ``joined`` are the hospitals that
    take part beside the one that leads."""

    uid: str
    sequence: int
    status: Status
    topic: str
    questions: str
    hospital: str
    city: str
    zone: str
    room: str
    join_url: str
    span: Interval
    mode: str
    speech: str
    audience: str
    created: datetime
    modified: datetime
    guests: tuple[Guest, ...]
    relay: str = ""
    others: tuple[str, ...] = ()
    series: Message | None = None
    joined: tuple[Host, ...] = ()

    def hosts(self, guest: Guest | None = None) -> tuple[Host, ...]:
        """Every hospital of the session: first that of ``guest``, else the one that leads."""
        every = (Host(name=self.hospital, city=self.city, zone=self.zone), *self.joined)
        own = guest.joined_id if guest else None
        return tuple(sorted(every, key=lambda each: each.joined_id != own))

    @property
    def everybody_comes(self) -> bool:
        """Whether all experts and interpreters have accepted, and for each hospital at least one."""
        working, hospitals = list[bool](), defaultdict[int | None, list[bool]](list)
        for guest in self.guests:
            answers = hospitals[guest.joined_id] if guest.role is Role.LIAISON else working
            answers.append(guest.partstat == "ACCEPTED")
        return all(working) and all(map(any, hospitals.values()))

    def is_in_room_of(self, other: Occasion) -> bool:
        """Whether both are in the same video room."""
        return (self.room, self.join_url) == (other.room, other.join_url)

    def is_spoken_as(self, other: Occasion) -> bool:
        """Whether both are held in the same languages, and interpreted in the same way."""
        return _way(self) == _way(other)

    def of(self, role: Role) -> tuple[Guest, ...]:
        """Those who come in one role."""
        return tuple(guest for guest in self.guests if guest.role is role)


def _way(occasion: Occasion) -> tuple[str, str, str, str, tuple[str, ...]]:
    return occasion.mode, occasion.speech, occasion.audience, occasion.relay, occasion.others


def new_uid() -> str:
    """A UID for a session, good for its life (RFC 5545, 3.8.4.7; RFC 7986, 5.3: nothing of the host in it)."""
    return f"{uuid4().hex}@medixchange"


def status_of(state: SessionState) -> Status:
    """What calendars call the state of a session."""
    return STATUS.get(state, "CONFIRMED")


def standing(db: Session, session: SharingSession) -> Occasion:
    """The session as it stands, with those who are still part of it."""
    rows = attendances(db, session.id)
    panels = people.panels_of(db, [each.person_id for each, _ in rows if each.role is Role.EXPERT])
    guests = [guest_of(each, person, panels.get(person.id)) for each, person in rows]
    return _occasion(
        db,
        together.asking(db, session.request_id),
        session,
        guests,
        uid=session.uid,
        sequence=session.sequence,
        status=status_of(session.state),
        created=session.created_at,
        modified=session.modified_at,
    )


def proposed(
    db: Session, match: ProposedMatch, members: Sequence[MatchMember] | None = None, *, now: datetime
) -> Occasion:
    """The session that a proposal would become; nothing is written. ``members`` are given where it is no row yet."""
    asking = together.asking(db, match.request_id)
    members = members_of(db, [match.id])[match.id] if members is None else members
    persons = people.persons(db, [member.person_id for member in members])
    panels = people.panels_of(db, list(persons))
    guests = [
        invited(persons[each.person_id], Role(each.role), leg=each.leg, panel=panels.get(each.person_id))
        for each in members
    ]
    for request, hospital in asking:
        coming = liaisons_of(db, request, hospital, now=now)
        guests += [invited(person, Role.LIAISON, joined_id=joined_id(match, request)) for person in coming]
    return _occasion(
        db,
        asking,
        match,
        each_once(guests),
        uid=new_uid(),
        sequence=0,
        status="TENTATIVE",
        created=now,
        modified=now,
    )


def _occasion(
    db: Session,
    asking: Sequence[Asking],
    where: SharingSession | ProposedMatch,
    guests: list[Guest],
    *,
    uid: str,
    sequence: int,
    status: Status,
    created: datetime,
    modified: datetime,
) -> Occasion:
    (request, hospital), *others = asking
    room = db.get_one(Room, where.room_id)
    return Occasion(
        uid=uid,
        sequence=sequence,
        status=status,
        topic=request.topic,
        questions="\n\n".join(filter(None, (each.questions for each, _ in asking))),
        hospital=hospital.name,
        city=hospital.city,
        zone=hospital.zone,
        room=room.name,
        join_url=room.join_url,
        span=Interval(where.starts_at, where.ends_at),
        mode=where.mode,
        speech=where.speech,
        audience=where.audience,
        relay=where.relay,
        others=tuple(where.others),
        series=place_in_series(db, request),
        joined=tuple(
            Host(name=there.name, city=there.city, zone=there.zone, joined_id=each.id) for each, there in others
        ),
        created=created,
        modified=modified,
        guests=tuple(sorted(guests, key=lambda each: (ORDER[each.role], each.leg, each.person_id))),
    )
