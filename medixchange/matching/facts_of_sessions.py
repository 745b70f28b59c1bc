"""Reads what stands already: sessions that hold their people's time, and hours at which somebody said no."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from medixchange.intake.models import SessionRequest
from medixchange.intake.together import joined
from medixchange.matching.kept import Kept
from medixchange.matching.match import Held
from medixchange.matching.models import Disruption, MatchMember, MatchState, ProposedMatch
from medixchange.matching.resources import Block
from medixchange.matching.stored import BY_CAUSE, EXPERT, INTERPRETER, members_of, people, value_of
from medixchange.messages import instant, say
from medixchange.people.models import Hospital
from medixchange.times.grid import Grid
from medixchange.times.intervals import Interval


def declined(db: Session, grid: Grid, *, only: Collection[int] | None) -> Mapping[int, tuple[Block, ...]]:
    """Hours at which people said that they cannot come, whatever became of the session: nobody is asked for them again.

    With ``only`` of no others.
    """
    query = (
        select(MatchMember.person_id, ProposedMatch.starts_at, ProposedMatch.ends_at)
        .join(ProposedMatch, col(ProposedMatch.id) == col(MatchMember.match_id))
        .where(col(MatchMember.declined_at).is_not(None))
        .where(ProposedMatch.ends_at > grid.start, ProposedMatch.starts_at < grid.end)
        .order_by(col(ProposedMatch.starts_at))
    )
    if only is not None:
        query = query.where(col(MatchMember.person_id).in_(only))
    found = defaultdict[int, tuple[Block, ...]](tuple)
    for who, start, end in db.exec(query):
        told = say("declined when asked for %(at)s", at=instant(start.astimezone(UTC)))
        found[who] += (Block(grid.touched([Interval(start, end)]), told),)
    return found


def kept(db: Session, request_ids: Collection[int]) -> Mapping[str, Sequence[Kept]]:
    """What the sessions of these requests stay as they are for, by request."""
    rows = db.exec(
        select(Disruption, ProposedMatch)
        .join(ProposedMatch, col(ProposedMatch.id) == col(Disruption.match_id))
        .where(col(Disruption.kept_at).is_not(None), ProposedMatch.state == MatchState.APPROVED)
        .order_by(*BY_CAUSE)
    )
    found = [(each, match) for each, match in rows if match.request_id in request_ids]
    members = members_of(db, {match.id for _, match in found})
    stays = defaultdict[str, list[Kept]](list)
    for each, row in found:
        match = value_of(row, members[row.id])
        hour = Interval(match.start, match.end)
        stays[match.request].append(Kept(each.kind, each.concerns, hour, match.route.channels))
    return dict(stays)


def held(db: Session, first: datetime, last: datetime, *, without: Collection[int]) -> tuple[Held, ...]:
    """The sessions that stand between the two moments, but for those of the requests ``without``: approved matches keep
    their hour and those who come."""
    rows = db.exec(
        select(ProposedMatch, SessionRequest.topic, Hospital.id, Hospital.name)
        .join(SessionRequest, col(SessionRequest.id) == col(ProposedMatch.request_id))
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(
            ProposedMatch.state == MatchState.APPROVED,
            ProposedMatch.ends_at > first,
            ProposedMatch.starts_at < last,
        )
        .order_by(col(ProposedMatch.starts_at), col(ProposedMatch.id))
    ).all()
    guests = joined(db, {match.request_id for match, *_ in rows})
    members = {
        number: [each for each in several if each.declined_at is None]
        for number, several in members_of(db, [match.id for match, *_ in rows]).items()
    }
    return tuple(
        Held(
            id=str(match.id),
            name=say(
                "%(topic)s with %(hospital)s on %(at)s",
                topic=topic,
                hospital=name,
                at=instant(match.starts_at.astimezone(UTC)),
            ),
            start=match.starts_at,
            end=match.ends_at,
            hospital=str(hospital),
            experts=people(members[match.id], EXPERT),
            interpreters=people(members[match.id], INTERPRETER),
            room=str(match.room_id),
            guests=tuple(str(there.id) for _, there in guests[match.request_id]),
        )
        for match, topic, hospital, name in rows
        if match.request_id not in without
    )
