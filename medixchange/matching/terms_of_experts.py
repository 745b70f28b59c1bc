"""The terms of the score about who is on the panel (S3, S6, S9, and S10 with the hour kept); see ``score``."""

from __future__ import annotations

from collections.abc import Callable

from medixchange.matching.match import Match
from medixchange.matching.opened import hurried_by
from medixchange.matching.presence import beside
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert
from medixchange.matching.terms import Part
from medixchange.messages import Message, Value, count, listed, say, sentences, specialty
from medixchange.policies.values import Weights

LEVELS: dict[int, Callable[[str, str], Message]] = {
    1: lambda name, code: say("%(name)s practises %(topic)s", name=name, topic=specialty(code)),
    2: lambda name, code: say("%(name)s leads %(topic)s", name=name, topic=specialty(code)),
    3: lambda name, code: say("%(name)s teaches %(topic)s", name=name, topic=specialty(code)),
}


def know(match: Match, problem: Problem) -> Part:
    """S3: the deepest knowledge on the panel of each specialty asked for."""
    panel = [problem.expert[who] for who in match.panel]
    points, words = 0, list[Value]()
    for code in problem.request[match.request].specialties:
        best = max(panel, key=lambda each: each.specialties.get(code, 0))
        level = best.specialties.get(code, 0)
        points += problem.weights.specialty * level
        if level:
            words.append(LEVELS[level](best.name, code))
    return Part("S3", points, say("%(knowledge)s.", knowledge=listed(words)) if words else None)


def again(match: Match, problem: Problem) -> Part:
    """S6: the expert whom the hospital knows already."""
    wanted = problem.request[match.request].continuity
    if wanted is None or wanted not in problem.expert:
        return Part("S6", 0)
    name = problem.expert[wanted].name
    if wanted in match.panel:
        return Part("S6", problem.weights.continuity, say("%(name)s comes again.", name=name))
    return Part("S6", 0, say("Without %(name)s, who came last time.", name=name))


def fair(match: Match, problem: Problem) -> Part:
    """S9: those who gave little so far come first."""
    points, loaded = 0, list[Value]()
    for who in match.panel:
        expert = problem.expert[who]
        load = load_of(expert, problem.request[match.request], problem)
        points -= phi(load + 1, problem.weights) - phi(load, problem.weights)
        if load:
            loaded.append(_load_words(expert, load))
    if loaded:
        return Part("S9", points, say("%(loads)s.", loads=listed(loaded)))
    words = say("Each session of an expert costs points, so that work is shared; nobody on the panel has another one.")
    return Part("S9", points, words)


def phi(load: int, weights: Weights) -> int:
    """S9: what a load of so many sessions costs in all; each further one costs more than the last."""
    return weights.fair * load * (load + 1) // 2


def load_of(expert: Expert, request: Request, problem: Problem) -> int:
    """The sessions that count of ``expert``, given, lent or ahead, without one of ``request``."""
    return expert.counted + len(beside(problem.held_by_expert, expert.id, request))


def _load_words(expert: Expert, load: int) -> Message:
    own = load - expert.lent
    words = count(
        "%(name)s already has %(num)s session", "%(name)s already has %(num)s sessions", own, name=expert.name
    )
    if not expert.lent:
        return words
    return say("%(has)s, and counts as having %(load)s, like others who were there longer", has=words, load=load)


def steady(match: Match, problem: Problem) -> Part:
    """S10: keep the hour and the people of an earlier plan, or of another session of the series; where sessions are
    mended (``Problem.hurry``), ask few at shorter notice than they want."""
    earlier = problem.tentative.get(match.request)
    if earlier is None:
        return Part("S10", 0)
    kept = len(set(earlier.panel) & set(match.panel))
    interpreting = len(set(earlier.route.interpreters) & set(match.route.interpreters))
    points = problem.weights.stable_expert * kept + problem.weights.stable_interpreter * interpreting
    same_hour = earlier.start == match.start and match.end <= earlier.end
    if same_hour:
        points += problem.weights.stable_start
    if problem.hurry:
        points -= problem.hurry * len(hurried_by(match, problem))
    told = _kept_of_series if match.request in problem.of_series else _kept_of_plan
    words = [told(kept, same_hour=same_hour)]
    if interpreting and problem.weights.stable_interpreter:
        words.append(
            count("It keeps %(num)s interpreter as well.", "It keeps %(num)s interpreters as well.", interpreting)
        )
    return Part("S10", points, sentences(words))


def _kept_of_plan(kept: int, *, same_hour: bool) -> Message:
    if same_hour:
        return count(
            "Keeps the hour and %(num)s expert of the earlier plan.",
            "Keeps the hour and %(num)s experts of the earlier plan.",
            kept,
        )
    return count("Keeps %(num)s expert of the earlier plan.", "Keeps %(num)s experts of the earlier plan.", kept)


def _kept_of_series(kept: int, *, same_hour: bool) -> Message:
    if same_hour:
        return count(
            "Keeps the hour and %(num)s expert of its series.",
            "Keeps the hour and %(num)s experts of its series.",
            kept,
        )
    return count("Keeps %(num)s expert of its series.", "Keeps %(num)s experts of its series.", kept)
