"""Between a match as a value and a match as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from typing import cast

from sqlmodel import Session, col, select

from medixchange.db import in_parts
from medixchange.intake.models import SessionRequest
from medixchange.languages.bridge import Mode
from medixchange.matching.match import Match, Route, Team
from medixchange.matching.models import Disruption, MatchMember, MatchSearch, MatchState, ProposedMatch, Repair
from medixchange.matching.search import parts_to_json
from medixchange.matching.solver import Ranked
from medixchange.messages import Message, from_json

EXPERT, INTERPRETER = "expert", "interpreter"
BY_CAUSE = (col(Disruption.match_id), col(Disruption.kind), col(Disruption.concerns))
"""The order of what disrupts sessions."""


def members_of(db: Session, match_ids: Collection[int]) -> Mapping[int, list[MatchMember]]:
    """Who takes part in each of the matches, experts first; a match without anybody has an empty list."""
    found = defaultdict[int, list[MatchMember]](list)
    query = (
        select(MatchMember)
        .where(col(MatchMember.match_id).in_(match_ids))
        .order_by(col(MatchMember.match_id), col(MatchMember.role), col(MatchMember.person_id))
    )
    for member in db.exec(query):
        found[member.match_id].append(member)
    return found


def dismissed(db: Session, request: SessionRequest) -> tuple[Match, ...]:
    """The proposals that were taken off the desk since the request was changed last."""
    query = (
        select(ProposedMatch)
        .join(MatchSearch, col(MatchSearch.id) == col(ProposedMatch.search_id))
        .where(ProposedMatch.request_id == request.id, ProposedMatch.state == MatchState.DISMISSED)
        .where(MatchSearch.version == request.version)
        .order_by(col(ProposedMatch.id))
    )
    rows = {row.id: row for row in db.exec(query)}
    members = members_of(db, list(rows))
    return tuple(value_of(row, members[row.id]) for row in rows.values())


def approved_matches(db: Session, request_ids: Iterable[int]) -> Mapping[int, Match]:
    """The match of the session that each of these requests has, where it has one."""
    approved = select(ProposedMatch).where(ProposedMatch.state == MatchState.APPROVED)
    parts = in_parts(sorted(request_ids))
    rows = [row for some in parts for row in db.exec(approved.where(col(ProposedMatch.request_id).in_(some)))]
    members = members_of(db, [row.id for row in rows])
    return {row.request_id: value_of(row, members[row.id]) for row in rows}


def to_repair(db: Session, request_id: int) -> Match | None:
    """The match of the session that a request has, where somebody cannot come to it or something disrupts it."""
    query = select(ProposedMatch).where(
        ProposedMatch.request_id == request_id, ProposedMatch.state == MatchState.APPROVED
    )
    match = db.exec(query).one_or_none()
    if match is None:
        return None
    members = members_of(db, [match.id])[match.id]
    is_broken = any(each.declined_at for each in members) or disruptions(db, [match.id])[match.id]
    return value_of(match, members) if is_broken else None


def disruptions(db: Session, match_ids: Collection[int], *, kept: bool = False) -> Mapping[int, list[Disruption]]:
    """What disrupts the session of each of these approved matches, without what it was kept for all the same, or with
    ``kept`` that alone."""
    found: dict[int, list[Disruption]] = {number: [] for number in match_ids}
    wanted = col(Disruption.kept_at).is_not(None) if kept else col(Disruption.kept_at).is_(None)
    query = select(Disruption).where(wanted).order_by(*BY_CAUSE)
    for some in in_parts(sorted(found)):
        for each in db.exec(query.where(col(Disruption.match_id).in_(some))):
            found[each.match_id].append(each)
    return found


def words_of(rows: Iterable[Disruption]) -> list[Message]:
    """What ``rows`` say."""
    return [message for each in rows if isinstance(message := from_json(each.message), Message)]


def people(members: Iterable[MatchMember], role: str) -> tuple[str, ...]:
    """The ids of those who take part in ``role``, as the problem names them."""
    return tuple(str(member.person_id) for member in members if member.role == role)


def value_of(match: ProposedMatch, members: Sequence[MatchMember]) -> Match:
    """The match as the rules and the score see it."""
    teams = defaultdict[str, list[str]](list)
    for member in members:
        if member.role == INTERPRETER:
            teams[member.leg].append(str(member.person_id))
    # Of two legs the first begins with what the panel speaks.
    legs = sorted(teams, key=lambda leg: leg.partition(">")[0] != match.speech)
    return Match(
        request=str(match.request_id),
        start=match.starts_at.astimezone(UTC),
        minutes=(match.ends_at - match.starts_at) // timedelta(minutes=1),
        panel=people(members, EXPERT),
        route=Route(
            cast("Mode", match.mode),
            match.speech,
            match.audience,
            tuple(Team(*_tongues(leg), tuple(teams[leg])) for leg in legs),
            tuple(match.others),
        ),
        room=str(match.room_id),
    )


def members_from(match_id: int, value: Match) -> list[MatchMember]:
    """The rows of those who take part in ``value``."""
    experts = [MatchMember(match_id=match_id, person_id=int(who), role=EXPERT) for who in value.panel]
    return experts + [
        MatchMember(match_id=match_id, person_id=int(who), role=INTERPRETER, leg=f"{team.source}>{team.target}")
        for team in value.route.legs
        for who in team.interpreters
    ]


def identity(row: ProposedMatch, members: Iterable[MatchMember]) -> Hashable:
    """What makes two proposals for one request the same."""
    team = frozenset((member.person_id, member.role, member.leg) for member in members)
    return (row.starts_at, row.ends_at, row.room_id, row.mode, row.speech, row.audience, tuple(row.others), team)


def row_from(search_id: int, rank: int, ranked: Ranked, repair: Repair | None = None) -> ProposedMatch:
    """The row of what a search found at ``rank``, as it stands on the desk."""
    match, score = ranked.match, ranked.score
    return ProposedMatch(
        search_id=search_id,
        request_id=int(match.request),
        rank=rank,
        state=MatchState.PROPOSED,
        starts_at=match.start,
        ends_at=match.end,
        room_id=int(match.room),
        mode=match.route.mode,
        speech=match.route.speech,
        audience=match.route.audience,
        relay=match.route.relay,
        others=list(match.route.others),
        score=score.total,
        fit=score.fit,
        repair=repair,
        parts=parts_to_json(score.parts),
    )


def _tongues(leg: str) -> tuple[str, str]:
    source, _, target = leg.partition(">")
    return source, target
