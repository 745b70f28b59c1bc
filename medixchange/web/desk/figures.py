"""What two plans come to, side by side in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medixchange.messages import Message, say
from medixchange.plans.figures import Figures, from_json
from medixchange.plans.models import MatchPlan, PlanState


@dataclass(frozen=True)
class Measure:
    """One figure of two plans; ``better`` 1 where the second is better, -1 where it is worse, 0 where neither."""

    words: Message
    before: str
    after: str
    better: int


@dataclass(frozen=True)
class _Kind:
    words: Message
    of: Callable[[Figures], int]
    good: int
    """1 where more is better, -1 where less is, 0 where it is neither."""
    show: Callable[[int], str] = str


def in_hours(minutes: int) -> str:
    """Minutes as hours and minutes: 90 is "1:30"."""
    return f"{minutes // 60}:{minutes % 60:02}"


KINDS = (
    _Kind(say("Requests served"), lambda each: each.served, 1),
    _Kind(say("Of these urgent or very urgent"), lambda each: each.urgent, 1),
    _Kind(say("In a common language"), lambda each: each.direct, 1),
    _Kind(say("Through interpreters"), lambda each: each.interpreted, 0),
    _Kind(say("By relay"), lambda each: each.relayed, -1),
    _Kind(say("Interpreters asked"), lambda each: each.interpreters, -1),
    _Kind(say("Inside a window that the hospital named"), lambda each: each.wished, 1),
    _Kind(say("With the expert whom the hospital knows"), lambda each: each.again, 1),
    _Kind(say("Days that hospitals wait, in all"), lambda each: each.days, -1),
    _Kind(say("Days that one hospital waits at most"), lambda each: each.longest, -1),
    _Kind(say("Hours outside working hours: hospitals"), lambda each: each.hospital_minutes, -1, in_hours),
    _Kind(say("Hours outside working hours: experts"), lambda each: each.expert_minutes, -1, in_hours),
    _Kind(say("Hours outside working hours: interpreters"), lambda each: each.interpreter_minutes, -1, in_hours),
    _Kind(say("Experts who give a session"), lambda each: each.experts, 1),
    _Kind(say("Sessions of one expert at most"), lambda each: each.most, -1),
)


def measures_of(beside: MatchPlan, plan: MatchPlan) -> list[Measure]:
    """Every figure of two plans; none while one of them is not ready."""
    if beside.state != PlanState.DONE or plan.state != PlanState.DONE:
        return []
    before, after = from_json(beside.figures), from_json(plan.figures)
    return side_by_side(before, after) if before and after else []


def side_by_side(before: Figures, after: Figures) -> list[Measure]:
    """Every figure of both."""
    return [_measure(kind, kind.of(before), kind.of(after)) for kind in KINDS]


def _measure(kind: _Kind, before: int, after: int) -> Measure:
    more = (after > before) - (after < before)
    return Measure(kind.words, kind.show(before), kind.show(after), more * kind.good)
