"""What disrupts sessions that stand: somebody is on leave or retired, a holiday is announced, a room is lost.

Looked for whenever facts may have changed, so that the desk knows and a search says how to mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, delete, func, select

from medixchange.db import Database, in_parts
from medixchange.errors import Refusal
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import Asking
from medixchange.journal.models import JournalEntry
from medixchange.journal.record import record
from medixchange.matching import actions as matching
from medixchange.matching.disruption import Cause, causes, is_more
from medixchange.matching.facts import horizon, problem_of_several
from medixchange.matching.kept import PERSON, ROOM, concerning
from medixchange.matching.models import Disruption, MatchMember, ProposedMatch
from medixchange.matching.stored import BY_CAUSE, disruptions, members_of, value_of
from medixchange.messages import say, to_json
from medixchange.people import queries as people
from medixchange.people.models import Hospital
from medixchange.sessions import queries
from medixchange.sessions.actions import confirm_if_all_come
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import SharingSession

AHEAD = (SessionState.TENTATIVE, SessionState.CONFIRMED)
AT_LEAST = timedelta(minutes=1)
"""So often sessions are looked over although nothing was written in the journal: time passes, holidays come with a new
version of the program, and of two entries the one that is committed later may have the smaller number."""

NOT_AHEAD = say("This session does not take place any more, or it is over.")

ABOUT_FACTS = [~col(JournalEntry.subject).startswith(f"{each}:") for each in ("session", "request")]
"""Decisions about sessions hold every rule, so they disrupt none."""


class Stored(NamedTuple):
    """What is stored of a cause: its message in JSON, and the days that are closed."""

    message: dict[str, Any]
    days: list[str]


class Standing(NamedTuple):
    """A session that is ahead, and the match that it stands by."""

    session: int
    match: int


class Watch:
    """Looks sessions over when something else than a session or request was changed since it did so last, by the
    journal, and every minute."""

    def __init__(self) -> None:
        self._seen = 0
        self._at: datetime | None = None

    def look(self, database: Database, *, now: datetime) -> int:
        """For how many sessions something is another thing than before; 0 where there was no need to look."""
        with database.read() as db:
            if self._at is not None and self._at <= now < self._at + AT_LEAST and not self._has_news(db):
                return 0
            last = db.exec(select(func.max(JournalEntry.id))).one() or 0
        changed = look_over(database, now=now)
        self._seen, self._at = last, now
        return changed

    def _has_news(self, db: Session) -> bool:
        later = select(JournalEntry.id).where(col(JournalEntry.id) > self._seen, *ABOUT_FACTS)
        return db.exec(later.limit(1)).first() is not None


def look_over(database: Database, *, now: datetime) -> int:
    """Compare every session ahead with the facts as they are, and store what disrupts it; for how many that is news.

    Read in a fixed number of queries; each session that is another is written in a transaction of its own, which looks
    for a way to mend it. Where a cause has gone what disrupted it is forgotten, and so are proposals to mend it.
    """
    with database.read() as db:
        found, known = disrupting(db, now=now), _known(db)
        lasting = (col(SharingSession.state).in_(list(ALIVE)), SharingSession.ends_at > now)
        over = known.keys() - set(db.exec(select(SharingSession.match_id).where(*lasting)))
    changed = [each for each, why in found.items() if _as_rows(why) != known.get(each.match, {})]
    for standing in changed:
        with database.write() as db:
            _write(db, standing, found[standing], now=now)
    if over:
        with database.write() as db:
            for some in in_parts(sorted(over)):
                db.exec(delete(Disruption).where(col(Disruption.match_id).in_(some)))
    return len(changed)


def disrupting(db: Session, *, now: datetime) -> Mapping[Standing, tuple[Cause, ...]]:
    """What disrupts each session ahead by the facts as they are, by the session and its match; also those that nothing
    does."""
    grid = horizon(now)
    query = (
        select(SharingSession, SessionRequest, Hospital, ProposedMatch)
        .join(SessionRequest, col(SessionRequest.id) == col(SharingSession.request_id))
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .join(ProposedMatch, col(ProposedMatch.id) == col(SharingSession.match_id))
        .where(
            col(SharingSession.state).in_(AHEAD),
            SharingSession.starts_at >= grid.start,
            SharingSession.starts_at < grid.end,
        )
        .order_by(col(SharingSession.starts_at), col(SharingSession.id))
    )
    every = [_Ahead(*row) for row in db.exec(query)]
    members = members_of(db, [each.match.id for each in every])
    found: dict[Standing, tuple[Cause, ...]] = {}
    for is_demo in (False, True):
        mine = [each for each in every if each.hospital.is_demo == is_demo]
        found |= _disrupting(db, mine, members, is_demo=is_demo, now=now) if mine else {}
    return found


@dataclass(frozen=True)
class _Ahead:
    session: SharingSession
    request: SessionRequest
    hospital: Hospital
    match: ProposedMatch


def _disrupting(
    db: Session, ahead: Sequence[_Ahead], members: Mapping[int, list[MatchMember]], *, is_demo: bool, now: datetime
) -> Mapping[Standing, tuple[Cause, ...]]:
    coming = {
        each.match.id: [member for member in members[each.match.id] if member.declined_at is None] for each in ahead
    }
    ids = frozenset(member.person_id for several in coming.values() for member in several)
    asked: list[Asking] = [(each.request, each.hospital) for each in ahead]
    problem = problem_of_several(db, asked, now=now, is_demo=is_demo, only=ids, as_is=True)
    names = _names(db, ids, {each.match.room_id for each in ahead})
    return {
        Standing(each.session.id, each.match.id): causes(value_of(each.match, coming[each.match.id]), problem, names)
        for each in ahead
    }


def _names(db: Session, person_ids: Collection[int], room_ids: Collection[int]) -> Mapping[str, str]:
    persons = {concerning(PERSON, str(number)): each.name for number, each in people.persons(db, person_ids).items()}
    return persons | {concerning(ROOM, str(number)): each.name for number, each in people.rooms(db, room_ids).items()}


def _known(db: Session) -> Mapping[int, dict[tuple[str, str], Stored]]:
    """What is stored of each match."""
    known = defaultdict[int, dict[tuple[str, str], Stored]](dict)
    for row in db.exec(select(Disruption).order_by(*BY_CAUSE)):
        known[row.match_id][row.kind, row.concerns] = Stored(row.message, row.days)
    return known


def _as_rows(found: Iterable[Cause]) -> dict[tuple[str, str], Stored]:
    return {each.key: Stored(to_json(each.message), list(each.days)) for each in found}


def _write(db: Session, standing: Standing, found: Sequence[Cause], *, now: datetime) -> None:
    session = queries.by_id(db, standing.session, for_change=True)
    if session.match_id != standing.match or session.state not in AHEAD:
        return  # somebody has decided about it meanwhile
    query = select(Disruption).where(Disruption.match_id == standing.match)
    rows = {(row.kind, row.concerns): row for row in db.exec(query)}
    wanted = {each.key: each for each in found}
    for key in rows.keys() - wanted.keys():
        db.delete(rows[key])
    # What was agreed holds for what was known then: not for the next closed day, or a longer leave.
    grown = [
        row
        for key, row in rows.items()
        if row.kept_at and key in wanted and is_more(wanted[key], row.message, row.days)
    ]
    for row in grown:
        row.kept_at = None
    for key, stored in _as_rows(found).items():
        kind, concerns = key
        row = rows.get(key) or Disruption(
            match_id=standing.match, kind=kind, concerns=concerns, message=stored.message, found_at=now
        )
        row.message, row.days = stored
        db.add(row)
    db.flush()
    if grown or rows.keys() != wanted.keys():
        _changed(db, session, now=now)


def keep(db: Session, session: SharingSession, agreed: Collection[str], *, actor: str, now: datetime) -> None:
    """The session stays as it is for all of ``agreed``, as an organizer has agreed: it is named again only for another
    one, and nothing is proposed to mend these.

    Raises Refusal where none of them disrupts it, or it is over or does not take place.
    """
    session = queries.by_id(db, session.id, for_change=True)
    if session.state not in ALIVE or session.ends_at <= now:
        raise Refusal(NOT_AHEAD)
    found = [each for each in disruptions(db, [session.match_id])[session.match_id] if each.cause in agreed]
    if not found:
        raise Refusal(say("Nothing stands in the way of this session by now, so it stays as it is."))
    for each in found:
        each.kept_at = now
        db.add(each)
    kept = {"causes": [each.cause for each in found]}
    record(db, actor=actor, verb="keep", subject=f"session:{session.id}", now=now, after=kept)
    db.flush()
    _changed(db, session, now=now)


def _changed(db: Session, session: SharingSession, *, now: datetime) -> None:
    """What follows where something else disrupts a session than before, or nothing does."""
    matching.want(db, db.get_one(SessionRequest, session.request_id), now=now)
    confirm_if_all_come(db, session, now=now)
