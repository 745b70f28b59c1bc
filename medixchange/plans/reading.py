"""Reads what a plan is made of: the problem by its house rules, and what the result is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.intake.models import SessionRequest
from medixchange.matching import queries as matching
from medixchange.matching.facts import problem_of_queue, problem_of_several
from medixchange.matching.late import late_for_decision
from medixchange.matching.match import Match
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.matching.problem import Problem
from medixchange.matching.series import Waiting, moved, without_session
from medixchange.matching.stored import approved_matches, disruptions, members_of, value_of, words_of
from medixchange.messages import Message
from medixchange.plans import queries
from medixchange.plans.inputs import MATCH, unpacked
from medixchange.plans.lifecycle import PlannedState, Purpose
from medixchange.plans.mending import to_mend
from medixchange.plans.models import MatchPlan, PlannedMatch
from medixchange.plans.today import is_known
from medixchange.policies.queries import in_use, rules_for
from medixchange.policies.sheet import RULES
from medixchange.policies.values import Policy, Weights
from medixchange.sessions import queries as sessions


@dataclass(frozen=True)
class Today:
    """What a plan is compared with: the best proposals at the desk, with their numbers, the plan beside it, or the
    sessions that it mends.

    ``versions`` are those of the requests; ``policy`` is the one whose working hours both are measured by; ``weights``
    are those of the house rules, which what is planned is scored by; ``disrupted`` says of sessions that it mends what
    disrupted each, by request.
    """

    versions: Mapping[str, int]
    rows: Mapping[str, int]
    matches: Mapping[str, Match]
    policy: Policy
    weights: Weights
    purpose: Purpose
    is_trial: bool = False
    disrupted: Mapping[str, Sequence[Message]] = field(default_factory=dict)


def problems(db: Session, plan: MatchPlan, *, now: datetime) -> Mapping[int, Problem]:
    """The problem of the plan by its number, and of each that is made beside it from the same facts.

    A plan that stands beside another has its problem already.
    """
    kept = _inputs_beside(plan)
    if kept is not None:
        return {plan.id: unpacked(kept)}
    several = [plan, *db.exec(select(MatchPlan).where(MatchPlan.beside_id == plan.id))]
    return {each.id: _problem(db, each, now=now) for each in several}


def _inputs_beside(plan: MatchPlan) -> bytes | None:
    """The problem of a plan that stands beside another, once that one has read it."""
    return plan.inputs if plan.beside_id is not None else None


def _problem(db: Session, plan: MatchPlan, *, now: datetime) -> Problem:
    if plan.purpose is Purpose.MENDING:
        broken = [(asked, hospital) for _, asked, hospital in sessions.broken(db, is_demo=plan.is_demo, now=now)]
        problem = problem_of_several(db, broken, now=now, is_demo=plan.is_demo)
        standing = approved_matches(db, [int(each.id) for each in problem.requests])
        return to_mend(problem, {str(number): match for number, match in standing.items()})
    problem = problem_of_queue(db, now=now, is_demo=plan.is_demo, rules=rules_for(db, plan.policy_id))
    series = {each: match for each, match in problem.tentative.items() if _can_be_kept(match, problem)}
    return replace(problem, tentative={**_earlier(db, plan, problem), **series}, of_series=frozenset(series))


def waiting_series(db: Session, plan: MatchPlan, problem: Problem) -> Sequence[Waiting]:
    """Those of ``problem`` whose requests are to go by each other; none where sessions are mended, and none where the
    problem was read, and they do, since a plan beside it began."""
    if plan.purpose is Purpose.MENDING or _inputs_beside(plan) is not None:
        return ()
    return without_session(db, [int(each.id) for each in problem.requests])


def in_step(problem: Problem, draft: Iterable[Match], series: Iterable[Waiting]) -> Problem:
    """The same problem, in which the requests of each series go by the first of them that ``draft`` serves (S10)."""
    served, go_by = {match.request: match for match in draft}, dict[str, Match]()
    for each in series:
        first = next((member for member in each.members if member.request in served), None)
        if first is None:
            continue
        for member in each.members:
            minutes, weeks = problem.request[member.request].minutes, (member.place - first.place) * each.weeks
            model = moved(served[first.request], member.request, minutes, weeks=weeks, zone=member.zone)
            if _can_be_kept(model, problem):
                go_by[member.request] = model
    of_series = frozenset((*problem.of_series, *go_by))
    return replace(problem, tentative={**problem.tentative, **go_by}, of_series=of_series)


def _can_be_kept(match: Match, problem: Problem) -> bool:
    return is_known(match, problem) and problem.grid.start <= match.start < match.end <= problem.grid.end


def _standing(db: Session, problem: Problem) -> Mapping[str, ProposedMatch]:
    """The approved matches of the sessions that are mended, by request."""
    ids = [int(each.id) for each in problem.requests]
    query = select(ProposedMatch).where(
        col(ProposedMatch.request_id).in_(ids), ProposedMatch.state == MatchState.APPROVED
    )
    return {str(row.request_id): row for row in db.exec(query)}


def _values(db: Session, rows: Mapping[str, ProposedMatch]) -> Mapping[str, Match]:
    """The same as values, by the same keys."""
    members = members_of(db, [row.id for row in rows.values()])
    return {key: value_of(row, members[row.id]) for key, row in rows.items()}


def _earlier(db: Session, plan: MatchPlan, problem: Problem) -> Mapping[str, Match]:
    """What the plan before holds for requests that wait, are asked for as they were, and were not refused (S10)."""
    last = queries.before(db, plan)
    if last is None:
        return {}
    versions = _versions(db, problem)
    found = {
        str(number): value_in(row)
        for number, row in queries.matches(db, last.id).items()
        if row.state is not PlannedState.REFUSED and versions.get(str(number)) == row.version
    }
    return {number: match for number, match in found.items() if is_known(match, problem)}


def today(db: Session, plan: MatchPlan, problem: Problem, *, now: datetime) -> Today:
    """What ``plan`` is compared with; proposals that come too late for a decision are nothing to compare with."""
    versions, weights = _versions(db, problem), problem.weights
    if plan.purpose is Purpose.MENDING:
        return _broken_today(db, problem, versions)
    if plan.beside_id is not None:
        beside = queries.by_id(db, plan.beside_id)
        matches = {str(number): value_in(row) for number, row in queries.matches(db, beside.id).items()}
        policy = RULES.validate_python({"policy": beside.policy}).policy
        return Today(versions, {}, matches, policy, weights, plan.purpose, is_trial=True)
    found = matching.on_the_desk(db, list(map(int, versions)))
    late = late_for_decision(db, list(found), now=now)
    in_time = {number: [row for row in rows if row.id not in late] for number, rows in found.items()}
    best = {str(number): rows[0] for number, rows in in_time.items() if rows}
    return Today(
        versions=versions,
        rows={key: row.id for key, row in best.items()},
        matches=_values(db, best),
        policy=problem.policy,
        weights=weights,
        purpose=plan.purpose,
    )


def _broken_today(db: Session, problem: Problem, versions: Mapping[str, int]) -> Today:
    numbers = {key: row.id for key, row in _standing(db, problem).items()}
    disrupted = disruptions(db, numbers.values())
    return Today(
        versions=versions,
        rows=numbers,
        matches=problem.tentative,
        policy=problem.policy,
        weights=in_use(db).rules.weights,
        purpose=Purpose.MENDING,
        disrupted={key: words_of(disrupted[number]) for key, number in numbers.items()},
    )


def value_in(row: PlannedMatch) -> Match:
    """How a request that a plan serves would be served."""
    match: Match = MATCH.validate_python(row.match)
    return match


def _versions(db: Session, problem: Problem) -> Mapping[str, int]:
    ids = [int(each.id) for each in problem.requests]
    query = select(SessionRequest.id, SessionRequest.version).where(col(SessionRequest.id).in_(ids))
    return {str(request_id): version for request_id, version in db.exec(query)}
