"""Reads what hospitals ask for: their calendars, wishes and earlier experts, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.db import in_parts
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.intake.series import stretch_of
from medixchange.intake.series_rows import series_of
from medixchange.intake.together import Asking
from medixchange.intake.windows import hours_of
from medixchange.languages.tags import spoken
from medixchange.matching import requests as values
from medixchange.matching import resources
from medixchange.matching.facts_of_people import Frame
from medixchange.matching.masks import Place, hospital_masks
from medixchange.matching.models import MatchMember, MatchState, ProposedMatch
from medixchange.matching.requests import Party, Window
from medixchange.matching.stored import EXPERT, approved_matches
from medixchange.matching.waiting import behind, rises
from medixchange.people.models import ExpertSpecialty, Hospital
from medixchange.times.grid import Grid
from medixchange.times.holidays import weekend_of
from medixchange.times.intervals import Interval

WISHES = (100, 90, 80)
"""What the first, the second and every further window is worth, in percent."""
IF_NEEDED = "if-needed"
"""Only with this answer are interpreters found for a hospital."""
OWN = "own"
"""The hospital brings its own: the languages that these follow count as those of the audience."""

Came = Mapping[int, list[tuple[int, str, int]]]
"""By hospital who came to its sessions, the latest first: person, topic that the person knows, request."""


def hospital(row: Hospital, frame: Frame) -> resources.Hospital:
    """A hospital with its calendar."""
    return resources.Hospital(
        id=str(row.id),
        name=row.name,
        zone=row.zone,
        country=row.country,
        masks=hospital_masks(
            Place(row.zone, row.country, frame.closed.of(row.country, row.id)), grid=frame.grid, policy=frame.policy
        ),
    )


def requests(
    db: Session,
    asked: Sequence[Asking],
    others: Mapping[int, Sequence[Asking]],
    windows: Mapping[int, Sequence[RequestWindow]],
    frame: Frame,
    weeks: Mapping[int, int],
) -> Iterator[values.Request]:
    """What each of ``asked`` wants, together with the ``others`` that have joined it; ``weeks`` lie between sessions of
    a series that is not written yet, by its first request."""
    came = _came(db, {row.id for _, row in asked}, frame.now)
    longer = behind(intake.waits(db, now=frame.now, is_demo=frame.is_demo))
    stands = approved_matches(db, [request.id for request, _ in asked])
    answered = [[each, *others.get(each[0].id, ())] for each in asked]
    weeks = {**_weeks(db, [request for every in answered for request, _ in every]), **weeks}
    for every in answered:
        request, _ = every[0]
        rising = [_rises(*each, longer, frame) for each in every] if request.state in IN_QUEUE else [()]
        known = _known_expert(request, came)
        parties = [party for each in every for party in _parties(*each, windows[each[0].id], frame.grid)]
        most = max(rising, key=lambda each: sum(rise.points for rise in each))
        dates = [_dates(each, windows[each.id], weeks.get(each.id), frame.grid) for each, _ in every]
        found = _request([each for each, _ in every], parties, dates, frame)
        agreed = stands[request.id].agreed if request.id in stands else None
        yield replace(found, continuity=known, rises=most, agreed=agreed)


def _rises(request: SessionRequest, row: Hospital, longer: Mapping[str, int], frame: Frame) -> tuple[values.Rise, ...]:
    days = intake.days_waited(request, until=frame.now)
    return tuple(rises(row.country, days, longer.get(row.country, 0), frame.rules))


def _weeks(db: Session, requests: Sequence[SessionRequest]) -> Mapping[int, int]:
    """The weeks between two sessions of its series, by request that is one of any."""
    series = series_of(db, requests)
    return {each.id: series[each.series_id].weeks for each in requests if each.series_id is not None}


def _dates(request: SessionRequest, rows: Sequence[RequestWindow], weeks: int | None, grid: Grid) -> Interval:
    """A session of a series is for its own week, or it would be two in another."""
    return grid.span if weeks is None else stretch_of(rows, weeks, request.zone) or grid.span


def _request(
    every: Sequence[SessionRequest], parties: Sequence[Party], dates: Sequence[Interval], frame: Frame
) -> values.Request:
    """What is asked by the first, which leads, and those that have joined it: as urgent as the most urgent, with seats
    for all."""
    request, (own, *joint) = every[0], parties
    return values.Request(
        id=str(request.id),
        hospital=own.hospital,
        minutes=request.minutes,
        specialties=tuple(request.specialties),
        audience=own.audience,
        earliest=max(frame.grid.start, *(each.start for each in dates)),
        deadline=min(frame.grid.end, *(each.end for each in dates)),
        windows=own.windows,
        windows_only=own.windows_only,
        urgency=max(each.urgency for each in every),
        weekend_ok=own.weekend_ok,
        seats=sum(each.audience_size for each in every),
        interpreting=any(each.interpreting == IF_NEEDED for each in every),
        own_interpreters=request.interpreting == OWN,
        joint=tuple(joint),
    )


def _parties(request: SessionRequest, row: Hospital, rows: Sequence[RequestWindow], grid: Grid) -> Iterator[Party]:
    """The audiences of one hospital: the one that it named, and a second group where that follows other languages."""
    own = Party(
        hospital=str(request.hospital_id),
        audience=_audience(request.languages),
        windows=_windows(rows, request.zone, grid),
        windows_only=request.windows_only,
        # Who names a Saturday works on Saturdays.
        weekend_ok=any(each.day.weekday() in weekend_of(row.country) for each in rows),
    )
    yield own
    if request.second_audience:
        # When its hospital can come stands above already.
        yield replace(own, audience=_audience(request.second_audience), windows=(), windows_only=False)


def _audience(levels: Mapping[str, int]) -> Mapping[str, int]:
    return {spoken(tag): level for tag, level in levels.items()}


def _windows(rows: Sequence[RequestWindow], zone: str, grid: Grid) -> tuple[Window, ...]:
    found = []
    for place, row in enumerate(rows):
        there = hours_of(row, zone)
        slots = grid.mask([there]) if there else 0
        weight = WISHES[min(place, len(WISHES) - 1)]
        found.append(Window(slots, weight, (row.start_minute, row.end_minute), day=row.day))
    return tuple(found)


def _came(db: Session, hospital_ids: Collection[int], now: datetime) -> Came:
    """The experts of the sessions of these hospitals, asked for or joined, that are over."""
    found = defaultdict[int, list[tuple[int, str, int]]](list)
    query = (
        select(SessionRequest.hospital_id, MatchMember.person_id, ExpertSpecialty.specialty, SessionRequest.id)
        .join(ProposedMatch, col(ProposedMatch.id) == col(MatchMember.match_id))
        .join(SessionRequest, intake.takes_part(col(ProposedMatch.request_id)))
        .join(ExpertSpecialty, col(ExpertSpecialty.expert_id) == col(MatchMember.person_id))
        .where(ProposedMatch.state == MatchState.APPROVED, ProposedMatch.ends_at <= now)
        .where(MatchMember.role == EXPERT, col(MatchMember.declined_at).is_(None))
        .order_by(col(ProposedMatch.ends_at).desc(), col(MatchMember.person_id))
    )
    for some in in_parts(sorted(hospital_ids)):
        for hospital_id, person_id, topic, earlier in db.exec(query.where(col(SessionRequest.hospital_id).in_(some))):
            found[hospital_id].append((person_id, topic, earlier))
    return found


def _known_expert(request: SessionRequest, came: Came) -> str | None:
    """The expert on one of the topics who came to this hospital's last session on any of them."""
    there = came.get(request.hospital_id, ())
    known = (who for who, topic, earlier in there if topic in request.specialties and earlier != request.id)
    who = next(known, None)
    return None if who is None else str(who)
