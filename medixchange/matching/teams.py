"""The cheapest route at a start: no interpreters, a team of one pair, or two teams by relay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from medixchange.languages.bridge import Mode, TooLongToInterpret, team_size
from medixchange.matching.candidates import Candidate, Ground
from medixchange.matching.clocks import half_hours
from medixchange.matching.match import Route, Team
from medixchange.matching.panels import at_least
from medixchange.matching.problem import Interpreter, Problem, Request
from medixchange.matching.score import language_points


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of route: its mode and languages, points before the hour counts, and when it can be had."""

    mode: Mode
    speech: str
    audience: str
    points: int
    starts: int

    @property
    def channels(self) -> int:
        """How many channels beside the floor the room needs."""
        return {"direct": 0, "interpreter": 1, "relay": 2}[self.mode]


class Teams:
    """The interpreters for one request."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.relay = ground.problem.policy.relay
        self.size = team_of(ground.request, ground.problem)
        earlier = ground.problem.tentative.get(ground.request.id)
        self.kept = frozenset(earlier.route.interpreters) if earlier else frozenset()
        self.pairs: dict[tuple[str, str], list[Candidate[Interpreter]]] = {}
        self.lost: dict[str, Sequence[int]] = {}

    def ways(self, speech: str) -> list[Way]:
        """Every kind of route from ``speech`` to the audience that can be had, the best first."""
        found = [way for audience in self.ground.heard for way in self._ways(speech, audience) if way.starts]
        return sorted(found, key=lambda way: (-way.points, way.channels, way.audience))

    def _ways(self, speech: str, audience: str) -> list[Way]:
        if speech == audience:
            return [self._way("direct", speech, audience, self.ground.starts)]
        if not self.size:
            return []
        ways = [self._way("interpreter", speech, audience, self._enough(speech, audience))]
        if self.relay not in (speech, audience):
            ways.append(self._way("relay", speech, audience, self._enough_by_relay(speech, audience)))
        return ways

    def _way(self, mode: Mode, speech: str, audience: str, starts: int) -> Way:
        problem, level = self.ground.problem, self.ground.request.audience[audience]
        way = Way(mode, speech, audience, 0, 0)
        hired = way.channels * self.size
        points = language_points(problem, mode, level) - problem.weights.interp_cost * hired + self._hoped(way)
        return Way(mode, speech, audience, points, starts & self.ground.room_starts(way.channels))

    def _hoped(self, way: Way) -> int:
        """The most that keeping interpreters of an earlier plan can be worth (S10)."""
        return self.ground.problem.weights.stable_interpreter * min(way.channels * self.size, len(self.kept))

    def _pair(self, one: str, other: str) -> list[Candidate[Interpreter]]:
        """Those who join the two languages; with a domain of the request first, then by id."""
        found = self.pairs.get((one, other))
        if found is None:
            topics = frozenset(self.ground.request.specialties)
            found = [each for each in self.ground.interpreters if each.who.joins(one, other)]
            found.sort(key=lambda each: (-len(topics & each.who.domains), each.who.id))
            self.pairs[one, other] = found
        return found

    def _enough(self, one: str, other: str) -> int:
        return at_least(self.size, (each.starts for each in self._pair(one, other)))

    def _enough_by_relay(self, speech: str, audience: str) -> int:
        """Enough for each leg, and enough together (Hall's theorem for two sets)."""
        near, far = self._pair(speech, self.relay), self._pair(self.relay, audience)
        everybody = {each.who.id: each.starts for each in (*near, *far)}
        both = at_least(2 * self.size, everybody.values())
        return self._enough(speech, self.relay) & self._enough(self.relay, audience) & both

    def at(self, way: Way, start: int) -> tuple[int, Route]:
        """The points and the people of the cheapest route of this kind at ``start``, one of ``way.starts``."""
        speech, audience, relay = way.speech, way.audience, self.relay
        if way.mode == "direct":
            return way.points, Route("direct", speech, audience)
        if way.mode == "interpreter":
            hired = self._cheapest(speech, audience, start, self.size)
            legs: tuple[Team, ...] = (Team(speech, audience, _ids(hired)),)
        else:
            near, far = self._two_teams(speech, audience, start)
            hired = near + far
            legs = (Team(speech, relay, _ids(near)), Team(relay, audience, _ids(far)))
        points = way.points - self._hoped(way) - sum(lost for lost, _ in hired)
        return points, Route(way.mode, speech, audience, legs)

    def _two_teams(self, speech: str, audience: str, start: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """Two cheapest teams without a common member: each is among the cheapest twice as many of its pair."""
        near = self._cheapest(speech, self.relay, start, 2 * self.size)
        far = self._cheapest(self.relay, audience, start, 2 * self.size)
        best: tuple[int, list[tuple[int, str]], list[tuple[int, str]]] | None = None
        for one in combinations(near, self.size):
            taken = {who for _, who in one}
            other = [each for each in far if each[1] not in taken][: self.size]
            total = sum(lost for lost, _ in (*one, *other))
            if len(other) == self.size and (best is None or total < best[0]):
                best = total, list(one), other
        if best is None:
            raise ValueError("no two teams at this start")
        return best[1], best[2]

    def _cheapest(self, one: str, other: str, start: int, most: int) -> list[tuple[int, str]]:
        """Up to ``most`` who are free at ``start``: points lost and id, the cheapest first.

        Who is kept from an earlier plan loses less, perhaps less than nothing.
        """
        bonus = self.ground.problem.weights.stable_interpreter
        free = [each.who for each in self._pair(one, other) if each.starts >> start & 1]
        found = [(self._lost(who.zone)[start] - bonus * (who.id in self.kept), who.id) for who in free]
        return sorted(found, key=lambda each: each[0])[:most]

    def _lost(self, zone: str) -> Sequence[int]:
        lost = self.lost.get(zone)
        if lost is None:
            problem = self.ground.problem
            halves = half_hours(problem.grid, zone, problem.policy.expert_soft, self.ground.length)
            lost = self.lost[zone] = [problem.weights.humane_interp * each for each in halves]
        return lost


def team_of(request: Request, problem: Problem) -> int:
    """How many interpreters work on a leg; 0 where no team works that long."""
    try:
        return team_size(request.minutes, problem.policy.team_sizes)
    except TooLongToInterpret:
        return 0


def _ids(hired: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(who for _, who in hired)
