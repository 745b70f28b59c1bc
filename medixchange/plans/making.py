"""Makes the plans that are asked for, as jobs: reads, plans in a process of its own, keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import count

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select

from medixchange import engine
from medixchange.db import Database
from medixchange.matching.problem import Problem
from medixchange.matching.search import parts_to_json, plain
from medixchange.matching.series import Waiting
from medixchange.messages import to_json
from medixchange.planning.plan import Order, Plan
from medixchange.planning.running import Broken, run
from medixchange.plans import reading
from medixchange.plans.figures import figures_of
from medixchange.plans.figures import to_json as figures_to_json
from medixchange.plans.gains import gains_to_json
from medixchange.plans.inputs import MATCH, packed
from medixchange.plans.lifecycle import ATTEMPTS, LOST_AFTER, PlannedState, PlanState, Purpose
from medixchange.plans.mending import as_rated, settled
from medixchange.plans.models import MatchPlan, PlannedMatch
from medixchange.plans.reading import Today
from medixchange.plans.today import Row, because, compared

HEARD_EVERY = 20
"""How many looks at whether a plan is still wanted lie between two notes that its process is alive."""


def waiting_plans(db: Session, now: datetime) -> Sequence[tuple[int, int]]:
    """The plans to be made now, each with its attempts so far: wanted, or lost by their process."""
    state = col(MatchPlan.state)
    lost = and_(state == PlanState.RUNNING, col(MatchPlan.seen_at) <= now - LOST_AFTER)
    # What tries other rules is made from the facts that the plan beside it has read.
    first = aliased(MatchPlan)
    begun = select(first.id).where(col(first.state).in_((PlanState.WANTED, PlanState.RUNNING)))
    query = select(MatchPlan.id, MatchPlan.attempts).where(
        or_(state == PlanState.WANTED, lost),
        col(MatchPlan.attempts) < ATTEMPTS,
        or_(col(MatchPlan.beside_id).is_(None), col(MatchPlan.beside_id).not_in(begun)),
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
            plan, now = db.get_one(MatchPlan, plan_id), clock()
            problems, seconds = reading.problems(db, plan, now=now), plan.seconds
            order = Order(problems[plan_id], plan.seed, plan.workers)
            today = reading.today(db, plan, order.problem, now=now)
            series = reading.waiting_series(db, plan, order.problem)
        watch = _Watch(database, plan_id, turn, clock, is_enough)
        problems = _in_step(problems, series, order, watch)
        for number, each in problems.items():
            _update(database, number, inputs=packed(each), requests=len(each.requests), **_settings(each))
        best, order = None, replace(order, problem=problems[plan_id])
        for best in _as_far_as_it_goes(order, seconds, watch):
            _update(database, plan_id, seen_at=clock(), **_progress(best))
            yield best
        made = None if best is None or best.is_nothing else best
        _end(database, plan_id, turn, order.problem, made, today, now=clock())
    except Exception as fault:
        _fail(database, plan_id, fault, now=clock())
        raise


def _as_far_as_it_goes(order: Order, seconds: float, watch: _Watch) -> Iterator[Plan]:
    """Every plan; those that came before its process broke off are as good as any, and the fault is noted."""
    best = None
    try:
        with closing(run(order, seconds=seconds, is_enough=watch)) as found:
            for best in found:
                yield best
    except Broken as fault:
        if best is None:
            raise
        watch.note(fault)


def _in_step(
    problems: Mapping[int, Problem], series: Sequence[Waiting], order: Order, is_enough: Callable[[], bool]
) -> Mapping[int, Problem]:
    """The problems, in which the requests of each of ``series`` go by where the first plan of ``order`` puts them: a
    term between two requests would have no price."""
    if not series:
        return problems
    with closing(run(order, seconds=0, is_enough=is_enough)) as found:
        draft = next((each for each in found if not each.is_begun), None)
    matches = draft.matches if draft else ()
    return {number: reading.in_step(each, matches, series) for number, each in problems.items()}


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


class _Watch:
    """Whether a plan need not go on: it ``is_enough``, somebody stopped it, or another process makes it by now."""

    def __init__(
        self,
        database: Database,
        plan_id: int,
        turn: int,
        clock: Callable[[], datetime],
        is_enough: Callable[[], bool],
    ) -> None:
        self._database, self._plan_id, self._turn, self._clock = database, plan_id, turn, clock
        self._is_enough, self._looks = is_enough, count(1)

    def note(self, fault: Exception) -> None:
        """Keep what broke the search off."""
        _update(self._database, self._plan_id, error=engine.told(fault))

    def __call__(self) -> bool:
        if self._is_enough():
            return True
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
    matches = {match.request: match for match in settled(best.matches, problem, today.purpose)} if best else {}
    scored = as_rated(problem, today.weights)
    seen = {"is_trial": today.is_trial, "is_begun": best is not None and best.is_begun}
    rows = list(compared(scored, matches, today.matches, **seen)) if best else []
    with database.write() as db:
        plan = db.get_one(MatchPlan, plan_id, with_for_update=True)
        if plan.attempts == turn and plan.state is PlanState.RUNNING:
            db.add_all([_row(plan_id, each, today) for each in rows])
            plan.state, plan.finished_at = (PlanState.DONE if best else PlanState.STOPPED), now
            plan.figures = figures_to_json(figures_of(matches, problem, today.policy)) if best else {}
            plan.served = len(matches)
            db.add(plan)
            engine.ask(db)  # what is made beside it can begin


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
        gains=gains_to_json(row.gains) if row.gains and today.purpose is Purpose.QUEUE else None,
        before_id=today.rows.get(key),
        why=[to_json(each) for each in because(row, today.disrupted.get(key, ()))],
    )


def _fail(database: Database, plan_id: int, fault: Exception, *, now: datetime) -> None:
    with database.write() as db:
        plan = db.get_one(MatchPlan, plan_id, with_for_update=True)
        if plan.state is PlanState.RUNNING:
            plan.state, plan.finished_at = PlanState.FAILED, now
            plan.error = engine.told(fault)
            db.add(plan)
