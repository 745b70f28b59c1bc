"""Plans that are ready without a search: what a real one found is kept for every test with the same requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from medixchange.db import Database
from medixchange.matching.facts import problem_of_queue
from medixchange.matching.problem import Problem
from medixchange.plans import making, queries
from medixchange.plans.models import MatchPlan, PlannedMatch
from tests.plans.stage import rows, want
from tests.sessions.stage import NOW

ASKED = {"id", "seconds", "asked_at", "asked_by"}


@dataclass(frozen=True)
class Kept:
    """What came of a plan for ``problem``."""

    problem: Problem
    seed: int
    plan: dict[str, Any]
    rows: list[dict[str, Any]]


KEPT: list[Kept] = []


def ready(database: Database, *, seed: int = 0) -> int:
    """The number of a plan that is ready, for requests of which none has proposals."""
    number = want(database, seed=seed)
    fill(database, number)
    return number


def fill(database: Database, number: int) -> None:
    """Make a plan that is wanted, or store what came of one for the same problem."""
    with database.read() as db:
        plan = db.get_one(MatchPlan, number)
        problem, seed = problem_of_queue(db, now=NOW, is_demo=plan.is_demo), plan.seed
        follows = queries.before(db, plan) is not None
    if follows:  # what was planned before counts as well
        making.run_plan(database, number, lambda: NOW)
        return
    known = next((each for each in KEPT if (each.problem, each.seed) == (problem, seed)), None)
    if known is None:
        making.run_plan(database, number, lambda: NOW)
        KEPT.append(_kept(database, number, problem))
        return
    with database.write() as db:
        db.get_one(MatchPlan, number).sqlmodel_update(known.plan)
        db.add_all(PlannedMatch(plan_id=number, **each) for each in known.rows)


def _kept(database: Database, number: int, problem: Problem) -> Kept:
    with database.read() as db:
        plan = db.get_one(MatchPlan, number)
        found = [each.model_dump(exclude={"id", "plan_id"}) for each in rows(db, number)]
        assert not any(each["before_id"] for each in found), "a plan that is compared with proposals is made anew"
        return Kept(problem, plan.seed, plan.model_dump(exclude=ASKED), found)
