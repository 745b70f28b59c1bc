"""What a plan comes to, counted without points: so plans by different house rules can be set side by side. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.terms_of_hours import days_waited, half_hours_outside
from medixchange.policies.values import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Requests by how they are served, minutes that people work outside working hours, and days that hospitals wait.

    ``urgent`` are those of urgency 2 and 3; ``wished`` those inside a window that the hospital named, of those that
    named any; ``again`` those to which the expert comes whom the hospital knows. ``most`` is the most sessions that
    one expert gives in the plan, ``experts`` how many experts give any.
    """

    served: int
    urgent: int
    direct: int
    interpreted: int
    relayed: int
    interpreters: int
    hospital_minutes: int
    expert_minutes: int
    interpreter_minutes: int
    days: int
    longest: int
    wished: int
    again: int
    experts: int
    most: int


def figures_of(plan: Mapping[str, Match], problem: Problem, policy: Policy) -> Figures:
    """What ``plan`` comes to; working hours are those of ``policy``, one for all plans that are compared."""
    requests = {key: problem.request[key] for key in plan}
    modes = Counter(match.route.mode for match in plan.values())
    sessions = Counter(who for match in plan.values() for who in match.panel)
    waited = [days_waited(requests[key], match) for key, match in plan.items()]
    hospital = expert = interpreter = 0
    for key, match in plan.items():
        homes, soft = [problem.hospital[each].zone for each in requests[key].hospitals], policy.expert_soft
        hospital += sum(30 * half_hours_outside(match, problem, zone, policy.hospital_soft) for zone in homes)
        expert += sum(30 * half_hours_outside(match, problem, problem.expert[who].zone, soft) for who in match.panel)
        interpreter += sum(
            30 * half_hours_outside(match, problem, problem.interpreter[who].zone, soft)
            for who in match.route.interpreters
        )
    return Figures(
        served=len(plan),
        urgent=sum(1 for each in requests.values() if each.urgency > 1),
        direct=modes["direct"],
        interpreted=modes["interpreter"] + modes["consecutive"],
        relayed=modes["relay"],
        interpreters=sum(len(match.route.interpreters) for match in plan.values()),
        hospital_minutes=hospital,
        expert_minutes=expert,
        interpreter_minutes=interpreter,
        days=sum(waited),
        longest=max(waited, default=0),
        wished=sum(1 for key, match in plan.items() if _wished(match, problem, key)),
        again=sum(1 for key, match in plan.items() if requests[key].continuity in match.panel),
        experts=len(sessions),
        most=max(sessions.values(), default=0),
    )


def _wished(match: Match, problem: Problem, key: str) -> bool:
    first, length = problem.grid.slot(match.start), problem.length(match.minutes)
    slots = ((1 << length) - 1) << first
    return any(not slots & ~window.slots for party in problem.request[key].parties for window in party.windows)


def to_json(figures: Figures) -> dict[str, Any]:
    """Figures as plain JSON."""
    return asdict(figures)


def from_json(data: Mapping[str, Any]) -> Figures | None:
    """The figures that ``to_json`` wrote; None where none were kept."""
    return Figures(**data) if data else None
