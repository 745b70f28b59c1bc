"""How far apart two matches of one request can be: what keeping a person has to be worth to count before all else."""

from __future__ import annotations

from medixchange.matching.listed import once
from medixchange.matching.problem import Problem
from medixchange.matching.requests import MOST_PARTIES, Request
from medixchange.matching.steps import LARGEST_PANEL
from medixchange.matching.ways import consecutive_minutes, minutes_if_consecutive
from medixchange.policies.entries import LARGEST

MOST_PEOPLE = LARGEST_PANEL + (MOST_PARTIES + 1) * LARGEST
"""As many as work in any session: the largest panel, and a team on each leg, of which one may only relay."""


def spread(request: Request, problem: Problem) -> int:
    """More points than two matches of one request could differ by, S10 left out."""
    weights = problem.weights
    longest = max(consecutive_minutes(request.minutes, problem), minutes_if_consecutive(request, problem))
    halves = -(-longest // 30) + 1
    language = max(weights.lang.values()) + 5 * max(weights.lang_aud.values()) + weights.consecutive
    knowledge = 3 * weights.specialty * len(request.specialties)
    people = len(request.hospitals) * weights.humane_hospital
    people += MOST_PEOPLE * (weights.humane_expert + weights.humane_interp)
    days = problem.grid.slots * problem.grid.minutes // (24 * 60) + 1
    fair = weights.fair * request.panel_max * (_most_given(problem) + len(problem.requests) + 1)
    hired = MOST_PEOPLE * weights.interp_cost
    soon = weights.soon * request.urgency * days
    return language + knowledge + weights.window + weights.continuity + halves * people + soon + hired + fair


def _most_given(problem: Problem) -> int:
    """At least as many sessions as fairness counts of any expert."""
    counted = once(problem.experts, "counted", lambda: max((each.counted for each in problem.experts), default=0))
    held = problem.held_by_expert
    return counted + once(problem.held, "most held", lambda: max(map(len, held.values()), default=0))
