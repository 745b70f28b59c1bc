"""No other plan mends sessions with a smaller change: sessions of several hospitals, and three at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request, Window
from medixchange.matching.resources import Expert, Interpreter, Mask
from medixchange.matching.score import score_plan
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from medixchange.plans.mending import EXACT, to_mend
from medixchange.plans.today import held_of
from medixchange.policies.values import Policy, Weights
from tests.matching import oracle
from tests.matching.worlds import FULL, TEAMS, at, direct, expert, hospital, interpreter, request, room, slots, world
from tests.thoroughness import examples

AFTERNOON = range(8, 13)
TONGUES = ("en", "fr", "rw")
PAIRS = (("zh", "rw"), ("zh", "fr"), ("zh", "en"), ("en", "rw"), ("en", "fr"))
BY_PEOPLE = Weights(stable_start=0, stable_expert=0, stable_interpreter=0)
"""The points of the house rules, without what an earlier plan is worth."""
Standing = dict[str, Match]


class Shape(NamedTuple):
    """How many sessions there are, of how many further hospitals each, and among how many people."""

    sessions: int
    guests: int
    experts: int
    interpreters: int


class Figures(NamedTuple):
    """What makes one plan a smaller change than another, what counts most first."""

    mended: int = 0
    urgent: int = 0
    hours_kept: int = 0
    in_time: int = 0  # less whoever is asked at shorter notice than they want
    people_kept: int = 0
    points: int = 0

    def and_(self, other: Figures) -> Figures:
        """Of both together."""
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))


def some_notice(chance: Random) -> tuple[Mask, ...]:
    return (Mask("notice", FULL & ~slots(range(chance.choice((10, 20))))),) if chance.random() < 0.5 else ()


def some_experts(chance: Random, many: int) -> Iterator[Expert]:
    for number in range(many):
        speaking = {"zh": 5, "en": chance.choice((0, 4)), "fr": chance.choice((0, 0, 4))}
        yield expert(
            f"e{number}",
            masks=some_notice(chance),
            speaking=speaking,
            specialties={"lungs": chance.randint(1, 3)},
            past_load=chance.randint(0, 3),
            max_day=chance.choice((1, 2)),
        )


def some_interpreters(chance: Random, many: int) -> Iterator[Interpreter]:
    for number in range(many):
        yield interpreter(f"i{number}", *chance.sample(PAIRS, 3), masks=some_notice(chance), max_minutes_day=120)


def some_party(chance: Random, hospital_id: str) -> Party:
    """An audience that hears one or two languages, and can come at some hours or would rather."""
    wished = Window(slots(chance.sample(AFTERNOON, 4)), chance.randint(20, 100), (0, 1440))
    windows = (wished,) if chance.random() < 0.6 else ()
    audience = {tag: chance.randint(3, 5) for tag in chance.sample(TONGUES, chance.choice((1, 2)))}
    narrow = bool(windows) and chance.random() < 0.4
    return Party(hospital=hospital_id, audience=audience, windows=windows, windows_only=narrow)


def some_request(chance: Random, number: int, guests: int) -> Request:
    first, *others = (some_party(chance, f"h{number}{place}") for place in range(guests + 1))
    return request(
        id=f"r{number}",
        hospital=first.hospital,
        audience=first.audience,
        windows=first.windows,
        windows_only=first.windows_only,
        joint=tuple(others),
        urgency=chance.randint(1, 3),
        panel_max=chance.choice((1, 1, 2)),
        earliest=at(AFTERNOON.start),
        deadline=at(AFTERNOON.stop),
    )


def some_world(chance: Random, shape: Shape) -> Problem:
    """In which every session can be."""
    asked = tuple(some_request(chance, number, shape.guests) for number in range(shape.sessions))
    return world(
        hospitals=tuple(hospital(id=each) for one in asked for each in one.hospitals),
        requests=asked,
        experts=tuple(some_experts(chance, shape.experts)),
        interpreters=tuple(some_interpreters(chance, shape.interpreters)),
        rooms=(room("room0", channels=2), room("room1", channels=chance.choice((1, None)))),
        policy=Policy(team_sizes=TEAMS, relay_last=False),
        weights=BY_PEOPLE,
    )


def asked_in_time(problem: Problem) -> Problem:
    """The same, where nobody wants notice."""

    def masks(of: Expert | Interpreter) -> tuple[Mask, ...]:
        return tuple(each for each in of.masks if each.kind != "notice")

    return replace(
        problem,
        experts=tuple(replace(each, masks=masks(each)) for each in problem.experts),
        interpreters=tuple(replace(each, masks=masks(each)) for each in problem.interpreters),
    )


def sessions_at(problem: Problem, request_id: str, starts: Iterable[int]) -> Iterator[Match]:
    """Every session that one request could have if no other were there."""
    alone = replace(problem, requests=(replace(problem.request[request_id], id=oracle.ONLY),))
    for start in starts:
        yield from (replace(each, request=request_id) for each in oracle.matches_at(alone, start))


def beside(problem: Problem, plan: Collection[Match]) -> Problem:
    return replace(problem, held=tuple(held_of(each, problem) for each in plan))


def standing_in(chance: Random, problem: Problem) -> Standing:
    """A session for as many requests as find a place one after the other."""
    found: Standing = {}
    for each in problem.requests:
        there = beside(problem, found.values())
        mine = list(sessions_at(there, each.id, [chance.choice(AFTERNOON)]))
        if mine:
            found[each.id] = chance.choice(mine)
    return found


def broken(problem: Problem, standing: Standing, chance: Random) -> Problem:
    """Of each session somebody falls ill, or one of its hospitals is closed at its hour."""
    gone = {}
    for each in standing.values():
        at_once = slots([problem.grid.slot(each.start)])
        hospitals = problem.request[each.request].hospitals
        what = chance.choice([*hospitals, *sorted(each.people), *sorted(each.people)])
        gone[what] = Mask("holiday" if what in hospitals else "busy", FULL & ~at_once)

    def masks(of_id: str, masks: tuple[Mask, ...]) -> tuple[Mask, ...]:
        return (*masks, gone[of_id]) if of_id in gone else masks

    return replace(
        problem,
        requests=tuple(each for each in problem.requests if each.id in standing),
        hospitals=tuple(replace(each, masks=masks(each.id, each.masks)) for each in problem.hospitals),
        experts=tuple(replace(each, masks=masks(each.id, each.masks)) for each in problem.experts),
        interpreters=tuple(replace(each, masks=masks(each.id, each.masks)) for each in problem.interpreters),
    )


def hurries(match: Match, problem: Problem, before: Match) -> int:
    """How many of those who come now want longer notice than is left."""
    people = (*problem.experts, *problem.interpreters)
    slot = problem.grid.slot(match.start)
    late = {each.id for each in people for mask in each.masks if mask.kind == "notice" and not mask.slots >> slot & 1}
    return len(late & match.people - before.people)


def figures(match: Match, problem: Problem, before: Match) -> Figures:
    """What one session adds to those that the problem holds."""
    points = oracle.points(match, problem)
    return Figures(
        mended=1,
        urgent=problem.request[match.request].urgency,
        hours_kept=match.start == before.start,
        in_time=-hurries(match, problem, before),
        people_kept=len(match.people & before.people),
        points=sum(points.values()) - points["S1"],
    )


def together(plan: Iterable[Match], problem: Problem, standing: Mapping[str, Match]) -> Figures:
    found, before = Figures(), list[Match]()
    for match in plan:
        found = found.and_(figures(match, beside(problem, before), standing[match.request]))
        before.append(match)
    return found


def possible(problem: Problem, standing: Standing, request_id: str) -> list[tuple[Figures, Match]]:
    """What could be had instead of one session, the smallest change first: at short notice at its own hour alone, with
    no larger a panel."""
    before = standing[request_id]
    own = problem.grid.slot(before.start)
    asked = problem.request[request_id]
    small = replace(asked, panel_max=max(asked.panel_min, min(asked.panel_max, len(before.panel))))
    alone = replace(problem, requests=(small,))
    mine = [*sessions_at(alone, request_id, (each for each in AFTERNOON if each != own))]
    mine += sessions_at(asked_in_time(alone), request_id, [own])
    return sorted(((figures(each, problem, before), each) for each in mine), key=lambda it: it[0], reverse=True)


def smallest_change(problem: Problem, standing: Standing) -> Figures:
    """The best of all plans there are; depth first, since a session beside others is worth no more than alone."""
    free = asked_in_time(problem)
    choices = [possible(problem, standing, each) for each in standing]
    rest = [Figures()]
    for each in reversed(choices):
        rest.insert(0, rest[0].and_(each[0][0] if each else Figures()))

    def best(place: int, plan: list[Match], so_far: Figures, least: Figures) -> Figures:
        if place == len(choices):
            return max(least, so_far)
        for alone, match in choices[place]:
            if so_far.and_(alone).and_(rest[place + 1]) <= least:
                break
            there = beside(problem, plan)
            if not oracle.broken(match, beside(free, plan)):
                added = figures(match, there, standing[match.request])
                least = best(place + 1, [*plan, match], so_far.and_(added), least)
        if so_far.and_(rest[place + 1]) > least:
            least = best(place + 1, plan, so_far, least)
        return least

    return best(0, [], Figures(), Figures(points=-(10**9)))


def planned(problem: Problem) -> Sequence[Match]:
    """The best plan, proven."""
    *_, plan = plans(Order(problem))
    assert plan.is_best
    assert plan.score == score_plan(plan.matches, problem)
    return plan.matches


def case(number: int, shape: Shape) -> tuple[Problem, Standing]:
    chance = Random(f"smallest-{shape}-{number}")
    whole = some_world(chance, shape)
    standing = standing_in(chance, asked_in_time(whole))
    return broken(whole, standing, chance), standing


def assert_no_change_is_smaller(number: int, shape: Shape) -> None:
    problem, standing = case(number, shape)
    mended = planned(to_mend(problem, standing))

    assert together(mended, problem, standing) == smallest_change(problem, standing)


NUMBERS = st.integers(0, 2**30)


@pytest.mark.parametrize("guests", [1, 2])
@examples(6)
@given(number=NUMBERS)
def test_no_other_plan_mends_two_sessions_of_several_hospitals_with_a_smaller_change(number: int, guests: int) -> None:
    assert_no_change_is_smaller(number, Shape(sessions=2, guests=guests, experts=4, interpreters=4))


@examples(4)
@given(number=NUMBERS)
def test_no_other_plan_mends_three_sessions_at_once_with_a_smaller_change(number: int) -> None:
    assert_no_change_is_smaller(number, Shape(sessions=3, guests=0, experts=5, interpreters=3))


@examples(2)
@given(number=NUMBERS)
def test_no_other_plan_mends_three_joint_sessions_with_a_smaller_change(number: int) -> None:
    assert_no_change_is_smaller(number, Shape(sessions=3, guests=1, experts=4, interpreters=3))


def test_two_who_stay_do_not_outweigh_one_who_is_asked_at_short_notice() -> None:
    # At one hour three sessions want somebody else or another room. The first can be taken over at short notice; or who
    # comes to the second and the third goes to the one before, and somebody takes the third over in time.
    topics = ("lungs", "kidneys", "wards")
    late = Mask("notice", FULL & ~slots([12]))
    able = {
        "e0": (topics[:1], (Mask("busy", FULL & ~slots([12])),)),
        "e1": (topics[:2], ()),
        "e2": (topics[1:], ()),
        "e3": (topics[2:], ()),
        "able": (topics[:1], (late,)),
    }
    people = tuple(
        expert(who, specialties=dict.fromkeys(known, 3 if who == "able" else 1), masks=masks, max_day=1)
        for who, (known, masks) in able.items()
    )
    asked = tuple(
        request(id=f"r{n}", hospital=f"h{n}", specialties=(topics[n],), panel_max=1, earliest=at(12), deadline=at(13))
        for n in range(3)
    )
    given = world(
        hospitals=tuple(hospital(id=f"h{n}") for n in range(3)),
        requests=asked,
        experts=people,
        rooms=tuple(room(f"new{n}") for n in range(3)),
        weights=BY_PEOPLE,
    )
    standing = {f"r{n}": direct(12, f"e{n}", request=f"r{n}", room=f"old{n}") for n in range(3)}

    mended = planned(to_mend(given, standing))

    assert {(each.request, each.panel) for each in mended} == {("r0", ("e1",)), ("r1", ("e2",)), ("r2", ("e3",))}


def test_what_others_know_does_not_outweigh_one_who_stays() -> None:
    # At one hour two of three sessions want somebody else. Either who teaches in the first stays, and others know
    # little; or it is given to somebody who knows much, as do then those who come to the second and the third.
    topics = ("lungs", "kidneys", "wards")
    ill = (Mask("busy", FULL & ~slots([12])),)
    people = (
        expert("e0", specialties={"lungs": 1, "kidneys": 3}, max_day=1),
        expert("e1", specialties={"kidneys": 3}, masks=ill),
        expert("e2", specialties={"wards": 3}, masks=ill),
        expert("able", specialties={"lungs": 3}, max_day=1),
        expert("both", specialties={"kidneys": 1, "wards": 3}, max_day=1),
        expert("new", specialties={"wards": 1}, max_day=1),
    )
    given = world(
        hospitals=tuple(hospital(id=f"h{n}") for n in range(3)),
        requests=tuple(
            request(id=f"r{n}", hospital=f"h{n}", specialties=(of,), panel_max=1, earliest=at(12), deadline=at(13))
            for n, of in enumerate(topics)
        ),
        experts=people,
        rooms=tuple(room(f"new{n}") for n in range(3)),
        weights=replace(BY_PEOPLE, specialty=1000),
    )
    standing = {f"r{n}": direct(12, f"e{n}", request=f"r{n}", room=f"old{n}") for n in range(3)}

    mended = planned(to_mend(given, standing))

    assert {(each.request, each.panel) for each in mended} == {("r0", ("e0",)), ("r1", ("both",)), ("r2", ("new",))}


def test_thirty_who_are_asked_at_short_notice_do_not_outweigh_one_hour() -> None:
    # The panel of the first of ten sessions is ill at its hour. Either it moves; or the panel of each next one goes to
    # the one before, and a new panel comes to the last, all of whom want longer notice.
    late, ill = Mask("notice", FULL & ~slots([12])), Mask("busy", FULL & ~slots([12]))
    topics = [f"topic{n}" for n in range(10)]
    people = [
        expert(f"e{n}{seat}", specialties=dict.fromkeys(known, 1), masks=(late if n else ill,), max_day=1)
        for n, known in enumerate([topics[:1], *(topics[n - 1 : n + 1] for n in range(1, 11))])
        for seat in "abc"
    ]
    asked = tuple(
        request(id=f"r{n}", hospital=f"h{n}", specialties=(of,), panel_min=3, panel_max=3, earliest=at(12))
        for n, of in enumerate(topics)
    )
    given = world(
        hospitals=tuple(hospital(id=f"h{n}") for n in range(10)),
        requests=tuple(replace(each, deadline=at(14)) for each in asked),
        experts=tuple(people),
        rooms=tuple(room(f"room{n}") for n in range(10)),
        weights=BY_PEOPLE,
    )
    standing = {f"r{n}": direct(12, *(f"e{n}{seat}" for seat in "abc"), request=f"r{n}") for n in range(10)}

    mended = planned(to_mend(given, standing))

    assert {(each.request, each.start) for each in mended} == {(each, at(12)) for each in standing}


@pytest.mark.parametrize("several", [2, 30, 60, 100])
def test_the_points_of_a_plan_that_mends_are_told_exactly(several: int) -> None:
    asked = tuple(request(id=f"r{n}") for n in range(several))
    given = world(requests=asked, weights=BY_PEOPLE)
    standing = {each.id: direct(12, request=each.id) for each in asked}

    mending = to_mend(given, standing)

    assert several * (max(mending.weights.serve.values()) + 2 * mending.weights.stable_start) <= EXACT
