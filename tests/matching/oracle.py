"""The rules and the score of FORMAT.md once more, written from its text and not from the program.

Everything is looked up slot by slot and minute by minute on wall clocks; nothing is shared with the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import combinations, product
from zoneinfo import ZoneInfo

from medixchange.languages.bridge import Mode
from medixchange.matching.match import Held, Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request
from medixchange.matching.resources import Expert, Interpreter, Mask, Person
from medixchange.times.grid import Grid

MINUTE, HALF = timedelta(minutes=1), timedelta(minutes=30)
ONLY = "r"


def broken(match: Match, problem: Problem) -> set[str]:
    """The rules H1 to H10 that a match breaks."""
    request = problem.request[match.request]
    checks: dict[str, Callable[[], bool]] = {
        "H1": lambda: _in_time(match, request, problem),
        "H2": lambda: _hospital_open(match, request, problem),
        "H3": lambda: _panel(match, request, problem),
        "H4": lambda: all(_open(problem.expert[who].masks, match, problem) for who in match.panel),
        "H5": lambda: all(_expert_rested(problem.expert[who], match, problem) for who in match.panel),
        "H6": lambda: _language(match, request, problem),
        "H7": lambda: all(_interprets(problem.interpreter[who], match, problem) for who in match.route.interpreters),
        "H8": lambda: match.room in problem.room and _room(match, request, problem),
        "H9": lambda: not any(_meet(each, match) for each in problem.held if _hospitals(request) & {*each.hospitals}),
    }
    return {rule for rule, holds in checks.items() if not holds()}


def _hospitals(request: Request) -> set[str]:
    return {request.hospital, *(each.hospital for each in request.joint)}


def _in_time(match: Match, request: Request, problem: Problem) -> bool:
    grid = problem.grid
    on_grid = any(grid.at(n) == match.start for n in range(grid.slots))
    return on_grid and match.end <= grid.end and request.earliest <= match.start and match.end <= request.deadline


def _slots(match: Match, problem: Problem) -> list[int]:
    return _touched(problem.grid, match.start, match.end)


@lru_cache(1_000)
def _touched(grid: Grid, start: datetime, end: datetime) -> list[int]:
    return [n for n in range(grid.slots) if grid.at(n) < end and start < grid.at(n + 1)]


def _open(masks: tuple[Mask, ...], match: Match, problem: Problem) -> bool:
    return all(mask.slots >> n & 1 for mask in masks for n in _slots(match, problem))


def _hospital_open(match: Match, request: Request, problem: Problem) -> bool:
    return all(_party_comes(match, each, problem) for each in _parties(request))


def _party_comes(match: Match, party: Request | Party, problem: Problem) -> bool:
    masks = problem.hospital[party.hospital].masks
    counted = tuple(mask for mask in masks if mask.kind != "weekend" or not party.weekend_ok)
    wished = all(any(each.slots >> n & 1 for each in party.windows) for n in _slots(match, problem))
    return _open(counted, match, problem) and (wished or not party.windows_only)


def _panel(match: Match, request: Request, problem: Problem) -> bool:
    panel = [problem.expert[who] for who in match.panel]
    return (
        len(set(match.panel)) == len(match.panel)
        and request.panel_min <= len(panel) <= request.panel_max
        and all(any(each.specialties.get(topic) for each in panel) for topic in request.specialties)
        and all(any(each.specialties.get(topic) for topic in request.specialties) for each in panel)
        and not any(each.id in request.exclude or _hospitals(request) & each.exclude_hospitals for each in panel)
    )


def _meet(held: Held, match: Match) -> bool:
    return held.start < match.end and match.start < held.end


def _apart(person: Person, held: list[Held], match: Match) -> bool:
    rest = timedelta(minutes=person.rest_minutes)
    return all(each.end + rest <= match.start or match.end + rest <= each.start for each in held)


def _day(at: datetime, person: Person) -> datetime:
    return at.astimezone(ZoneInfo(person.zone))


def _expert_rested(expert: Expert, match: Match, problem: Problem) -> bool:
    held = [each for each in problem.held if expert.id in each.experts]
    begun, mine = [_day(each.start, expert) for each in held], _day(match.start, expert)
    return (
        _apart(expert, held, match)
        and sum(each.date() == mine.date() for each in begun) < expert.max_day
        and sum(each.isocalendar()[:2] == mine.isocalendar()[:2] for each in begun) < expert.max_week
        and sum((each.year, each.month) == (mine.year, mine.month) for each in begun) < expert.max_month
    )


def _interprets(person: Interpreter, match: Match, problem: Problem) -> bool:
    held = [each for each in problem.held if person.id in each.interpreters]
    mine = _day(match.start, person)
    same_day = [each for each in held if _day(each.start, person).date() == mine.date()]
    same_week = [each for each in held if _day(each.start, person).isocalendar()[:2] == mine.isocalendar()[:2]]
    request = problem.request[match.request]
    return (
        (person.consecutive if match.route.mode == "consecutive" else person.simultaneous)
        and not _hospitals(request) & person.exclude_hospitals
        and _open(person.masks, match, problem)
        and _apart(person, held, match)
        and _minutes(same_day) + match.minutes <= person.max_minutes_day
        and _minutes(same_week) + match.minutes <= person.max_minutes_week
    )


def _minutes(held: list[Held]) -> int:
    return sum((each.end - each.start) // MINUTE for each in held)


def _team_size(minutes: int, languages: set[str], problem: Problem) -> int:
    size = next(size for longest, size in problem.policy.team_sizes if minutes <= longest)
    return max(size, problem.policy.multilingual_team) if len(languages) > 2 else size


def _language(match: Match, request: Request, problem: Problem) -> bool:
    route, policy = match.route, problem.policy
    people = route.interpreters
    if any(problem.expert[who].speaking.get(route.speech, 0) < policy.lang_min_expert for who in match.panel):
        return False
    tongues, parties = (route.audience, *route.others), _parties(request)
    if len(tongues) != len(parties):
        return False
    heard = [(party.audience, tag) for party, tag in zip(parties, tongues, strict=True)]
    if any(levels.get(tag, 0) < policy.lang_min_audience for levels, tag in heard):
        return False
    foreign = {tag for _, tag in heard} - {route.speech}
    if not foreign:
        return route.mode == "direct" and not route.legs
    ends = [(leg.source, leg.target) for leg in route.legs]
    if route.mode == "consecutive":
        size = policy.consecutive_team
        if len(foreign) > 1 or request.joint or ends != [(route.speech, route.audience)]:
            return False
    else:
        size = _team_size(match.minutes, {route.speech, *foreign}, problem)
    return (
        request.interpreting
        and len(set(people)) == len(people)
        and _reaches(ends, route.speech, foreign, policy.relay)
        and route.mode
        in (
            ("interpreter", "consecutive")
            if all(one == route.speech for one, tag in ends if tag in foreign)
            else ("relay",)
        )
        and match.minutes == (_longer(request, problem) if route.mode == "consecutive" else request.minutes)
        and all(len(leg.interpreters) == size for leg in route.legs)
        and all(
            {(leg.source, leg.target), (leg.target, leg.source)} <= problem.interpreter[who].pairs
            for leg in route.legs
            for who in leg.interpreters
        )
    )


def _longer(request: Request, problem: Problem) -> int:
    """The minutes of the request if interpreters repeat each passage, up to the next slot."""
    step, minutes = problem.grid.minutes, request.minutes * problem.policy.consecutive_percent / 100
    return next(n for n in range(0, 10_000, step) if n >= minutes)


def _parties(request: Request) -> list[Request | Party]:
    return [request, *request.joint]


def _reaches(ends: list[tuple[str, str]], speech: str, foreign: set[str], relay: str) -> bool:
    """Whether legs bring the speech to each foreign tongue once, straight or through that of relay, and no other."""
    targets = [other for _, other in ends]
    between = speech != relay and (speech, relay) in ends
    return (
        len(set(targets)) == len(targets)
        and foreign <= set(targets)
        and speech not in targets
        and all(one == speech or (one == relay and between) for one, _ in ends)
        and all(other in foreign or (other == relay and any(one == relay for one, _ in ends)) for other in targets)
    )


def _is_needless_relay(match: Match, problem: Problem) -> bool:
    """A relay where teams are free that reach the same languages with fewer, while the house wants none then."""
    if match.route.mode != "relay" or not problem.policy.relay_last:
        return False
    request, route = problem.request[match.request], match.route
    free = [each for each in problem.interpreters if _interprets(each, match, problem)]
    relays = sum(leg.source != route.speech for leg in route.legs)
    return any(
        (other.audience, other.others) == (route.audience, route.others)
        and sum(leg.source != route.speech for leg in other.legs) < relays
        and len(set(other.interpreters)) == len(other.interpreters)
        for other in _at_once(problem, request, route.speech, free)
    )


def _room(match: Match, request: Request, problem: Problem) -> bool:
    room = problem.room[match.room]
    return (
        (room.seats is None or request.seats <= room.seats)
        and (room.channels is None or match.route.mode == "consecutive" or len(match.route.legs) <= room.channels)
        and _open(room.masks, match, problem)
        and not any(_meet(each, match) for each in problem.held if each.room == room.id)
    )


def points(match: Match, problem: Problem) -> dict[str, int]:
    """The terms S1 to S10 of a match."""
    request, weights, policy = problem.request[match.request], problem.weights, problem.policy
    panel = [problem.expert[who] for who in match.panel]
    hired = [problem.interpreter[who] for who in match.route.interpreters]
    wishes = [_wish(match, each, problem) for each in _parties(request) if each.windows]
    tongues = (match.route.audience, *match.route.others)
    earlier = problem.tentative.get(request.id)
    kept = len(set(earlier.panel) & set(match.panel)) if earlier else 0
    same_team = len(set(earlier.route.interpreters) & set(match.route.interpreters)) if earlier else 0
    zones = [problem.hospital[each].zone for each in _hospitals(request)]
    return {
        "S1": weights.serve[request.urgency] + sum(each.points for each in request.rises),
        "S2": min(_heard(match, each, tag, problem) for each, tag in zip(_parties(request), tongues, strict=True)),
        "S3": weights.specialty * sum(max(e.specialties.get(t, 0) for e in panel) for t in request.specialties),
        "S4": sum(wishes) // len(wishes) if wishes else 0,
        "S5": -weights.humane_hospital * sum(_halves(match, zone, policy.hospital_soft) for zone in zones)
        - weights.humane_expert * sum(_halves(match, each.zone, policy.expert_soft) for each in panel)
        - weights.humane_interp * sum(_halves(match, each.zone, policy.expert_soft) for each in hired),
        "S6": weights.continuity if request.continuity in match.panel else 0,
        "S7": -weights.soon * request.urgency * ((match.start - request.earliest) // timedelta(days=1)),
        "S8": -weights.interp_cost * len(hired),
        "S9": -sum(weights.fair * (_load(each, problem) + 1) for each in panel),
        "S10": (weights.stable_start if earlier and earlier.start == match.start and match.end <= earlier.end else 0)
        + weights.stable_expert * kept
        + weights.stable_interpreter * same_team,
    }


def _wish(match: Match, party: Request | Party, problem: Problem) -> int:
    """What the best window of one audience that holds the session is worth."""
    inside = [each.weight for each in party.windows if all(each.slots >> n & 1 for n in _slots(match, problem))]
    return max(inside, default=0) * problem.weights.window // 100


def _heard(match: Match, party: Request | Party, tag: str, problem: Problem) -> int:
    """What it is worth how one audience hears."""
    route, weights = match.route, problem.weights
    straight = any((leg.source, leg.target) == (route.speech, tag) for leg in route.legs)
    mode = "direct" if tag == route.speech else "interpreter" if straight else "relay"
    longer = weights.consecutive if route.mode == "consecutive" else 0
    return (
        -longer + weights.lang[mode] + weights.lang_aud[mode] * (party.audience[tag] - problem.policy.lang_min_audience)
    )


def _load(expert: Expert, problem: Problem) -> int:
    """Sessions so far: one more costs phi(n + 1) - phi(n) = fair * (n + 1)."""
    return expert.past_load + expert.lent + sum(expert.id in each.experts for each in problem.held)


def _halves(match: Match, zone: str, soft: tuple[int, int]) -> int:
    """Begun half-hours outside ``soft`` hours, minute by minute on the wall clock."""
    outside, at = 0, match.start
    while at < match.end:
        wall = at.astimezone(ZoneInfo(zone))
        outside += not soft[0] <= wall.hour * 60 + wall.minute < soft[1]
        at += MINUTE
    return -(-outside // 30)


def every_match(problem: Problem) -> Iterator[Match]:
    """Every match that breaks no rule, found by trying all there are."""
    for slot in range(problem.grid.slots):
        yield from matches_at(problem, slot)


def possible_slots(problem: Problem) -> list[int]:
    """The slots at which some match could begin."""
    return [slot for slot in range(problem.grid.slots) if any(True for _ in matches_at(problem, slot))]


def is_possible(problem: Problem) -> bool:
    """Whether there is a match at all."""
    return any(True for _ in every_match(problem))


def matches_at(problem: Problem, slot: int) -> Iterator[Match]:
    """Every match that begins at one slot."""
    request = problem.request[ONLY]
    for bare in _bare_ones(request, problem.grid.at(slot), problem):
        if bare.end > problem.grid.end or not problem.rooms or broken(bare, problem) & {"H1", "H2", "H9"}:
            continue
        for panel in _panels(problem, request, bare):
            for route in _routes(problem, request, replace(bare, panel=panel)):
                for room in problem.rooms:
                    match = replace(bare, panel=panel, route=route, room=room.id)
                    if not broken(match, problem) and not _is_needless_relay(match, problem):
                        yield match


def _bare_ones(request: Request, start: datetime, problem: Problem) -> Iterator[Match]:
    """Matches of which only the hour and the manner of interpreting are known."""
    yield Match(request.id, start, request.minutes, (), Route("direct", "", ""), "")
    if problem.policy.consecutive:
        yield Match(request.id, start, _longer(request, problem), (), Route("consecutive", "", ""), "")


def _panels(problem: Problem, request: Request, bare: Match) -> Iterator[tuple[str, ...]]:
    """Every panel that is free and wanted; in any language."""
    for size in range(request.panel_min, request.panel_max + 1):
        for panel in combinations([each.id for each in problem.experts], size):
            if not broken(replace(bare, panel=panel), problem) & {"H3", "H4", "H5"}:
                yield panel


def _routes(problem: Problem, request: Request, bare: Match) -> Iterator[Route]:
    """Every route that one could think of, with people who are free."""
    free = [each for each in problem.interpreters if _interprets(each, bare, problem)]
    tongues = set.intersection(*({*problem.expert[who].speaking} for who in bare.panel))
    for speech in sorted(tongues):
        if bare.route.mode == "consecutive":
            yield from _in_passages(problem, request, speech, free)
        else:
            yield from _at_once(problem, request, speech, free)


def _in_passages(problem: Problem, request: Request, speech: str, free: list[Interpreter]) -> Iterator[Route]:
    for tag in sorted(request.audience):
        for team in _teams(free, problem.policy.consecutive_team, speech, tag):
            yield Route("consecutive", speech, tag, (team,))


def _at_once(problem: Problem, request: Request, speech: str, free: list[Interpreter]) -> Iterator[Route]:
    for audience, *others in product(*(sorted(each.audience) for each in _parties(request))):
        foreign = {audience, *others} - {speech}
        size = _team_size(request.minutes, {speech, *foreign}, problem)
        for ends in _ends(speech, sorted(foreign), problem.policy.relay):
            mode: Mode = "direct"
            if foreign:
                mode = "interpreter" if all((speech, tag) in ends for tag in foreign) else "relay"
            for teams in product(*(_teams(free, size, *pair) for pair in ends)):
                yield Route(mode, speech, audience, teams, tuple(others))


def _ends(speech: str, foreign: list[str], relay: str) -> Iterator[list[tuple[str, str]]]:
    """Every set of legs that could reach the foreign tongues."""
    tongues = sorted({speech, relay, *foreign})
    pairs = [(one, other) for one, other in product(tongues, tongues) if one in (speech, relay) and one != other]
    for many in range(len(foreign) + 2):
        for some in combinations(pairs, many):
            if _reaches(list(some), speech, set(foreign), relay):
                yield list(some)


def _teams(free: list[Interpreter], size: int, one: str, other: str) -> list[Team]:
    """Every team of one pair."""
    able = [each.id for each in free if {(one, other), (other, one)} <= each.pairs]
    return [Team(one, other, team) for team in combinations(able, size)]
