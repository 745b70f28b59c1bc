"""The rules and the score of FORMAT.md once more, written from its text and not from the program.

Everything is looked up slot by slot and minute by minute on wall clocks; nothing is shared with the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import combinations, product
from zoneinfo import ZoneInfo

from medixchange.matching.match import Held, Match, Route, Team
from medixchange.matching.problem import Expert, Interpreter, Mask, Person, Problem, Request

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
        "H9": lambda: not any(_meet(each, match) for each in problem.held if each.hospital == request.hospital),
    }
    return {rule for rule, holds in checks.items() if not holds()}


def _in_time(match: Match, request: Request, problem: Problem) -> bool:
    grid = problem.grid
    on_grid = any(grid.at(n) == match.start for n in range(grid.slots))
    return on_grid and match.end <= grid.end and request.earliest <= match.start and match.end <= request.deadline


def _slots(match: Match, problem: Problem) -> list[int]:
    grid = problem.grid
    return [n for n in range(grid.slots) if grid.at(n) < match.end and match.start < grid.at(n + 1)]


def _open(masks: tuple[Mask, ...], match: Match, problem: Problem) -> bool:
    return all(mask.slots >> n & 1 for mask in masks for n in _slots(match, problem))


def _hospital_open(match: Match, request: Request, problem: Problem) -> bool:
    masks = problem.hospital[request.hospital].masks
    counted = tuple(mask for mask in masks if mask.kind != "weekend" or not request.weekend_ok)
    wished = all(any(each.slots >> n & 1 for each in request.windows) for n in _slots(match, problem))
    return _open(counted, match, problem) and (wished or not request.windows_only)


def _panel(match: Match, request: Request, problem: Problem) -> bool:
    panel = [problem.expert[who] for who in match.panel]
    return (
        len(set(match.panel)) == len(match.panel)
        and request.panel_min <= len(panel) <= request.panel_max
        and all(any(each.specialties.get(topic) for each in panel) for topic in request.specialties)
        and all(any(each.specialties.get(topic) for topic in request.specialties) for each in panel)
        and not any(each.id in request.exclude or request.hospital in each.exclude_hospitals for each in panel)
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
        person.simultaneous
        and request.hospital not in person.exclude_hospitals
        and _open(person.masks, match, problem)
        and _apart(person, held, match)
        and _minutes(same_day) + match.minutes <= person.max_minutes_day
        and _minutes(same_week) + match.minutes <= person.max_minutes_week
    )


def _minutes(held: list[Held]) -> int:
    return sum((each.end - each.start) // MINUTE for each in held)


def _team_size(minutes: int, problem: Problem) -> int:
    return next(size for longest, size in problem.policy.team_sizes if minutes <= longest)


def _language(match: Match, request: Request, problem: Problem) -> bool:
    route, policy = match.route, problem.policy
    people = route.interpreters
    if any(problem.expert[who].speaking.get(route.speech, 0) < policy.lang_min_expert for who in match.panel):
        return False
    if request.audience.get(route.audience, 0) < policy.lang_min_audience:
        return False
    if route.mode == "direct":
        return route.speech == route.audience and not route.legs
    size = _team_size(match.minutes, problem)
    ends = {
        "interpreter": [(route.speech, route.audience)],
        "relay": [(route.speech, policy.relay), (policy.relay, route.audience)],
    }[route.mode]
    return (
        request.interpreting
        and len(set(people)) == len(people)
        and [(leg.source, leg.target) for leg in route.legs] == ends
        and all(one != other for one, other in ends)
        and route.speech != route.audience
        and all(len(leg.interpreters) == size for leg in route.legs)
        and all(
            {(leg.source, leg.target), (leg.target, leg.source)} <= problem.interpreter[who].pairs
            for leg in route.legs
            for who in leg.interpreters
        )
    )


def _is_needless_relay(match: Match, problem: Problem) -> bool:
    """A relay where a team that joins the two languages is free, while the house takes it only where there is none."""
    if match.route.mode != "relay" or not problem.policy.relay_last:
        return False
    both = {(match.route.speech, match.route.audience), (match.route.audience, match.route.speech)}
    able = [each for each in problem.interpreters if both <= each.pairs and _interprets(each, match, problem)]
    return len(able) >= _team_size(match.minutes, problem)


def _room(match: Match, request: Request, problem: Problem) -> bool:
    room = problem.room[match.room]
    return (
        (room.seats is None or request.seats <= room.seats)
        and (room.channels is None or len(match.route.legs) <= room.channels)
        and _open(room.masks, match, problem)
        and not any(_meet(each, match) for each in problem.held if each.room == room.id)
    )


def points(match: Match, problem: Problem) -> dict[str, int]:
    """The terms S1 to S10 of a match."""
    request, weights, policy = problem.request[match.request], problem.weights, problem.policy
    panel = [problem.expert[who] for who in match.panel]
    hired = [problem.interpreter[who] for who in match.route.interpreters]
    level = request.audience[match.route.audience] - policy.lang_min_audience
    inside = [w.weight for w in request.windows if all(w.slots >> n & 1 for n in _slots(match, problem))]
    earlier = problem.tentative.get(request.id)
    kept = len(set(earlier.panel) & set(match.panel)) if earlier else 0
    same_team = len(set(earlier.route.interpreters) & set(match.route.interpreters)) if earlier else 0
    hospital = problem.hospital[request.hospital].zone
    return {
        "S1": weights.serve[request.urgency] + sum(each.points for each in request.rises),
        "S2": weights.lang[match.route.mode] + weights.lang_aud[match.route.mode] * level,
        "S3": weights.specialty * sum(max(e.specialties.get(t, 0) for e in panel) for t in request.specialties),
        "S4": max(inside, default=0) * weights.window // 100,
        "S5": -weights.humane_hospital * _halves(match, hospital, policy.hospital_soft)
        - weights.humane_expert * sum(_halves(match, each.zone, policy.expert_soft) for each in panel)
        - weights.humane_interp * sum(_halves(match, each.zone, policy.expert_soft) for each in hired),
        "S6": weights.continuity if request.continuity in match.panel else 0,
        "S7": -weights.soon * request.urgency * ((match.start - request.earliest) // timedelta(days=1)),
        "S8": -weights.interp_cost * len(hired),
        "S9": -sum(weights.fair * (_load(each, problem) + 1) for each in panel),
        "S10": (weights.stable_start if earlier and earlier.start == match.start else 0)
        + weights.stable_expert * kept
        + weights.stable_interpreter * same_team,
    }


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
    request, start = problem.request[ONLY], problem.grid.at(slot)
    if start + timedelta(minutes=request.minutes) > problem.grid.end:
        return
    if not problem.rooms or broken(_bare(request, (), start), problem) & {"H1", "H2", "H9"}:
        return
    for panel in _panels(problem, request, start):
        for route in _routes(problem, request, panel, start):
            for room in problem.rooms:
                match = Match(request.id, start, request.minutes, panel, route, room.id)
                if not broken(match, problem) and not _is_needless_relay(match, problem):
                    yield match


def _bare(request: Request, panel: tuple[str, ...], start: datetime) -> Match:
    """A match of which only the hour and the panel are known."""
    return Match(request.id, start, request.minutes, panel, Route("direct", "", ""), "")


def _panels(problem: Problem, request: Request, start: datetime) -> Iterator[tuple[str, ...]]:
    """Every panel that is free and wanted; in any language."""
    for size in range(request.panel_min, request.panel_max + 1):
        for panel in combinations([each.id for each in problem.experts], size):
            if not broken(_bare(request, panel, start), problem) & {"H3", "H4", "H5"}:
                yield panel


def _routes(problem: Problem, request: Request, panel: tuple[str, ...], start: datetime) -> Iterator[Route]:
    """Every route that one could think of, with people who are free."""
    size, relay = _team_size(request.minutes, problem), problem.policy.relay
    bare = _bare(request, panel, start)
    free = [each for each in problem.interpreters if _interprets(each, bare, problem)]
    tongues = set.intersection(*({*problem.expert[who].speaking} for who in panel))
    for speech in sorted(tongues):
        for audience in sorted(request.audience):
            if speech == audience:
                yield Route("direct", speech, audience)
                continue
            for team in _teams(free, size, speech, audience):
                yield Route("interpreter", speech, audience, (team,))
            if relay not in (speech, audience):
                both = _teams(free, size, speech, relay), _teams(free, size, relay, audience)
                for near, far in product(*both):
                    yield Route("relay", speech, audience, (near, far))


def _teams(free: list[Interpreter], size: int, one: str, other: str) -> list[Team]:
    """Every team of one pair."""
    able = [each.id for each in free if {(one, other), (other, one)} <= each.pairs]
    return [Team(one, other, team) for team in combinations(able, size)]
