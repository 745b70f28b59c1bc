"""At which starts a request could be served, by masks alone: nothing is priced."""

from __future__ import annotations

from collections.abc import Iterable

from medixchange.matching.candidates import Ground
from medixchange.matching.kernel.panels import divisions
from medixchange.matching.ways import Way, team_of, ways


def possible_starts(here: Ground) -> int:
    """All starts (bits) at which the request of this ground could be served."""
    return union(_presented(here, speech) for speech in here.speech)


def _presented(here: Ground, speech: str) -> int:
    """The starts at which a panel can present in ``speech`` and be understood."""
    panel = _panels(here, here.presenters(speech))
    if not panel:
        return 0
    return panel & union(_understood(here, way) for way in ways(here.request, here.problem, speech))


def _panels(here: Ground, places: list[int]) -> int:
    """The starts at which experts at ``places`` make a panel: few cover the topics, anybody of use fills it up."""
    request, covered = here.request, 0
    able = [here.experts[place] for place in places]
    enough = at_least(request.panel_min, (each.starts for each in able)) & here.starts
    if not enough:
        return 0
    levels = [[each.who.specialties.get(code, 0) for code in request.specialties] for each in able]
    knows = [sum((level > 0) << topic for topic, level in enumerate(each)) for each in levels]
    by_part: dict[int, int] = {}
    for parts in divisions(len(request.specialties), request.panel_min, request.panel_max, guests=False):
        starts = enough
        for part in parts:
            if part and starts:
                if part not in by_part:
                    able_to = (each.starts for each, known in zip(able, knows, strict=True) if part & ~known == 0)
                    by_part[part] = union(able_to)
                starts &= by_part[part]
        covered |= starts
    return covered


def _understood(here: Ground, way: Way) -> int:
    """The starts at which the teams and a room of one way can be had; nobody is in both teams of a relay."""
    team, starts = team_of(here.request, here.problem), here.room_starts(len(way.legs))
    legs = [here.holders(*leg) for leg in way.legs]
    for places in legs:
        starts &= at_least(team, (here.interpreters[place].starts for place in places))
    if len(legs) > 1 and starts:
        # Enough for each leg and enough for all together is enough (Hall's theorem for two sets).
        everybody = {place for places in legs for place in places}
        starts &= at_least(len(legs) * team, (here.interpreters[place].starts for place in everybody))
    return starts


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
