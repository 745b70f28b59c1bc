"""Mending a session to which somebody cannot come, against trying everything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from medixchange.matching.match import Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.repair import repairs
from medixchange.matching.resources import Mask
from medixchange.matching.rules import why_not
from medixchange.matching.score import score
from medixchange.policies.values import Policy, Weights
from tests.matching.oracle import every_match
from tests.matching.worlds import (
    FULL,
    RWANDAN,
    direct,
    expert,
    interpreted,
    interpreter,
    mask,
    request,
    room,
    slots,
    some_world,
    world,
    worlds,
)
from tests.thoroughness import examples


def without(problem: Problem, who: str, slot: int) -> Problem:
    """The world in which an expert cannot come at one slot."""
    experts = tuple(
        replace(each, masks=(Mask("asked", FULL & ~slots([slot])),)) if each.id == who else each
        for each in problem.experts
    )
    return replace(problem, experts=experts)


def people(match: Match) -> set[str]:
    return {*match.panel, *match.route.interpreters}


@examples(40)
@given(worlds())
def test_no_other_match_keeps_more_people_or_is_worth_more(problem: Problem) -> None:
    plain = replace(problem, tentative={})
    every = list(every_match(plain))
    if not every:
        return
    standing = every[len(every) // 2]
    if standing.route.mode == "relay":  # a relay that stands may stay
        every = list(every_match(replace(plain, policy=replace(plain.policy, relay_last=False))))

    found = repairs(plain, standing)

    for repaired, possible in (
        (found.same_hour, [each for each in every if each.start == standing.start]),
        (found.other_hour, [each for each in every if each.end <= standing.start or each.start >= standing.end]),
    ):
        most = max(plain.request["r"].panel_min, len(standing.panel))
        small = [each for each in possible if len(each.panel) <= most] or possible
        worth = ((len(people(each) & people(standing)), score(each, plain).total) for each in small)
        best = max(worth, default=None)
        if repaired is None:
            assert best is None
        else:
            assert why_not(repaired.match, plain) == []
            assert (len(people(repaired.match) & people(standing)), repaired.score.total) == best


def test_a_worlds_example_has_something_to_mend() -> None:
    assert any(list(every_match(some_world(number))) for number in range(9))


def test_the_one_who_cannot_come_is_replaced_and_the_other_stays() -> None:
    topics = {"specialties": ("lungs", "kidneys")}
    one, two = expert("e1", specialties={"lungs": 3}), expert("e2", specialties={"kidneys": 3})
    weak, strong = expert("e3", specialties={"kidneys": 1}), expert("e4", specialties={"lungs": 3, "kidneys": 3})
    whole = world(requests=(request(**topics),), experts=(one, two, weak, strong))

    found = repairs(without(whole, "e2", 12), direct(12, "e1", "e2"))

    assert found.same_hour is not None
    assert found.same_hour.match == direct(12, "e1", "e4")


def test_at_another_hour_all_who_were_there_stay() -> None:
    whole = world(experts=(expert("e1", specialties={"lungs": 1}), expert("e2")))

    found = repairs(without(whole, "e1", 12), direct(12, "e1"))

    assert found.other_hour is not None
    assert found.other_hour.match.panel == ("e1",)


def test_an_interpreter_who_is_there_already_stays_rather_than_a_cheaper_one() -> None:
    far = interpreter("i2", zone="America/New_York")
    whole = world(requests=(RWANDAN,), experts=(expert("e1"), expert("e2")), interpreters=(interpreter("i1"), far))
    standing = replace(direct(12, "e1"), route=interpreted("i2"))

    found = repairs(without(whole, "e1", 12), standing)

    assert found.same_hour is not None
    assert (found.same_hour.match.panel, found.same_hour.match.route) == (("e2",), interpreted("i2"))


def test_a_relay_that_stands_stays_though_a_direct_team_is_free_by_now() -> None:
    people = (interpreter("near", ("zh", "en")), interpreter("far", ("en", "rw")), interpreter("direct"))
    whole = world(
        requests=(RWANDAN,),
        experts=tuple(expert(name, speaking={"zh": 5}) for name in ("e1", "e2")),
        interpreters=people,
    )
    relay = Route("relay", "zh", "rw", (Team("zh", "en", ("near",)), Team("en", "rw", ("far",))))

    found = repairs(without(whole, "e1", 12), replace(direct(12, "e1"), route=relay))

    assert found.same_hour is not None
    assert (found.same_hour.match.panel, found.same_hour.match.route) == (("e2",), relay)


def test_the_room_stays_where_it_will_do() -> None:
    rooms = (room("small", seats=10), room("large", seats=500))
    whole = world(experts=(expert("e1"), expert("e2")), rooms=rooms)

    found = repairs(without(whole, "e1", 12), direct(12, "e1", room="large"))

    assert found.same_hour is not None
    assert found.same_hour.match == direct(12, "e2", room="large")


def test_the_room_stays_at_another_hour_as_well() -> None:
    rooms = (room("small", seats=10), room("large", seats=500))

    found = repairs(without(world(rooms=rooms), "e1", 12), direct(12, "e1", room="large"))

    assert found.other_hour is not None
    assert found.other_hour.match.room == "large"


def test_where_nobody_can_take_over_there_is_only_another_hour() -> None:
    found = repairs(without(world(), "e1", 12), direct(12, "e1"))

    assert found.same_hour is None
    assert found.other_hour is not None


def test_a_session_that_has_begun_has_no_substitute() -> None:
    begun = replace(direct(0, "e1"), start=direct(0).start.replace(hour=0))

    assert repairs(world(), begun).same_hour is None


def test_those_who_come_were_asked_in_time_and_others_are_hurried_only_where_nobody_else_can() -> None:
    late = (Mask("notice", FULL & ~slots(range(20))),)
    team = (interpreter("i1", masks=late),)
    standing = replace(direct(12, "e1"), route=interpreted("i1"))
    in_time, hurried = expert("e2", specialties={"lungs": 1}), expert("e3", masks=late)
    whole = world(requests=(RWANDAN,), experts=(expert("e1"), in_time, hurried), interpreters=team)
    few = replace(whole, experts=(expert("e1"), hurried))

    found = [repairs(without(each, "e1", 12), standing).same_hour for each in (whole, few)]

    assert [each and each.match.panel for each in found] == [("e2",), ("e3",)]


def in_teams(*names: str, ill: str, wanted: int) -> tuple[Problem, Match]:
    """A session of ``e1`` and the interpreters ``names``, of whom one is ``ill``; so many are ``wanted`` by now."""
    people = tuple(interpreter(name) for name in (*names, "i8", "i9"))
    standing = replace(direct(12, "e1"), route=interpreted(*names))
    whole = world(
        requests=(replace(RWANDAN, agreed=standing.agreed),),
        experts=(expert("e1"), expert("e2")),
        interpreters=tuple(replace(each, masks=(mask("leave", ()),)) if each.id == ill else each for each in people),
        policy=Policy(team_sizes=((480, wanted),)),
    )
    return without(whole, "e1", 12) if ill == "e1" else whole, standing


@pytest.mark.parametrize(
    ("ill", "wanted", "mended"),
    [
        pytest.param("i1", 2, ("i2", "i8"), id="the house wants as many as before"),
        pytest.param("i1", 3, ("i2", "i8"), id="where it wants more by now, the two that were agreed"),
        pytest.param("e1", 3, ("i1", "i2"), id="nobody is added where only the expert changes"),
    ],
)
def test_a_team_is_mended_to_the_size_that_was_agreed(ill: str, wanted: int, mended: tuple[str, ...]) -> None:
    found = repairs(*in_teams("i1", "i2", ill=ill, wanted=wanted))

    assert found.same_hour is not None
    assert found.same_hour.match.route.interpreters == mended


@pytest.mark.parametrize(
    ("ill", "mended"),
    [
        pytest.param("i1", ("i2", "i3"), id="two go on alone, since two are enough by now"),
        pytest.param("e1", ("i1", "i2", "i3"), id="all three stay where only the expert changes"),
    ],
)
def test_a_team_that_is_larger_than_is_wanted_by_now_loses_nobody_and_wins_nobody(
    ill: str, mended: tuple[str, ...]
) -> None:
    found = repairs(*in_teams("i1", "i2", "i3", ill=ill, wanted=2))

    assert found.same_hour is not None
    assert found.same_hour.match.route.interpreters == mended


def test_whoever_comes_is_kept_whatever_the_house_makes_of_knowledge() -> None:
    topics = {"specialties": ("lungs", "kidneys")}
    weak, ill = expert("e1", specialties={"lungs": 1}), expert("e2", specialties={"kidneys": 1})
    strong = tuple(expert(name, specialties={"lungs": 3, "kidneys": 3}) for name in ("e3", "e4"))
    dear = Weights(specialty=1_000_000)
    whole = world(requests=(request(**topics),), experts=(weak, ill, *strong), weights=dear)

    found = repairs(without(whole, "e2", 12), direct(12, "e1", "e2"))

    assert found.same_hour is not None
    assert found.same_hour.match.panel == ("e1", "e3")


def test_of_a_room_that_is_lost_the_room_alone_is_exchanged() -> None:
    whole = world(experts=(expert("e1"), expert("e2")), rooms=(room("other"),))

    found = repairs(whole, direct(12, "e2", room="lost"))

    assert found.same_hour is not None
    assert found.same_hour.match == direct(12, "e2", room="other")


def test_whoever_takes_no_part_any_more_is_replaced_and_the_others_stay() -> None:
    topics = {"specialties": ("lungs", "kidneys")}
    kept, new = expert("e1", specialties={"lungs": 3}), expert("e3", specialties={"kidneys": 3})
    rival = expert("e4", specialties={"lungs": 3, "kidneys": 3})
    whole = world(requests=(request(**topics),), experts=(kept, new, rival))

    found = repairs(whole, direct(12, "e1", "gone"))

    assert found.same_hour is not None
    assert "e1" in found.same_hour.match.panel
    assert found.same_hour.match.start == direct(12).start
