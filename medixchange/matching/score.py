"""The score of a match: the terms S1 to S10 of FORMAT.md, each a function with its points and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from medixchange.languages.bridge import Mode
from medixchange.matching.clocks import minutes_outside
from medixchange.matching.match import Match, Team, reached
from medixchange.matching.presence import beside
from medixchange.matching.problem import Expert, Party, Problem, Request
from medixchange.matching.reasons import slots_of_match
from medixchange.messages import Message, Value, count, language, listed, say, sentences, specialty
from medixchange.policies.values import Minutes, Weights
from medixchange.times.grid import Grid


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the score: its id, its points, and what to say of it where there is something to say."""

    id: str
    points: int
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What a match is worth: points in all, by term, and ``fit`` from 0 to 100.

    ``fit`` is the quality (the points without S1) in percent of the best that could be imagined for the
    request (see ``imaginable``), cut off at 0 and 100: comparable between requests, as points are not.
    """

    total: int
    parts: tuple[Part, ...]
    fit: int


Term = Callable[[Match, Problem], Part]
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


def window_points(weight: int, weights: Weights) -> int:
    """S4 for a window of ``weight`` (0: outside all)."""
    return weight * weights.window // 100


def wished(match: Match, problem: Problem) -> Part:
    """S4: inside a window that the hospital prefers; of several hospitals the mean of those that named any."""
    slots, wishes = slots_of_match(match, problem), wishing(problem.request[match.request])
    inside = [max((each.weight for each in party.windows if not slots & ~each.slots), default=0) for party in wishes]
    points = sum(window_points(weight, problem.weights) for weight in inside) // max(1, len(wishes))
    return Part("S4", points, _wish_words(inside) if wishes else None)


def wishing(request: Request) -> tuple[Party, ...]:
    """The audiences that prefer some hours."""
    return tuple(party for party in request.parties if party.windows)


def _wish_words(inside: Sequence[int]) -> Message:
    if all(inside):
        return say("Inside a window that the hospital named.")
    if any(inside):
        return say("Inside the windows of some of the hospitals, outside those of others.")
    return say("Outside the windows that the hospital named.")


def humane(match: Match, problem: Problem) -> Part:
    """S5: begun half-hours outside working hours, of the hospitals and of everybody who works."""
    policy, weights = problem.policy, problem.weights
    hospitals = [problem.hospital[each] for each in problem.request[match.request].hospitals]
    everybody = [(each.name, each.zone, policy.hospital_soft, weights.humane_hospital) for each in hospitals]
    for who in match.panel:
        expert = problem.expert[who]
        everybody.append((expert.name, expert.zone, policy.expert_soft, weights.humane_expert))
    for who in match.route.interpreters:
        interpreter = problem.interpreter[who]
        everybody.append((interpreter.name, interpreter.zone, policy.expert_soft, weights.humane_interp))
    points, outside = 0, list[Value]()
    for name, zone, soft, weight in everybody:
        halves = half_hours_outside(match, problem, zone, soft)
        points -= weight * halves
        if halves:
            outside.append(say("%(name)s (%(minutes)s min)", name=name, minutes=30 * halves))
    if outside:
        return Part("S5", points, say("Outside working hours: %(people)s.", people=listed(outside)))
    return Part("S5", points, say("Inside working hours for everyone."))


def half_hours_outside(match: Match, problem: Problem, zone: str, soft: Minutes) -> int:
    """Begun half-hours of the session outside ``soft`` hours of ``zone``; a confirmed one may lie off the grid."""
    grid, length = problem.grid, problem.length(match.minutes)
    first, rest = divmod(match.start - grid.start, grid.step)
    if rest or not 0 <= first <= grid.slots - length:
        grid, first = Grid(match.start, length, grid.minutes), 0
    return -(-minutes_outside(grid, zone, soft, first, length) // 30)


def again(match: Match, problem: Problem) -> Part:
    """S6: the expert whom the hospital knows already."""
    wanted = problem.request[match.request].continuity
    if wanted is None or wanted not in problem.expert:
        return Part("S6", 0)
    name = problem.expert[wanted].name
    if wanted in match.panel:
        return Part("S6", problem.weights.continuity, say("%(name)s comes again.", name=name))
    return Part("S6", 0, say("Without %(name)s, who came last time.", name=name))


def soon(match: Match, problem: Problem) -> Part:
    """S7: whole days of waiting after the earliest possible moment, the heavier the more urgent."""
    request = problem.request[match.request]
    waited = days_waited(request, match)
    words = count("The hospital waits %(num)s day for it.", "The hospital waits %(num)s days for it.", waited)
    return Part("S7", -problem.weights.soon * request.urgency * waited, words if waited else None)


def days_waited(request: Request, match: Match) -> int:
    """Whole days between the request's earliest moment and the start."""
    return (match.start - request.earliest) // timedelta(days=1)


def interpreters_cost(match: Match, problem: Problem) -> Part:
    """S8: every interpreter is one who cannot work elsewhere."""
    hired = len(match.route.interpreters)
    words = count("%(num)s interpreter is needed.", "%(num)s interpreters are needed.", hired)
    return Part("S8", -problem.weights.interp_cost * hired, words if hired else None)


def phi(load: int, weights: Weights) -> int:
    """S9: what a load of so many sessions costs in all; each further one costs more than the last."""
    return weights.fair * load * (load + 1) // 2


def load_of(expert: Expert, request: Request, problem: Problem) -> int:
    """The sessions that count of ``expert``, given, lent or ahead, without one of ``request``."""
    return expert.counted + len(beside(problem.held_by_expert, expert.id, request))


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


def _load_words(expert: Expert, load: int) -> Message:
    own = load - expert.lent
    words = count(
        "%(name)s already has %(num)s session", "%(name)s already has %(num)s sessions", own, name=expert.name
    )
    if not expert.lent:
        return words
    return say("%(has)s, and counts as having %(load)s, like others who were there longer", has=words, load=load)


def steady(match: Match, problem: Problem) -> Part:
    """S10: keep the hour and the people of an earlier plan, or of another session of the series."""
    earlier = problem.tentative.get(match.request)
    if earlier is None:
        return Part("S10", 0)
    kept = len(set(earlier.panel) & set(match.panel))
    beside = len(set(earlier.route.interpreters) & set(match.route.interpreters))
    points = problem.weights.stable_expert * kept + problem.weights.stable_interpreter * beside
    same_hour = earlier.start == match.start and match.end <= earlier.end
    if same_hour:
        points += problem.weights.stable_start
    told = _kept_of_series if match.request in problem.of_series else _kept_of_plan
    return Part("S10", points, told(kept, same_hour=same_hour))


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
