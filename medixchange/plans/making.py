"""Makes the plans that are asked for, as jobs: reads, plans in a process of its own, keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlmodel import Session, and_, col, or_, select

from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching import queries as matching
from medixchange.matching.facts import problem_of_queue
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.search import parts_to_json, plain
from medixchange.matching.stored import members_of, value_of
from medixchange.messages import to_json
from medixchange.planning.plan import Order, Plan
from medixchange.planning.running import run
from medixchange.plans.inputs import MATCH, packed
from medixchange.plans.lifecycle import PlannedState, PlanState
from medixchange.plans.models import MatchPlan, PlannedMatch
from medixchange.plans.today import Row, compared

ATTEMPTS = 3
LOST_AFTER = timedelta(seconds=60)
"""A plan whose process was not heard of for so long is made anew by another."""
HEARD_EVERY = 20
"""How many looks at whether a plan is still wanted lie between two notes that its process is alive."""


@dataclass(frozen=True)
class Today:
    """What the desk shows while a plan is made: of each request its version, and the best proposal."""

    versions: Mapping[str, int]
    rows: Mapping[str, int]
    matches: Mapping[str, Match]


def waiting_plans(db: Session, now: datetime) -> Sequence[tuple[int, int]]:
    """The plans to be made now, each with its attempts so far: wanted, or lost by their process."""
    state = col(MatchPlan.state)
    lost = and_(state == PlanState.RUNNING, col(MatchPlan.seen_at) <= now - LOST_AFTER)
    query = select(MatchPlan.id, MatchPlan.attempts).where(
        or_(state == PlanState.WANTED, lost), col(MatchPlan.attempts) < ATTEMPTS
    )
    return db.exec(query.order_by(col(MatchPlan.id))).all()


def run_plan(database: Database, plan_id: int, clock: Callable[[], datetime]) -> None:
    """The job of the engine."""
    for _ in make(database, plan_id, clock):
        pass


def make(
    database: Database, plan_id: int, clock: Callable[[], datetime], is_enough: Callable[[], bool] = lambda: False
) -> Generator[Plan, None, None]:
    """Make one plan, and give every better one as it comes; the last is kept row by row.

    Ends at once where it is made already, and soon where somebody stops it, at the desk or by ``is_enough``. Whoever
    stops listening leaves it to a worker.
    """
    turn = _begin(database, plan_id, now=clock())
    if turn is None:
        return
    try:
        with database.read() as db:
            plan = db.get_one(MatchPlan, plan_id)
            problem = problem_of_queue(db, now=clock(), is_demo=plan.is_demo)
            order, seconds, today = Order(problem, plan.seed, plan.workers), plan.seconds, _today(db, problem)
        _update(database, plan_id, inputs=packed(problem), requests=len(problem.requests), **_settings(problem))
        best: Plan | None = None
        watch = _Watch(database, plan_id, turn, clock)
        with closing(run(order, seconds=seconds, is_enough=lambda: is_enough() or watch())) as found:
            for best in found:
                _update(database, plan_id, seen_at=clock(), **_progress(best))
                yield best
        _end(database, plan_id, turn, problem, best, today, now=clock())
    except Exception as fault:
        _fail(database, plan_id, fault, now=clock())
        raise


def _begin(database: Database, plan_id: int, *, now: datetime) -> int | None:
    """Mark the plan as being made; the number of this attempt, or None where there is nothing to do."""
    with database.write() as db:
        plan = db.get_one(MatchPlan, plan_id, with_for_update=True)
        if plan.state not in (PlanState.WANTED, PlanState.RUNNING):
            return None
        plan.state, plan.started_at, plan.seen_at = PlanState.RUNNING, now, now
        plan.attempts += 1
        db.add(plan)
        return plan.attempts


def _today(db: Session, problem: Problem) -> Today:
    ids = [int(each.id) for each in problem.requests]
    best = {request_id: rows[0] for request_id, rows in matching.on_the_desk(db, ids).items()}
    members = members_of(db, [row.id for row in best.values()])
    query = select(SessionRequest.id, SessionRequest.version).where(col(SessionRequest.id).in_(ids))
    versions = dict(db.exec(query).all())
    return Today(
        versions={str(request_id): version for request_id, version in versions.items()},
        rows={str(request_id): row.id for request_id, row in best.items()},
        matches={str(request_id): value_of(row, members[row.id]) for request_id, row in best.items()},
    )


class _Watch:
    """Whether a plan need not go on: somebody stopped it, or another process makes it by now."""

    def __init__(self, database: Database, plan_id: int, turn: int, clock: Callable[[], datetime]) -> None:
        self._database, self._plan_id, self._turn, self._clock = database, plan_id, turn, clock
        self._looks = count(1)

    def __call__(self) -> bool:
        if next(self._looks) % HEARD_EVERY == 0:
            _update(self._database, self._plan_id, seen_at=self._clock())
        with self._database.read() as db:
            mine = select(MatchPlan.stop_at, MatchPlan.attempts).where(MatchPlan.id == self._plan_id)
            stop_at, attempts = db.exec(mine).one()
            return stop_at is not None or attempts != self._turn


def _settings(problem: Problem) -> dict[str, object]:
    return {"weights": plain(problem.weights), "policy": plain(problem.policy)}


def _progress(plan: Plan) -> dict[str, object]:
    return {
        "inputs_hash": plan.inputs,
        "served": len(plan.matches),
        "score": plan.score,
        "quality": plan.quality,
        "bound": plan.bound,
        "method": plan.method,
        "step": plan.step,
    }


def _update(database: Database, plan_id: int, **facts: object) -> None:
    with database.write() as db:
        db.get_one(MatchPlan, plan_id).sqlmodel_update(facts)


def _end(
    database: Database, plan_id: int, turn: int, problem: Problem, best: Plan | None, today: Today, *, now: datetime
) -> None:
    matches = {match.request: match for match in best.matches} if best else {}
    rows = list(compared(problem, matches, today.matches)) if best else []
    with database.write() as db:
        plan = db.get_one(MatchPlan, plan_id, with_for_update=True)
        if plan.attempts == turn and plan.state is PlanState.RUNNING:
            db.add_all([_row(plan_id, each, today) for each in rows])
            plan.state, plan.finished_at = (PlanState.DONE if best else PlanState.STOPPED), now
            db.add(plan)


def _row(plan_id: int, row: Row, today: Today) -> PlannedMatch:
    key = row.request.id
    return PlannedMatch(
        plan_id=plan_id,
        request_id=int(key),
        version=today.versions[key],
        state=PlannedState.OPEN,
        change=row.change,
        starts_at=row.match.start if row.match else None,
        match=MATCH.dump_python(row.match, mode="json") if row.match else None,
        score=row.score.total if row.score else 0,
        fit=row.score.fit if row.score else 0,
        parts=parts_to_json(row.score.parts) if row.score else [],
        before_id=today.rows.get(key),
        why=[to_json(each) for each in row.why],
    )


def _fail(database: Database, plan_id: int, fault: Exception, *, now: datetime) -> None:
    with database.write() as db:
        plan = db.get_one(MatchPlan, plan_id, with_for_update=True)
        if plan.state is PlanState.RUNNING:
            plan.state, plan.finished_at = PlanState.FAILED, now
            plan.error = f"{type(fault).__name__}: {fault}"[:500]
            db.add(plan)
