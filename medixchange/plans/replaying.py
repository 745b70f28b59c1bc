"""Makes a plan again from what was kept of it: the same inputs, the same seed, as many steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from math import inf

from sqlmodel import Session, col, select

from medixchange.errors import NotFound, Refusal
from medixchange.matching.problem import Problem
from medixchange.messages import say
from medixchange.planning.plan import Order, Plan
from medixchange.planning.running import run
from medixchange.plans.inputs import MATCH, unpacked
from medixchange.plans.lifecycle import PlanState
from medixchange.plans.mending import settled
from medixchange.plans.models import MatchPlan, PlannedMatch


def kept(db: Session, plan_id: int) -> tuple[MatchPlan, Problem]:
    """A plan with the problem that it was made of.

    Raises NotFound where there is none, Refusal where it is not ready or cannot be repeated.
    """
    plan = db.get(MatchPlan, plan_id)
    if plan is None:
        raise NotFound(say("There is no plan with the number %(number)s.", number=plan_id))
    if plan.state is not PlanState.DONE or plan.inputs is None:
        raise Refusal(say("Plan %(number)s was not finished, so there is nothing to repeat.", number=plan_id))
    if plan.workers != 1:
        raise Refusal(say("Plan %(number)s was made with several workers and cannot be repeated.", number=plan_id))
    return plan, unpacked(plan.inputs)


def again(plan: MatchPlan, problem: Problem, is_enough: Callable[[], bool] = lambda: False) -> Iterator[Plan]:
    """The plans on the way to ``plan``, the last as many steps away as it was, unless ``is_enough`` says so before."""
    with closing(run(Order(problem, plan.seed), seconds=inf, is_enough=is_enough)) as found:
        for each in found:
            yield each
            if each.step == plan.step:
                return


def is_same(db: Session, plan: MatchPlan, problem: Problem, found: Plan) -> bool:
    """Whether ``found`` is what ``plan`` was: its inputs, score and bound, and every match."""
    planned = select(PlannedMatch.match).where(PlannedMatch.plan_id == plan.id).order_by(col(PlannedMatch.request_id))
    before = [each for each in db.exec(planned) if each is not None]
    after = sorted(settled(found.matches, problem, plan.purpose), key=lambda each: int(each.request))
    return (found.inputs, found.score, found.bound) == (plan.inputs_hash, plan.score, plan.bound) and before == [
        MATCH.dump_python(each, mode="json") for each in after
    ]
