"""What to say where experts and audiences do not converse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from medixchange.languages.bridge import Bridge, TooLongToInterpret, bridges, why_no_bridge
from medixchange.matching.candidates import helpers
from medixchange.matching.ever import Ever
from medixchange.matching.presence import interprets_so_long
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Interpreter
from medixchange.matching.steps import speeches
from medixchange.matching.ways import (
    consecutive_teams,
    heard,
    manners,
    may_be_consecutive,
    minutes_if_consecutive,
    simultaneous_teams,
)
from medixchange.messages import Message, count, language, listed, say

NOT_LANGUAGES = frozenset({"excluded", "topics", "panel", "rooms"})
"""What stands whatever the hour, without what keeps people from conversing."""


def interpreting_words(problem: Problem, request: Request) -> Message:
    """That the hospital wants no interpreters found for it."""
    name = problem.hospital[request.hospital].name
    if request.own_interpreters:
        return say("%(name)s brings its own interpreters, and has not named a language that they follow.", name=name)
    return say("%(name)s asks us not to find interpreters.", name=name)


def language_words(problem: Problem, request: Request) -> Message:
    """That the experts and the audience share no language and no team joins theirs."""
    return _unreached(problem, request, in_passages=may_be_consecutive(request, problem))


def _unreached(problem: Problem, request: Request, *, in_passages: bool) -> Message:
    """The same; consecutive interpreting is spoken of only where it would do (``in_passages``)."""
    policy, spoken = problem.policy, dict.fromkeys(speeches(problem, request), problem.policy.lang_min_expert)
    least = {"min_speech": policy.lang_min_expert, "min_audience": policy.lang_min_audience}
    follows = heard(request, problem)
    if follows and spoken and (not request.interpreting or willing_would_do(problem, request)):
        return say(
            "The experts present in %(spoken)s and the audience follows %(heard)s.",
            spoken=listed([language(tag) for tag in spoken]),
            heard=listed([language(tag) for tag in follows]),
        )
    if request.joint:
        return _apart(problem, request)
    able = helpers(request, problem)
    pairs = frozenset().union(*(each.both_ways for each in able))
    table, relay = _table(problem, request), policy.relay
    try:
        ways = bridges(spoken, request.audience, pairs, minutes=request.minutes, relay=relay, table=table, **least)
    except TooLongToInterpret as refusal:
        return refusal.message
    lacking = (_too_few(way, able, request) for way in ways)
    others = _too_few_consecutively(problem, request, product(spoken, follows)) if in_passages else None
    return next(filter(None, (*lacking, others)), why_no_bridge(spoken, request.audience, **least))


def willing_would_do(problem: Problem, request: Request) -> bool:
    """Whether the audience could be reached if every interpreter worked for every hospital."""
    people = tuple(replace(each, exclude_hospitals=frozenset()) for each in problem.interpreters)
    willing = replace(problem, interpreters=people)
    asked = [Ever(willing, each) for each in manners(request, willing)]
    return any(each.understood(tag) for each in asked for tag in presented(problem))


def _table(problem: Problem, request: Request) -> Sequence[tuple[int, int]]:
    """The house's table of teams, or the smaller team that was agreed for the session that ``request`` has."""
    sizes = simultaneous_teams(request, problem, 2) if request.agreed else ()
    return [(request.minutes, min(sizes))] if sizes else problem.policy.team_sizes


def _apart(problem: Problem, request: Request) -> Message:
    """That one of several audiences cannot be reached, or all of them not together."""
    alone = (replace(request, audience=party.audience, joint=()) for party in request.parties)
    lacking = (each for each in alone if not Ever(problem, each).possible(NOT_LANGUAGES))
    first = next(lacking, None)
    return (
        say("No teams of interpreters reach all audiences together.")
        if first is None
        else _unreached(problem, first, in_passages=False)
    )


def _too_few_consecutively(problem: Problem, request: Request, pairs: Iterable[tuple[str, str]]) -> Message | None:
    """That too few interpret consecutively between languages of which some do; None where nobody does, or enough."""
    team, minutes = min(consecutive_teams(request, problem)), minutes_if_consecutive(request, problem)
    people = helpers(replace(request, consecutive=True), problem)
    for one, other in pairs:
        able = [each for each in people if each.joins(one, other)]
        if 0 < len(able) < team:
            return count(
                "Only %(num)s interpreter between %(one)s and %(other)s works consecutively; %(team)s are needed.",
                "Only %(num)s interpreters between %(one)s and %(other)s work consecutively; %(team)s are needed.",
                len(able),
                team=team,
                one=language(one),
                other=language(other),
            )
        if able and sum(interprets_so_long(each, minutes) for each in able) < team:
            return _too_long_for(one, other, minutes)
    return None


def _too_long_for(one: str, other: str, minutes: int) -> Message:
    return say(
        "The session takes %(minutes)s minutes; too few of those who interpret between %(one)s and %(other)s"
        " work so long in a day.",
        minutes=minutes,
        one=language(one),
        other=language(other),
    )


def _too_few(way: Bridge, helpers: list[Interpreter], request: Request) -> Message | None:
    """That a way to converse has too few interpreters, or too few who work so long; None when there are enough."""
    joining = {leg: {each.id for each in helpers if each.joins(leg.source, leg.target)} for leg in way.legs}
    lasting = {each.id for each in helpers if interprets_so_long(each, request.minutes)}
    for leg, able in joining.items():
        if len(able & lasting) < way.team <= len(able):
            return _too_long_for(leg.source, leg.target, request.minutes)
        if len(able) < way.team:
            return count(
                "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s; there is only %(num)s.",
                "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s; there are only %(num)s.",
                len(able),
                minutes=request.minutes,
                team=way.team,
                one=language(leg.source),
                other=language(leg.target),
            )
    everybody, wanted = set[str]().union(*joining.values()), way.team * len(way.legs)
    if len(everybody) < wanted:
        return count(
            "%(minutes)s minutes by relay need %(team)s interpreters; there is only %(num)s for both parts.",
            "%(minutes)s minutes by relay need %(team)s interpreters; there are only %(num)s for both parts.",
            len(everybody),
            minutes=request.minutes,
            team=wanted,
        )
    return None


def presented(problem: Problem) -> list[str]:
    """The languages in which some expert can present, excluded or not."""
    least = problem.policy.lang_min_expert
    return sorted({tag for each in problem.experts for tag, level in each.speaking.items() if level >= least})
