"""Who seems to be of use for a request and does not count, whatever the hour: a session goes both ways."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.steps import legs
from medixchange.matching.ways import heard
from medixchange.matching.words import interprets_one_way, only_presents
from medixchange.messages import Message

MOST_NAMED = 3
"""How many experts, and how many interpreters, are named."""


def uncounted(problem: Problem, request_id: str) -> tuple[Message, ...]:
    """Experts who present in a language and do not follow questions in it; interpreters of one direction.

    Experts who can speak with the audience directly are left out, whatever else they speak.

    Raises KeyError when the problem does not know the request.
    """
    request = problem.request[request_id]
    return tuple(
        chain(
            islice(_experts(problem, request), MOST_NAMED),
            islice(_interpreters(problem, request), MOST_NAMED),
        )
    )


def _experts(problem: Problem, request: Request) -> Iterator[Message]:
    follows, least = heard(request, problem), problem.policy.lang_min_expert
    for expert in problem.experts:
        able = any(expert.specialties.get(code, 0) for code in request.specialties)
        excluded = expert.id in request.exclude or not expert.exclude_hospitals.isdisjoint(request.hospitals)
        if able and not excluded and not any(expert.speaking.get(tag, 0) >= least for tag in follows):
            yield from (only_presents(expert, tag) for tag in sorted(expert.speaking_only))


def _interpreters(problem: Problem, request: Request) -> Iterator[Message]:
    if not request.interpreting:
        return
    wanted = legs(problem, request)
    for each in problem.interpreters:
        works = each.simultaneous or (each.consecutive and problem.policy.consecutive)
        if works and each.exclude_hospitals.isdisjoint(request.hospitals):
            one_way = ((one, other) for one, other in sorted(each.pairs) if not each.joins(one, other))
            yield from (
                interprets_one_way(each, one, other)
                for one, other in one_way
                if (one, other) in wanted or (other, one) in wanted
            )
