"""Reads what fairness is judged by: requests with what became of them, and the hours that people gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, func, or_, select

from medixchange.availability import queries as availability
from medixchange.fairness.groups import Case, Outcome
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import days_waited, is_looked_for, is_waiting, takes_part, waits_since
from medixchange.languages.tags import spoken
from medixchange.matching.facts_of_people import FAIR_MEMORY, lent_to_experts
from medixchange.matching.models import MatchMember
from medixchange.people.models import Expert, ExpertSpecialty, Hospital, Interpreter, Person
from medixchange.sessions.joining import TOOK_PLACE
from medixchange.sessions.lifecycle import ALIVE
from medixchange.sessions.models import SharingSession

ENDED: Mapping[RequestState, Outcome] = {
    RequestState.DECLINED: Outcome.REFUSED,
    RequestState.WITHDRAWN: Outcome.WITHDRAWN,
}


def is_demo(db: Session) -> bool:
    """Whether there is demo data and nothing else that anybody asked for."""
    asked = select(SessionRequest.id).join(Hospital).limit(1)
    demo, real = (db.exec(asked.where(col(Hospital.is_demo).is_(each))).first() for each in (True, False))
    return demo is not None and real is None


def waits_longest(db: Session, *, is_demo: bool, now: datetime) -> SessionRequest | None:
    """The request that has waited the longest, of all that are counted as waiting."""
    query = select(SessionRequest).join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
    waiting = db.exec(query.where(Hospital.is_demo == is_demo, is_waiting(), is_looked_for(now)))
    return min(waiting, key=lambda each: (waits_since(each), each.id), default=None)


def cases(db: Session, *, since: datetime, now: datetime, is_demo: bool) -> list[Case]:
    """The requests that wait or whose session is coming, and those that ended from ``since`` on."""
    return [*_asked(db, since=since, now=now, is_demo=is_demo), *_given(db, since=since, now=now, is_demo=is_demo)]


def _asked(db: Session, *, since: datetime, now: datetime, is_demo: bool) -> Iterator[Case]:
    state = col(SessionRequest.state)
    ended = and_(state.in_(list(ENDED)), col(SessionRequest.decided_at) >= since)
    query = (
        select(SessionRequest, Hospital.country)
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(Hospital.is_demo == is_demo, or_(and_(is_waiting(), is_looked_for(now)), ended))
    )
    for asked, country in db.exec(query):
        outcome = ENDED.get(asked.state, Outcome.WAITING)
        yield Case(country, best_languages(asked.languages), outcome, days_waited(asked, until=now))


def _given(db: Session, *, since: datetime, now: datetime, is_demo: bool) -> Iterator[Case]:
    state = col(SharingSession.state)
    held = and_(state.in_(list(TOOK_PLACE)), col(SharingSession.starts_at) >= since)
    coming = and_(state.in_(list(ALIVE)), col(SharingSession.ends_at) > now)
    query = (
        select(SharingSession, SessionRequest, Hospital.country)
        .join(SessionRequest, takes_part(col(SharingSession.request_id)))
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(Hospital.is_demo == is_demo, or_(held, coming))
    )
    for session, asked, country in db.exec(query):
        outcome = Outcome.HELD if session.state in TOOK_PLACE else Outcome.AHEAD
        minutes = (session.ends_at - session.starts_at) // timedelta(minutes=1)
        days = days_waited(asked, until=session.starts_at)
        yield Case(country, best_languages(asked.languages), outcome, days, minutes)


def best_languages(levels: Mapping[str, int]) -> tuple[str, ...]:
    """The languages that an audience knows best, without script and region; several where it knows them equally."""
    best = max(levels.values(), default=0)
    return tuple(sorted({spoken(tag) for tag, level in levels.items() if level == best}))


@dataclass(frozen=True, slots=True)
class Giving:
    """What an expert or interpreter gave in the time that fairness looks at, and what is ahead.

    ``declined`` are the hours to which they said no, ``lent`` the sessions that count as given of an expert who was not
    there all the time; ``counted`` is what S9 counts of an expert, None of an interpreter.
    """

    person_id: int
    name: str
    is_expert: bool
    given: int
    minutes: int
    ahead: int
    declined: int
    lent: int
    counted: int | None


def ledger(db: Session, *, now: datetime, is_demo: bool) -> list[Giving]:
    """Everybody who is active, those who gave the most first."""
    since = now - FAIR_MEMORY
    experts, interpreters = _active(db, Expert, is_demo=is_demo), _active(db, Interpreter, is_demo=is_demo)
    lent = lent_to_experts(db, experts, _specialties(db), now=now)
    work = availability.work(db, since=since, now=now)
    declined = _declined(db, since=since)
    rows = [
        Giving(
            person_id=person.id,
            name=person.name,
            is_expert=is_expert,
            given=work.given[person.id],
            minutes=work.minutes[person.id],
            ahead=work.ahead[person.id],
            declined=declined.get(person.id, 0),
            lent=lent.get(person.id, 0) if is_expert else 0,
            counted=work.given[person.id] + work.ahead[person.id] + lent.get(person.id, 0) if is_expert else None,
        )
        for several, is_expert in ((experts, True), (interpreters, False))
        for person in several
    ]
    return sorted(rows, key=lambda each: (not each.is_expert, -each.minutes, -each.ahead, each.name))


def _active(db: Session, kind: type[Expert] | type[Interpreter], *, is_demo: bool) -> Sequence[Person]:
    query = select(Person).join(kind, col(kind.person_id) == col(Person.id))
    return db.exec(query.where(kind.active, Person.is_demo == is_demo).order_by(col(Person.id))).all()


def _specialties(db: Session) -> Mapping[int, set[str]]:
    found = defaultdict[int, set[str]](set)
    for who, code in db.exec(select(ExpertSpecialty.expert_id, ExpertSpecialty.specialty)):
        found[who].add(code)
    return found


def _declined(db: Session, *, since: datetime) -> Mapping[int, int]:
    query = select(MatchMember.person_id, func.count()).where(col(MatchMember.declined_at) >= since)
    return dict(db.exec(query.group_by(col(MatchMember.person_id))).all())
