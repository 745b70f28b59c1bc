"""Exchanging parts of a match: what is offered is what the rules allow, worth what the score says, as trying shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from hypothesis import assume
from hypothesis import given as drawn

from medixchange.matching.exchange import MOST_TOLD, Exchange
from medixchange.matching.exchange_ways import over, ways_of
from medixchange.matching.match import Match
from medixchange.matching.parts import NOBODY, Parts, Seat
from medixchange.matching.problem import Problem
from medixchange.matching.rules import why_not
from medixchange.matching.score import score
from medixchange.matching.solver import Search
from medixchange.matching.ways import Way
from medixchange.messages import say, specialty
from tests.matching import oracle
from tests.matching.worlds import (
    EARLY,
    RWANDAN,
    TEAMS,
    at,
    direct,
    expert,
    held,
    interpreted,
    interpreter,
    mask,
    request,
    room,
    world,
    worlds,
)
from tests.thoroughness import examples


def exchange(problem: Problem, match: Match) -> Exchange:
    return Exchange(problem, match.request, Parts.of(match))


def ids(seat: Seat) -> tuple[list[str], list[str], list[str]]:
    can, converse, cannot = ([each.id for each in several] for several in (seat.can, seat.converse, seat.cannot))
    return can, converse, cannot


def seats(chosen: Exchange) -> Iterator[tuple[Seat, list[tuple[str, Match]]]]:
    """Each seat, and the match that there would be with each one on it who is offered."""
    parts = chosen.parts
    for place, _ in enumerate(parts.panel):
        yield _tried(chosen, chosen.experts(place), partial(parts.on, place))
    for leg, team in enumerate(parts.teams):
        for place, _ in enumerate(team):
            yield _tried(chosen, chosen.interpreters(leg, place), partial(parts.interpreted_by, leg, place))


def _tried(chosen: Exchange, seat: Seat, sit: Callable[[str], Parts]) -> tuple[Seat, list[tuple[str, Match]]]:
    people = [each.id for several in (seat.can, seat.cannot) for each in several]
    return seat, [(who, sit(who).match(chosen.request, chosen.problem)) for who in people]


@examples(30)
@drawn(worlds())
def test_who_can_take_a_seat_is_who_the_rules_allow_and_worth_what_the_score_says(problem: Problem) -> None:
    found = next(Search(problem, "r").ranked(), None)
    assume(found is not None)
    assert found is not None
    chosen = exchange(problem, found[1])
    worth = score(found[1], problem).total

    for seat, tried in seats(chosen):
        allowed = {who for who, match in tried if not why_not(match, problem)}
        gains = {who: score(match, problem).total - worth for who, match in tried if who in allowed}
        assert {each.id: each.points for each in seat.can} == gains
        assert [each.points for each in seat.can] == sorted(gains.values(), reverse=True)
        assert all(each.against for each in seat.cannot[:MOST_TOLD])


@examples(30)
@drawn(worlds())
def test_the_best_of_a_panel_and_of_an_hour_are_those_that_trying_everything_finds(problem: Problem) -> None:
    found = list(Search(problem, "r").ranked())
    assume(found)
    match = found[len(found) // 2][1]
    chosen = exchange(problem, match)
    every = list(oracle.matches_at(problem, problem.grid.slot(match.start)))

    def most(some: list[Match]) -> int:
        return max(sum(oracle.points(each, problem).values()) for each in some)

    panel = [each for each in every if set(each.panel) == set(match.panel)]
    tops = [each and each.score.total for each in (chosen.best, chosen.best_here, chosen.best_of_panel)]
    assert tops == [found[0][0], most(every), most(panel)]
    assert [at for several in chosen.starts.values() for at in several] == sorted(each.start for _, each in found)


@examples(30)
@drawn(worlds())
def test_the_hours_offered_are_those_of_the_day_and_those_at_which_its_people_can_are_told(problem: Problem) -> None:
    found = [match for _, match in Search(problem, "r").ranked()]
    assume(found)
    chosen = exchange(problem, found[0])

    hours = chosen.hours()

    assert [each.id for each in hours] == [each.isoformat() for each in chosen.starts[chosen.day]]
    for each, start in zip(hours, chosen.starts[chosen.day], strict=True):
        assert each.is_free == (not why_not(replace(found[0], start=start), problem))


@examples(30)
@drawn(worlds())
def test_the_ways_offered_are_those_that_trying_everything_finds_and_worth_the_best_of_them(problem: Problem) -> None:
    found = list(Search(problem, "r").ranked())
    assume(found)
    match = found[len(found) // 2][1]
    every = oracle.matches_at(problem, problem.grid.slot(match.start))
    panel = [each for each in every if set(each.panel) == set(match.panel)]
    worth = score(match, problem).total

    offered = ways_of(exchange(problem, match))

    assert {way_of(each) for each in panel} == {spelled(way) for way, option in offered if option.is_free}
    for way, option in offered[1:]:
        alike = [sum(oracle.points(each, problem).values()) for each in panel if way_of(each) == spelled(way)]
        assert (option.points if option.is_free else None) == (max(alike) - worth if alike else None)


def spelled(way: Way) -> tuple[object, ...]:
    return way.mode, way.speech, way.audiences, frozenset(way.legs), way.team


def way_of(match: Match) -> tuple[object, ...]:
    return spelled(Parts.of(match).way)


def test_another_way_is_filled_with_those_who_were_chosen_where_they_can() -> None:
    both = {"simultaneous": True, "consecutive": True}
    people = tuple(interpreter(name, **both) for name in ("i1", "i2", "i3", "i4"))
    policy = replace(world().policy, team_sizes=TEAMS)
    problem = world(requests=(RWANDAN,), interpreters=people, policy=policy)
    chosen = exchange(problem, direct(12, route=interpreted("i4")))
    passages = next(way for way, option in ways_of(chosen) if way.mode == "consecutive" and option.is_free)

    changed = over(chosen, passages)

    assert (changed.parts.way, changed.conflicts) == (passages, ())
    assert "i4" in changed.match.route.interpreters


def test_a_way_for_which_too_few_are_free_says_so_and_takes_who_is_when_chosen() -> None:
    one = interpreter("i1", simultaneous=True, consecutive=True)
    other = interpreter("i2", simultaneous=False, consecutive=True, masks=(mask("hours", EARLY),))
    policy = replace(world().policy, team_sizes=TEAMS)
    problem = world(requests=(RWANDAN,), interpreters=(one, other), policy=policy)
    chosen = exchange(problem, direct(12, route=interpreted("i1")))
    [(way, option)] = [found for found in ways_of(chosen) if (found[0].mode, found[0].speech) == ("consecutive", "zh")]

    changed = over(chosen, way)

    assert not option.is_free
    assert [each.text for each in option.against] == ["%(num)s interpreter is needed between %(one)s and %(other)s."]
    assert changed.parts.teams == (("i1", NOBODY),)


def test_who_cannot_take_a_seat_is_told_with_what_takes_them() -> None:
    busy = expert("e2", masks=(mask("hours", EARLY),))
    taken = held(12, experts=("e3",))
    problem = world(experts=(expert(), busy, expert("e3")), held=(taken,))

    seat = exchange(problem, direct(12)).experts(0)

    assert ids(seat) == (["e1"], [], ["e2", "e3"])
    assert [each.against for each in seat.cannot] == [
        (say("%(name)s does not work at that hour.", name="E2"),),
        (say("%(name)s is in another session: %(what)s.", name="E3", what=taken.name),),
    ]


def test_what_one_member_lacks_is_not_said_of_those_who_could_sit_beside_them() -> None:
    busy = expert("e2", masks=(mask("hours", EARLY),))
    chosen = exchange(world(experts=(expert(), busy, expert("e3"))), direct(12, "e2", "e1"))

    assert ids(chosen.experts(1))[0] == ["e1", "e3"]
    assert chosen.conflicts == (say("%(name)s does not work at that hour.", name="E2"),)


def test_a_topic_that_the_panel_would_lack_is_said_of_who_does_not_know_it() -> None:
    asked = request(specialties=("lungs", "heart"))
    people = (expert(specialties={"lungs": 3, "heart": 1}), expert("e2"))

    seat = exchange(world(requests=(asked,), experts=people), direct(12)).experts(0)

    assert [each.against for each in seat.cannot] == [
        (say("Nobody on the panel covers %(topic)s.", topic=specialty("heart")),)
    ]


def test_an_expert_of_other_languages_changes_the_way_to_converse_and_who_interprets() -> None:
    asked = request(audience={"en": 5, "rw": 5})
    people = (expert(), expert("e2", speaking={"zh": 5}))
    teams = (interpreter("i1"), interpreter("i2"))
    chosen = exchange(world(requests=(asked,), experts=people, interpreters=teams), direct(12))

    changed = chosen.changed(chosen.parts.on(0, "e2")).understood()

    assert ids(chosen.experts(0)) == (["e1"], ["e2"], [])
    assert changed.match == direct(12, "e2", route=changed.match.route)
    assert changed.match.route.mode == "interpreter"
    assert changed.conflicts == ()


def test_where_nobody_interprets_for_other_languages_it_says_why_not() -> None:
    people = (expert(), expert("e2", speaking={"zh": 5}))
    chosen = exchange(world(experts=people), direct(12))

    changed = chosen.changed(chosen.parts.on(0, "e2")).understood()

    assert changed.parts.way == chosen.parts.way
    assert [each.text for each in changed.conflicts] == ["%(name)s cannot present in %(language)s."]


def test_an_interpreter_of_one_direction_is_told_so() -> None:
    one_way = replace(interpreter("i3"), pairs=frozenset({("rw", "zh")}))
    problem = world(requests=(RWANDAN,), interpreters=(interpreter("i1"), one_way), policy=world().policy)
    match = direct(12, route=interpreted("i1"))

    seat = exchange(replace(problem, policy=replace(problem.policy, team_sizes=TEAMS)), match).interpreters(0, 0)

    assert [each.id for each in seat.can] == ["i1"]
    assert "questions could not come back" in seat.cannot[0].against[0].text


def test_a_room_that_is_too_small_or_taken_is_told() -> None:
    problem = world(
        requests=(request(seats=20),),
        rooms=(room(), room("small", seats=5), room("busy")),
        held=(held(12, room="busy"),),
    )

    found = exchange(problem, direct(12)).rooms()

    assert {each.id: each.is_free for each in found} == {"small": False, "room": True, "busy": False}
    assert all(each.against for each in found if not each.is_free)


def test_a_conflict_is_mended_by_the_match_that_keeps_the_most_of_its_people() -> None:
    busy = expert("e2", masks=(mask("hours", EARLY),))
    chosen = exchange(world(experts=(expert(), busy, expert("e3"))), direct(12, "e1", "e2"))

    assert chosen.nearest is not None
    assert {"e1", "e2"}.intersection(chosen.nearest.match.panel) == {"e1"}
    assert why_not(chosen.nearest.match, chosen.problem) == []


def test_an_empty_panel_is_worth_nothing_and_can_be_filled() -> None:
    chosen = exchange(world(), direct(12))
    empty = chosen.changed(replace(chosen.parts, panel=(NOBODY,)))

    assert (empty.score, empty.ranked) == (None, None)
    assert [each.id for each in empty.experts(0).can] == ["e1"]
    assert empty.hours()


def test_an_hour_that_no_grid_knows_is_refused_in_words_and_offers_other_hours() -> None:
    chosen = exchange(world(), replace(direct(12), start=at(-40)))

    assert chosen.conflicts
    assert (chosen.best_here, chosen.best_of_panel, chosen.nearest) == (None, None, None)
    assert chosen.experts(0).can == []
