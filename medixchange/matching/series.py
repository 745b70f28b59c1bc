"""What a request of a series goes by: a session of its series at the usual hour, at the same time of another week."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from medixchange.db import in_parts
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE, RequestState
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.intake.series import shifted
from medixchange.intake.series_rows import in_series, series_of
from medixchange.matching.match import Match
from medixchange.matching.models import MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.matching.stored import disruptions, members_of, value_of

WAITING = (*IN_QUEUE, RequestState.JOINED)


@dataclass(frozen=True, slots=True)
class _Place:
    """A request of a series, with the match of its session or else the best that is proposed for it."""

    request: SessionRequest
    match: Match | None
    stands: bool
    is_broken: bool

    @property
    def number(self) -> int:
        """Its place in the series."""
        return self.request.series_place or 0

    @property
    def waits(self) -> bool:
        """Whether what is proposed for it waits for a decision."""
        return not self.stands and self.request.state in WAITING


def earlier_plans(db: Session, requests: Iterable[SessionRequest]) -> Mapping[str, Match]:
    """What each of the requests goes by that is one of a series, by its id (S10); in a fixed number of queries.

    Of the sessions of the series that stand at the hour that most of them have the nearest before it, else the nearest
    after it; where none stands the same of the best that is proposed for each request before it that waits. Each is
    moved to its own week at the same time on the hospital's clock. The session of a request that one of the series has
    joined counts as its own. Nothing for one whose own session is to be mended: it keeps that.
    """
    mine = [each for each in requests if each.series_id is not None]
    if not mine:
        return {}
    every = _places(db, {each.series_id for each in mine if each.series_id is not None})
    series = series_of(db, mine)
    found = {}
    for request in mine:
        assert request.series_id is not None
        match = _for(request, every[request.series_id], series[request.series_id])
        if match is not None:
            found[str(request.id)] = match
    return found


def _for(request: SessionRequest, places: Sequence[_Place], series: RequestSeries) -> Match | None:
    own = request.series_place or 0
    others = [each for each in places if each.request.id != request.id and each.match is not None]
    if any(each.is_broken for each in places if each.request.id == request.id):
        return None
    standing = [each for each in others if each.stands]
    some = standing or [each for each in others if each.number < own and each.waits]
    nearest = sorted(some, key=lambda each: (each.number > own, abs(each.number - own)))

    def here(each: _Place) -> Match:
        assert each.match is not None
        weeks = (own - each.number) * series.weeks
        return moved(each.match, str(request.id), request.minutes, weeks=weeks, zone=request.zone)

    return _usual([here(each) for each in nearest])


def _usual(matches: Sequence[Match]) -> Match | None:
    """The first of those that begin as most do: what was moved once, for a holiday, does not take others along."""
    starts = Counter(each.start for each in matches)
    return max(matches, key=lambda each: starts[each.start], default=None)


def moved(match: Match, request_id: str, minutes: int, *, weeks: int, zone: str) -> Match:
    """What a request of ``minutes`` goes by that is ``weeks`` after the one of ``match``, on the clock of ``zone``."""
    start = shifted(match.start, weeks, zone)
    # The hour is its beginning: one that takes longer than what it goes by keeps it as well.
    return replace(match, request=request_id, start=start, minutes=max(match.minutes, minutes))


def _places(db: Session, series_ids: Iterable[int]) -> Mapping[int, list[_Place]]:
    """The requests of each of the series in their order, with what stands for them or is proposed; for one that has
    joined another request, for that."""
    requests = in_series(db, sorted(series_ids))
    best = _best(db, sorted({each.joined_id or each.id for some in requests.values() for each in some}))
    ids = [row.id for row in best.values()]
    members, disrupted = members_of(db, ids), disruptions(db, ids)

    def place(request: SessionRequest) -> _Place:
        row = best.get(request.joined_id or request.id)
        if row is None:
            return _Place(request, None, stands=False, is_broken=False)
        coming = [each for each in members[row.id] if each.declined_at is None]
        stands = row.state is MatchState.APPROVED
        is_broken = len(coming) < len(members[row.id]) or bool(disrupted[row.id])
        return _Place(request, value_of(row, coming), stands, stands and is_broken)

    return {number: [place(each) for each in some] for number, some in requests.items()}


def _best(db: Session, request_ids: Sequence[int]) -> Mapping[int, ProposedMatch]:
    """For each request the match of its session, else the best that waits for a decision."""
    found: dict[int, ProposedMatch] = {}
    for some in in_parts(request_ids):
        query = select(ProposedMatch).where(
            col(ProposedMatch.request_id).in_(some),
            col(ProposedMatch.state).in_((MatchState.APPROVED, MatchState.PROPOSED)),
        )
        for row in db.exec(query.order_by(col(ProposedMatch.search_id).desc(), col(ProposedMatch.rank))):
            if row.request_id not in found or row.state is MatchState.APPROVED:
                found[row.request_id] = row
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """A request that waits: its place in its series, and its hospital's clock (IANA)."""

    request: str
    place: int
    zone: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Several requests of one series that wait, in their order, every ``weeks``."""

    members: tuple[Member, ...]
    weeks: int


def without_session(db: Session, request_ids: Collection[int]) -> list[Waiting]:
    """Of these requests those that wait with others of their series, no session of which stands: there is nothing yet
    by which all of them would go. In a fixed number of queries."""
    query = select(SessionRequest).where(col(SessionRequest.series_id).is_not(None))
    parts = in_parts(sorted(request_ids))
    mine = [each for some in parts for each in db.exec(query.where(col(SessionRequest.id).in_(some)))]
    numbers, series = {each.id for each in mine}, series_of(db, mine)
    found = list[Waiting]()
    for number, places in _places(db, list(series)).items():
        members = [_member(each.request) for each in places if each.request.id in numbers]
        if len(members) > 1 and not any(each.stands for each in places):
            found.append(Waiting(tuple(members), series[number].weeks))
    return found


def _member(request: SessionRequest) -> Member:
    return Member(str(request.id), request.series_place or 0, request.zone)


def key_of(match: Match | None) -> str:
    """What tells two earlier plans apart; empty for none."""
    if match is None:
        return ""
    facts = [match.start.isoformat(), match.minutes, sorted(match.panel), sorted(match.route.interpreters)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def went_by(db: Session, request: SessionRequest) -> str:
    """The same of what ``request`` goes by now; empty where it is in no series."""
    return key_of(earlier_plans(db, [request]).get(str(request.id)))


def to_search(db: Session, *, now: datetime) -> Sequence[int]:
    """The numbers of the requests of series whose turn it is to be searched: those that were not yet, or went by
    something else than what stands now, once the search of the one before them has ended, well or for good not."""
    query = select(SessionRequest).where(
        col(SessionRequest.series_id).is_not(None),
        col(SessionRequest.state).in_(list(IN_QUEUE)),
        intake.is_looked_for(now),
    )
    waiting = db.exec(query.order_by(col(SessionRequest.series_id), col(SessionRequest.series_place))).all()
    if not waiting:
        return []
    last, plans = _last_searches(db, [each.id for each in waiting]), earlier_plans(db, waiting)
    found, held = list[int](), defaultdict[int | None, bool](bool)
    for request in waiting:
        search = last.get(request.id)
        is_under_way = search is not None and _is_under_way(search)
        stands = key_of(plans.get(str(request.id)))
        is_due = search is None or (not is_under_way and search.went_by != stands)
        if is_due and not held[request.series_id]:
            found.append(request.id)
        # What comes after it goes by what is found for it.
        held[request.series_id] |= is_under_way or is_due
    return found


def _last_searches(db: Session, request_ids: Sequence[int]) -> Mapping[int, MatchSearch]:
    """The last search for each of the requests that was ever searched."""
    found = dict[int, MatchSearch]()
    for some in in_parts(request_ids):
        last = select(func.max(MatchSearch.id)).where(col(MatchSearch.request_id).in_(some))
        query = select(MatchSearch).where(col(MatchSearch.id).in_(last.group_by(col(MatchSearch.request_id))))
        found |= {search.request_id: search for search in db.exec(query)}
    return found


def _is_under_way(search: MatchSearch) -> bool:
    """Whether it runs, or will by itself: one that broke off is tried again, but not without end."""
    return search.state is not SearchState.DONE and not search.is_given_up
