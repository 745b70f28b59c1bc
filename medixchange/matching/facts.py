"""Reads the rows that a search needs and lays them out as the problem that is solved: for one request, or for all that
wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from medixchange.availability.queries import closed
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.intake.together import Asking, joined
from medixchange.intake.unsent import Unsent
from medixchange.intake.windows import HORIZON_DAYS
from medixchange.matching import facts_of_requests as asking
from medixchange.matching import resources as values
from medixchange.matching.disruption import as_kept
from medixchange.matching.facts_of_people import Frame
from medixchange.matching.facts_of_sessions import declined, held, kept
from medixchange.matching.kept import OUT_OF_USE
from medixchange.matching.problem import Problem
from medixchange.matching.remembered import people
from medixchange.matching.series import earlier_plans
from medixchange.people.models import ExpertSpecialty, Hospital, Interpreter, Room
from medixchange.policies.queries import in_use
from medixchange.policies.values import HouseRules
from medixchange.times.grid import EPOCH, QUARTER, Grid

HORIZON = timedelta(days=HORIZON_DAYS)
READ_AROUND = timedelta(days=37)
"""Sessions this far outside the horizon are read too: caps count whole months, in any zone."""


def problem_of(db: Session, request: SessionRequest, *, now: datetime, only: frozenset[int] | None = None) -> Problem:
    """Everything that bears on ``request``, over eight weeks from the next quarter of an hour after ``now``.

    With ``only`` no other people are read: enough to check a match that is known already. A session that stands
    for the request itself is left out, so that it can be moved.
    """
    hospital, rules = db.get_one(Hospital, request.hospital_id), in_use(db).rules
    frame = _frame(db, rules, now=now, only=only, is_demo=hospital.is_demo)
    return _problem(db, _keeping(db, frame, [request.id]), rules, [(request, hospital)])


def problem_of_queue(db: Session, *, now: datetime, is_demo: bool = False, rules: HouseRules | None = None) -> Problem:
    """Everything that bears on the requests that wait for a decision, over the same eight weeks, in a fixed number of
    queries, by the house rules in use or by other ones; ``is_demo`` chooses those of the demo data, which are matched
    with nothing else."""
    asked = [each for each in intake.queue(db, states=IN_QUEUE, looked_for=now) if each[1].is_demo == is_demo]
    return problem_of_several(db, asked, now=now, is_demo=is_demo, rules=rules)


def problem_of_several(
    db: Session,
    asked: Sequence[Asking],
    *,
    now: datetime,
    is_demo: bool,
    rules: HouseRules | None = None,
    only: frozenset[int] | None = None,
    as_is: bool = False,
) -> Problem:
    """The same for these requests, with ``only`` as for one. Sessions that stand for them are left out, so that they
    can be moved. What a session was kept for does not stand in its way at its own hour, but ``as_is``."""
    rules = rules or in_use(db).rules
    frame = _frame(db, rules, now=now, only=only, is_demo=is_demo)
    if not as_is:
        frame = _keeping(db, frame, {request.id for request, _ in asked})
    return _problem(db, frame, rules, sorted(asked, key=lambda each: each[0].id))


def problem_of_unsent(db: Session, unsent: Unsent, *, now: datetime, all_people: bool = True) -> Problem:
    """The same for a request that is not there yet; without ``all_people`` with those alone who are of use, who are not
    lent anything: enough to tell what is possible."""
    rules = in_use(db).rules
    only = None if all_people else _of_use(db, unsent.request)
    frame = _frame(db, rules, now=now, only=only, is_demo=unsent.hospital.is_demo)
    windows = {unsent.request.id: list(unsent.windows)}
    weeks = {unsent.request.id: unsent.weeks} if unsent.weeks is not None else {}
    return _problem(db, frame, rules, [(unsent.request, unsent.hospital)], windows=windows, weeks=weeks)


def _of_use(db: Session, request: SessionRequest) -> frozenset[int]:
    """The experts who know a topic of ``request``, and the interpreters."""
    knowing = select(ExpertSpecialty.expert_id).where(col(ExpertSpecialty.specialty).in_(request.specialties))
    return frozenset((*db.exec(knowing), *db.exec(select(Interpreter.person_id))))


def horizon(now: datetime) -> Grid:
    """The eight weeks from the next quarter of an hour on, which is still to come."""
    step = timedelta(minutes=QUARTER)
    return Grid(EPOCH + step * ((now - EPOCH) // step + 1), HORIZON // step)


def _frame(db: Session, rules: HouseRules, *, now: datetime, only: frozenset[int] | None, is_demo: bool) -> Frame:
    grid = horizon(now)
    return Frame(grid, rules, now, only, declined(db, grid, only=only), closed(db, grid.span), is_demo)


def _keeping(db: Session, frame: Frame, request_ids: Collection[int]) -> Frame:
    return replace(frame, kept=kept(db, request_ids))


def _problem(
    db: Session,
    frame: Frame,
    rules: HouseRules,
    asked: Sequence[Asking],
    *,
    windows: Mapping[int, Sequence[RequestWindow]] | None = None,
    weeks: Mapping[int, int] | None = None,
) -> Problem:
    """The problem of these requests with those that have joined them, and with their ``windows`` and the ``weeks`` of
    their series where these are not written yet; sessions of their own are left out."""
    others = joined(db, [request.id for request, _ in asked])
    every = [*asked, *(each for several in others.values() for each in several)]
    unwritten = windows or {}
    windows = {**intake.windows_of_all(db, [each.id for each, _ in every if each.id not in unwritten]), **unwritten}
    held_from = frame.grid.start - READ_AROUND
    hospitals = {hospital.id: hospital for _, hospital in every}
    there = people(db, frame, held_from=held_from)
    of_series = earlier_plans(db, [request for request, _ in asked])
    problem = Problem(
        grid=frame.grid,
        policy=rules.policy,
        weights=rules.weights,
        hospitals=tuple(asking.hospital(each, frame) for each in hospitals.values()),
        requests=tuple(asking.requests(db, asked, others, windows, frame, weeks or {})),
        experts=there.experts,
        interpreters=there.interpreters,
        rooms=_rooms(db, frame),
        held=held(db, held_from, frame.grid.end + READ_AROUND, without={request.id for request, _ in asked}),
        tentative=of_series,
        of_series=frozenset(of_series),
    )
    return as_kept(problem, frame.kept)


def _rooms(db: Session, frame: Frame) -> tuple[values.Room, ...]:
    used = or_(col(Room.active), col(Room.id).in_(frame.kept_for(OUT_OF_USE)))
    rows = db.exec(select(Room).where(used, col(Room.is_demo) == frame.is_demo).order_by(col(Room.id)))
    return tuple(
        values.Room(id=str(room.id), name=room.name, seats=room.seats, channels=room.channels) for room in rows
    )
