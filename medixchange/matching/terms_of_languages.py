"""The terms of the score about how panel and audience converse (S2, S8); see ``score``."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from medixchange.languages.bridge import Mode
from medixchange.matching.match import Match, Team, reached
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.terms import Part
from medixchange.messages import Message, count, language, listed, say, sentences


def converse(match: Match, problem: Problem) -> Part:
    """S2: the shorter the way from mouth to ear, and the better the audience follows; of several the one that has the
    hardest."""
    route, request = match.route, problem.request[match.request]
    points = conversing(request, problem, route.mode, route.speech, route.audiences, route.pairs)
    return Part("S2", points, _route_words(match, problem))


def conversing(
    request: Request,
    problem: Problem,
    mode: Mode,
    speech: str,
    audiences: Sequence[str],
    pairs: Collection[tuple[str, str]],
) -> int:
    """S2 where the panel presents in ``speech`` and each audience hears its language, over legs between ``pairs``."""
    heard = zip(request.parties, audiences, strict=False)
    levels = ((reached(speech, tag, pairs), party.audience.get(tag, 0)) for party, tag in heard)
    longer = problem.weights.consecutive if mode == "consecutive" else 0
    return min(language_points(problem, way, level) for way, level in levels) - longer


def language_points(problem: Problem, mode: str, level: int) -> int:
    """S2 for one mode and one level of the audience."""
    weights = problem.weights
    return weights.lang[mode] + weights.lang_aud[mode] * (level - problem.policy.lang_min_audience)


def _route_words(match: Match, problem: Problem) -> Message:
    route = match.route
    if route.mode == "relay" and not route.others:
        return say(
            "%(names)s interpret between %(speech)s and %(audience)s, through %(relay)s.",
            names=listed([problem.interpreter[who].name for who in route.interpreters]),
            relay=language(problem.policy.relay),
            speech=language(route.speech),
            audience=language(route.audience),
        )
    words = [_leg_words(leg, problem) for leg in route.legs]
    if route.mode == "consecutive":
        words.append(
            say("They interpret after each passage, so that it takes %(minutes)s minutes.", minutes=match.minutes)
        )
    if route.speech in route.audiences:
        common = say("Common language: %(language)s; no interpreter.", language=language(route.speech))
        words.insert(0, say("Some hear %(language)s itself.", language=language(route.speech)) if words else common)
    return sentences(words)


def _leg_words(leg: Team, problem: Problem) -> Message:
    return count(
        "%(names)s interprets between %(speech)s and %(audience)s.",
        "%(names)s interpret between %(speech)s and %(audience)s.",
        len(leg.interpreters),
        names=listed([problem.interpreter[who].name for who in leg.interpreters]),
        speech=language(leg.source),
        audience=language(leg.target),
    )


def interpreters_cost(match: Match, problem: Problem) -> Part:
    """S8: every interpreter is one who cannot work elsewhere."""
    hired = len(match.route.interpreters)
    words = count("%(num)s interpreter is needed.", "%(num)s interpreters are needed.", hired)
    return Part("S8", -problem.weights.interp_cost * hired, words if hired else None)
