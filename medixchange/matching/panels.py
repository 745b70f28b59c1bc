"""The best panel at a start: the best experts per covered subset of topics, then the few ways to divide them.

The value of a panel is a sum over its members plus, for each topic, the deepest knowledge on the panel. Give
each topic to the member who knows it deepest: then the value is a sum over members of what each is worth with
the topics given. So the best panel of a size is the best over all divisions of the topics among that many
(some may get none) of the best distinct experts; for three topics there are 1, 4 and 5 divisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from medixchange.matching.candidates import Ground
from medixchange.matching.clocks import half_hours
from medixchange.matching.problem import Expert, Request
from medixchange.matching.score import load_of, phi

Division = tuple[int, ...]  # for each member the topics given, as bits


@dataclass(frozen=True, slots=True)
class Worth:
    """An expert with some topics: points before the hour counts, points lost at each start, and when free.

    ``free`` holds the starts eight to a byte: looking at one bit is then cheap.
    """

    id: str
    points: int
    lost: Sequence[int]
    free: bytes


class Panels:
    """The panels that can present in one language."""

    def __init__(self, ground: Ground, speech: str) -> None:
        least = ground.problem.policy.lang_min_expert
        self.ground = ground
        self.experts = [each for each in ground.experts if each.who.speaking.get(speech, 0) >= least]
        self.divisions = divisions(ground.request)
        self.starts = self._starts()

    @cached_property
    def bound(self) -> int:
        """No panel is worth more, at any start."""
        return max((self._most(division) for division in self.divisions), default=0)

    def best(self, start: int) -> tuple[int, tuple[str, ...]] | None:
        """The points and ids of the best panel at ``start``; None when none is complete."""
        tops = {part: self._top(part, start) for part in self.worths}
        found: tuple[int, tuple[str, ...]] | None = None
        for division in self.divisions:
            panel = _distinct([tops[part] for part in division])
            if panel is not None and (found is None or panel[0] > found[0]):
                found = panel
        return found

    def _top(self, part: int, start: int) -> list[tuple[int, str]]:
        """The best experts for ``part`` at ``start``, as many as a panel can have, the best first."""
        byte, bit, most = start >> 3, 1 << (start & 7), self.ground.request.panel_max
        top: list[tuple[int, str]] = []
        for each in self.worths[part]:
            if len(top) == most and each.points <= top[-1][0]:
                break
            if each.free[byte] & bit:
                top.append((each.points - each.lost[start], each.id))
                top.sort(key=_points, reverse=True)
                del top[most:]
        return top

    def _starts(self) -> int:
        """The starts at which some panel is complete: covered by few enough, filled up by anybody of use."""
        covered = 0
        for division in self.divisions:
            starts = self.ground.starts
            for part in division:
                starts &= union(each.starts for each in self.experts if self._level(each.who, part) is not None)
            covered |= starts
        return covered & at_least(self.ground.request.panel_min, [each.starts for each in self.experts])

    @cached_property
    def worths(self) -> dict[int, list[Worth]]:
        """For each part of the topics the experts who know all of it, the best before the hour counts first."""
        size, base = (self.ground.problem.grid.slots + 7) // 8, [self._base(each.who) for each in self.experts]
        free = [each.starts.to_bytes(size, "little") for each in self.experts]
        lost = {zone: self._lost(zone) for zone in {each.who.zone for each in self.experts}}
        worths: dict[int, list[Worth]] = {}
        for part in {part for division in self.divisions for part in division}:
            found = []
            for n, each in enumerate(self.experts):
                level = self._level(each.who, part)
                if level is not None:
                    found.append(Worth(each.who.id, base[n] + level, lost[each.who.zone], free[n]))
            worths[part] = sorted(found, key=lambda worth: (-worth.points, worth.id))
        return worths

    def _base(self, expert: Expert) -> int:
        """What ``expert`` brings whatever the topic and the hour: fairness, continuity, stability."""
        problem, request = self.ground.problem, self.ground.request
        weights, load = problem.weights, load_of(expert, request, problem)
        points = phi(load, weights) - phi(load + 1, weights)
        if expert.id == request.continuity:
            points += weights.continuity
        earlier = problem.tentative.get(request.id)
        if earlier is not None and expert.id in earlier.panel:
            points += weights.stable_expert
        return points

    def _lost(self, zone: str) -> list[int]:
        problem = self.ground.problem
        halves = half_hours(problem.grid, zone, problem.policy.expert_soft, self.ground.length)
        return [problem.weights.humane_expert * each for each in halves]

    def _level(self, expert: Expert, part: int) -> int | None:
        """The points for knowing the topics of ``part``; None when one of them is not known."""
        levels = [
            expert.specialties.get(code, 0) for n, code in enumerate(self.ground.request.specialties) if part >> n & 1
        ]
        return self.ground.problem.weights.specialty * sum(levels) if all(levels) else None

    def _most(self, division: Division) -> int:
        """No panel so divided is worth more, at any start."""
        return sum(self.worths[part][0].points if self.worths[part] else 0 for part in division)


def _points(each: tuple[int, str]) -> int:
    return each[0]


def _distinct(tops: list[list[tuple[int, str]]]) -> tuple[int, tuple[str, ...]] | None:
    """The best choice of one from each list so that nobody is chosen twice; ids sorted."""
    if not all(tops):
        return None
    first = [top[0] for top in tops]
    if len({who for _, who in first}) == len(first):
        return sum(points for points, _ in first), tuple(sorted(who for _, who in first))
    found: tuple[int, tuple[str, ...]] | None = None
    for choice in product(*tops):
        if len({who for _, who in choice}) == len(choice):
            total = sum(points for points, _ in choice)
            if found is None or total > found[0]:
                found = total, tuple(sorted(who for _, who in choice))
    return found


def divisions(request: Request) -> tuple[Division, ...]:
    """Every way to give the topics to a panel of an allowed size, members without a topic among them."""
    found: set[Division] = set()
    for size in range(max(1, request.panel_min), request.panel_max + 1):
        for given in product(range(size), repeat=len(request.specialties)):
            parts = [0] * size
            for topic, member in enumerate(given):
                parts[member] |= 1 << topic
            found.add(tuple(sorted(parts, reverse=True)))
    return tuple(sorted(found, key=lambda division: (len(division), division)))


def union(masks: Iterable[int]) -> int:
    """The bits that some mask has."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def at_least(most: int, masks: Iterable[int]) -> int:
    """The bits that at least ``most`` of the masks have; every bit (-1) for none."""
    rungs = [-1] + [0] * most
    for mask in masks:
        for rung in range(most, 0, -1):
            rungs[rung] |= rungs[rung - 1] & mask
    return rungs[most]
