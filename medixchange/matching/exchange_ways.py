"""How the panel of a match could converse with its audience otherwise, and the match over another way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from medixchange.matching.exchange import MOST_TOLD, Exchange, words_of
from medixchange.matching.parts import NOBODY, Option, ways_to_converse
from medixchange.matching.rules import why_not
from medixchange.matching.solver import Ranked
from medixchange.matching.ways import Way


def ways_of(chosen: Exchange) -> list[tuple[Way, Option]]:
    """Its own way, and each other one from a language in which all of its panel present, over the interpreters who fit
    it best; the first of those that cannot be say why."""
    told, found = 0, list[tuple[Way, Option]]()
    for way in _ways(chosen):
        ranked = (chosen.ranked if way == chosen.parts.way else None) or _best(chosen, way)
        if ranked is not None:
            found.append((way, chosen.option("", "", ranked.match)))
            continue
        told += 1
        against = words_of(why_not(_filled(chosen, way).match, chosen.problem)) if told <= MOST_TOLD else ()
        found.append((way, Option("", "", against=against)))
    return found


def over(chosen: Exchange, way: Way) -> Exchange:
    """The same over ``way``, with the interpreters who fit it best, of equals those who were chosen; where none can,
    with whoever is free."""
    ranked = _best(chosen, way)
    if ranked is None:
        return _filled(chosen, way)
    return _keeping(chosen.match.route.interpreters, chosen.in_its_room(ranked.match))


def _ways(chosen: Exchange) -> Iterable[Way]:
    least = chosen.problem.policy.lang_min_expert
    panel = [chosen.problem.expert[who] for who in chosen.match.panel]
    able = [{tag for tag, level in each.speaking.items() if level >= least} for each in panel]
    tongues = sorted(set.intersection(*able)) if able else [chosen.parts.way.speech]
    return dict.fromkeys((chosen.parts.way, *ways_to_converse(chosen.request, chosen.problem, tongues)))


def _best(chosen: Exchange, way: Way) -> Ranked | None:
    """The best match of its panel at its hour over ``way``; None where there is none."""
    if chosen.of_panel is None:
        return None
    found = chosen.of_panel.best_over(way, chosen.problem.grid.slot(chosen.parts.start))
    return chosen.valued(found[1]) if found else None


def _keeping(interpreters: Iterable[str], chosen: Exchange) -> Exchange:
    """``chosen`` with those of ``interpreters`` on the seats of others who make it worth no less there."""
    wanted = list(interpreters)
    for who in wanted:
        if who not in chosen.match.route.interpreters:
            chosen = next((each for each in _seated(chosen, who, wanted) if _is_no_worse(each, chosen)), chosen)
    return chosen


def _seated(chosen: Exchange, who: str, wanted: Iterable[str]) -> Iterable[Exchange]:
    """``who`` on each seat of a team on which nobody of those ``wanted`` is."""
    for leg, team in enumerate(chosen.parts.teams):
        for seat, other in enumerate(team):
            if other not in wanted:
                yield chosen.changed(chosen.parts.interpreted_by(leg, seat, who))


def _is_no_worse(chosen: Exchange, other: Exchange) -> bool:
    own, its = chosen.ranked, other.score
    return own is not None and its is not None and own.score.total >= its.total


def _filled(chosen: Exchange, way: Way) -> Exchange:
    """``chosen`` over ``way`` with whoever is free on the seats of its teams, first those who were chosen."""
    there = chosen.changed(replace(chosen.parts, way=way, teams=tuple((NOBODY,) * way.team for _ in way.legs)))
    before, taken, teams = chosen.match.route.interpreters, set[str](), list[tuple[str, ...]]()
    for leg in way.legs:
        able = (each for each in chosen.problem.interpreters if each.id not in taken and each.joins(*leg))
        free = sorted((each.id for each in able if there.works(each)), key=lambda who: who not in before)[: way.team]
        teams.append((*free, *(NOBODY,) * (way.team - len(free))))
        taken.update(free)
    return chosen.changed(replace(there.parts, teams=tuple(teams)))
