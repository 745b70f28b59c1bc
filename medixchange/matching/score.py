"""The score of a match: the terms S1 to S10 of FORMAT.md, each a function with its points and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.terms import Part, Term
from medixchange.matching.terms_of_experts import again, fair, know, phi, steady
from medixchange.matching.terms_of_hours import humane, soon, window_points, wished, wishing
from medixchange.matching.terms_of_languages import converse, interpreters_cost, language_points
from medixchange.messages import Message, say, sentences


@dataclass(frozen=True, slots=True)
class Score:
    """What a match is worth: points in all, by term, and ``fit`` from 0 to 100.

    ``fit`` is the quality (the points without S1) in percent of the best that could be imagined for the
    request (see ``imaginable``), cut off at 0 and 100: comparable between requests, as points are not.
    """

    total: int
    parts: tuple[Part, ...]
    fit: int


URGENT: dict[int, Message] = {2: say("The request is urgent."), 3: say("The request is very urgent.")}


def serve(match: Match, problem: Problem) -> Part:
    """S1: a request is served; the more urgent the better, and the more the longer it has waited."""
    request = problem.request[match.request]
    words = [URGENT[request.urgency]] if request.urgency in URGENT else []
    words += [each.why for each in request.rises]
    return Part("S1", served(request, problem), sentences(words) if words else None)


def served(request: Request, problem: Problem) -> int:
    """S1 of ``request``."""
    return problem.weights.serve[request.urgency] + request.rise


TERMS: tuple[Term, ...] = (serve, converse, know, wished, humane, again, soon, interpreters_cost, fair, steady)


def score(match: Match, problem: Problem) -> Score:
    """What ``match`` is worth beside the sessions that stand, by every term."""
    parts = tuple(term(match, problem) for term in TERMS)
    total = sum(part.points for part in parts)
    best = imaginable(problem.request[match.request], problem)
    quality = total - parts[0].points
    fit = 100 if best <= 0 else max(0, min(100, (100 * quality + best // 2) // best))
    return Score(total, parts, fit)


def imaginable(request: Request, problem: Problem) -> int:
    """The best quality that could be imagined for ``request``.

    A common language at level 5, a teacher of every specialty, the heaviest window, working hours for all,
    at once, the known expert and the earlier plan kept, a smallest panel of people without other sessions.
    """
    weights = problem.weights
    ways = [language_points(problem, mode, 5) for mode in weights.lang]
    wishes = wishing(request)
    wish = sum(max(window_points(each.weight, weights) for each in party.windows) for party in wishes)
    wish //= max(1, len(wishes))
    known = weights.continuity if request.continuity in problem.expert else 0
    earlier = problem.tentative.get(request.id)
    kept = weights.stable_start + weights.stable_expert * len(earlier.panel) if earlier else 0
    if earlier:
        kept += weights.stable_interpreter * len(earlier.route.interpreters)
    newcomers = request.panel_min * phi(1, weights)
    return max(ways) + 3 * weights.specialty * len(request.specialties) + wish + known + kept - newcomers


def score_plan(matches: Iterable[Match], problem: Problem) -> int:
    """The score of several matches at once, as the verifier of FORMAT.md counts it.

    Fairness counts each expert's sessions of the plan together; held ones that the plan repeats count once.
    """
    plan = list(matches)
    requests = {match.request for match in plan}
    total = sum(term(match, problem).points for match in plan for term in TERMS if term is not fair)
    for who, n in Counter(who for match in plan for who in match.panel).items():
        held = problem.held_by_expert.get(who, ())
        load = problem.expert[who].counted
        load += sum(1 for each in held if each.fixed is None or each.fixed.request not in requests)
        total -= phi(load + n, problem.weights) - phi(load, problem.weights)
    return total
