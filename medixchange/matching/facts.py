"""Reads the rows that a search for one request needs and lays them out as the problem that is solved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.intake.queries import windows_of
from medixchange.intake.windows import HORIZON_DAYS, hours_of
from medixchange.languages.tags import spoken
from medixchange.matching import problem as values
from medixchange.matching.facts_of_people import Frame, experts, interpreters
from medixchange.matching.masks import Place, hospital_masks
from medixchange.matching.match import Held
from medixchange.matching.models import MatchMember, MatchState, ProposedMatch
from medixchange.matching.policy import Policy, Weights
from medixchange.matching.problem import Block, Problem, Window
from medixchange.matching.stored import EXPERT, INTERPRETER, members_of, people
from medixchange.messages import instant, say
from medixchange.people.models import ExpertSpecialty, Hospital, Room
from medixchange.times.grid import EPOCH, QUARTER, Grid
from medixchange.times.holidays import weekend_of
from medixchange.times.intervals import Interval

HORIZON = timedelta(days=HORIZON_DAYS)
AROUND = timedelta(days=37)
"""Sessions this far outside the horizon are read too: caps count whole months, in any zone."""
WISHES = (100, 90, 80)
"""What the first, the second and every further window is worth, in percent."""
IF_NEEDED = "if-needed"
"""Only with this answer are interpreters found for a hospital."""
OWN = "own"
"""The hospital brings its own: the languages that these follow count as those of the audience."""


def problem_of(db: Session, request: SessionRequest, *, now: datetime, only: frozenset[int] | None = None) -> Problem:
    """Everything that bears on ``request``, over eight weeks from the next quarter of an hour after ``now``.

    With ``only`` no other people are read: enough to check a match that is known already. A session that stands
    for the request itself is left out, so that it can be moved.
    """
    grid = horizon(now)
    hospital = db.get_one(Hospital, request.hospital_id)
    frame = Frame(grid, Policy(), now, only, _declined(db, request, grid), hospital.is_demo)
    held_from = frame.grid.start - AROUND
    return Problem(
        grid=frame.grid,
        policy=frame.policy,
        weights=Weights(),
        hospitals=(_hospital(hospital, frame),),
        requests=(_request(db, request, hospital, frame),),
        experts=experts(db, frame, held_from=held_from),
        interpreters=interpreters(db, frame),
        rooms=_rooms(db, is_demo=hospital.is_demo),
        held=_held(db, request, held_from, frame.grid.end + AROUND),
    )


def horizon(now: datetime) -> Grid:
    """The eight weeks from the next quarter of an hour on, which is still to come."""
    step = timedelta(minutes=QUARTER)
    return Grid(EPOCH + step * ((now - EPOCH) // step + 1), HORIZON // step)


def _hospital(hospital: Hospital, frame: Frame) -> values.Hospital:
    place = Place(hospital.zone, hospital.country)
    return values.Hospital(
        id=str(hospital.id),
        name=hospital.name,
        zone=hospital.zone,
        country=hospital.country,
        masks=hospital_masks(place, grid=frame.grid, policy=frame.policy),
    )


def _request(db: Session, request: SessionRequest, hospital: Hospital, frame: Frame) -> values.Request:
    rows = windows_of(db, request)
    return values.Request(
        id=str(request.id),
        hospital=str(request.hospital_id),
        minutes=request.minutes,
        specialties=tuple(request.specialties),
        audience={spoken(tag): level for tag, level in request.languages.items()},
        earliest=frame.grid.start,
        deadline=frame.grid.end,
        windows=_windows(rows, request.zone, frame.grid),
        windows_only=request.windows_only,
        urgency=request.urgency,
        # Who names a Saturday works on Saturdays.
        weekend_ok=any(row.day.weekday() in weekend_of(hospital.country) for row in rows),
        continuity=_known_expert(db, request, frame.now),
        seats=request.audience_size,
        interpreting=request.interpreting == IF_NEEDED,
        own_interpreters=request.interpreting == OWN,
    )


def _known_expert(db: Session, request: SessionRequest, now: datetime) -> str | None:
    """The expert on one of the topics who came to this hospital's last session on any of them."""
    earlier = (
        select(MatchMember.person_id)
        .join(ProposedMatch, col(ProposedMatch.id) == col(MatchMember.match_id))
        .join(SessionRequest, col(SessionRequest.id) == col(ProposedMatch.request_id))
        .join(ExpertSpecialty, col(ExpertSpecialty.expert_id) == col(MatchMember.person_id))
        .where(SessionRequest.hospital_id == request.hospital_id, SessionRequest.id != request.id)
        .where(ProposedMatch.state == MatchState.APPROVED, ProposedMatch.ends_at <= now)
        .where(MatchMember.role == EXPERT, col(MatchMember.declined_at).is_(None))
        .where(col(ExpertSpecialty.specialty).in_(request.specialties))
        .order_by(col(ProposedMatch.ends_at).desc(), col(MatchMember.person_id))
    )
    who = db.exec(earlier.limit(1)).first()
    return str(who) if who is not None else None


def _windows(rows: Sequence[RequestWindow], zone: str, grid: Grid) -> tuple[Window, ...]:
    found = []
    for place, row in enumerate(rows):
        there = hours_of(row, zone)
        slots = grid.mask([there]) if there else 0
        weight = WISHES[min(place, len(WISHES) - 1)]
        found.append(Window(slots, weight, (row.start_minute, row.end_minute), day=row.day))
    return tuple(found)


def _rooms(db: Session, *, is_demo: bool) -> tuple[values.Room, ...]:
    rows = db.exec(select(Room).where(col(Room.active), col(Room.is_demo) == is_demo).order_by(col(Room.id)))
    return tuple(
        values.Room(id=str(room.id), name=room.name, seats=room.seats, channels=room.channels) for room in rows
    )


def _declined(db: Session, request: SessionRequest, grid: Grid) -> dict[int, tuple[Block, ...]]:
    """Hours at which people said no to this very request, whatever became of it then."""
    rows = db.exec(
        select(MatchMember.person_id, ProposedMatch.starts_at, ProposedMatch.ends_at)
        .join(ProposedMatch, col(ProposedMatch.id) == col(MatchMember.match_id))
        .where(ProposedMatch.request_id == request.id, col(MatchMember.declined_at).is_not(None))
        .order_by(col(ProposedMatch.starts_at))
    )
    found: dict[int, tuple[Block, ...]] = {}
    for who, start, end in rows:
        told = say("declined when asked for %(at)s", at=instant(start.astimezone(UTC)))
        found[who] = (*found.get(who, ()), Block(grid.touched([Interval(start, end)]), told))
    return found


def _held(db: Session, request: SessionRequest, first: datetime, last: datetime) -> tuple[Held, ...]:
    """The sessions that stand between the two moments: approved matches keep their hour and those who come."""
    rows = db.exec(
        select(ProposedMatch, SessionRequest.topic, Hospital.id, Hospital.name)
        .join(SessionRequest, col(SessionRequest.id) == col(ProposedMatch.request_id))
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(
            ProposedMatch.state == MatchState.APPROVED,
            ProposedMatch.request_id != request.id,
            ProposedMatch.ends_at > first,
            ProposedMatch.starts_at < last,
        )
        .order_by(col(ProposedMatch.starts_at), col(ProposedMatch.id))
    ).all()
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
        )
        for match, topic, hospital, name in rows
    )
