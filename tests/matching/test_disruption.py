"""What changed behind a session disrupts it; what was agreed, what passes with time and the house rules do not."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import given

from medixchange.i18n import words
from medixchange.matching.disruption import Cause, causes, is_more
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Block, Mask
from medixchange.matching.rules import why_not
from medixchange.messages import say, to_json
from tests.matching.oracle import every_match
from tests.matching.worlds import (
    EARLY,
    FESTIVAL,
    FULL,
    PEOPLE,
    RWANDAN,
    direct,
    expert,
    held,
    hospital,
    interpreted,
    interpreter,
    mask,
    request,
    room,
    slots,
    world,
    worlds,
)
from tests.thoroughness import examples

STANDING = direct(12)
NAMES = {f"person:{who}": who.upper() for who in ("e1", "e2", "e3", "i1", "i2", "i3")} | {"room:room": "West Lake room"}
NAMED = Mask("holiday", FULL & ~slots([12]), (FESTIVAL,))


def told(match: Match, problem: Problem) -> list[tuple[str, str, str]]:
    """What disrupts the session of ``match``: the kind, whom it concerns, the words."""
    return [(each.kind, each.concerns, words("en").say(each.message)) for each in causes(match, problem, NAMES)]


def test_nothing_disrupts_a_session_that_may_be() -> None:
    assert told(STANDING, world()) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("hours", "E1 does not work at that hour."),
        ("leave", "E1 is on leave."),
        ("busy", "E1 has something else in the calendar."),
        ("holiday", "It is a day off where E1 works."),
    ],
)
def test_what_an_expert_cannot_help_disrupts_it(kind: str, said: str) -> None:
    assert told(STANDING, world(experts=(expert(masks=(mask(kind, EARLY),)),))) == [(kind, "person:e1", said)]


@pytest.mark.parametrize("kind", ["notice", "humane", "custom"])
def test_what_passes_with_time_or_is_a_rule_of_the_house_disrupts_nothing(kind: str) -> None:
    assert told(STANDING, world(experts=(expert(masks=(mask(kind, EARLY),)),))) == []


def test_whoever_is_an_expert_alone_by_now_is_missed_where_they_interpreted() -> None:
    problem = world(requests=(RWANDAN,), experts=(expert(), expert("i1")), interpreters=PEOPLE[1:])

    assert told(direct(12, route=interpreted("i1")), problem) == [
        ("no-interpreter", "person:i1", "I1 does not take part any more.")
    ]


def test_whoever_only_interprets_by_now_is_missed_on_the_panel() -> None:
    problem = world(experts=(expert("e2"),), interpreters=(interpreter("e1"),))

    assert told(STANDING, problem) == [("no-expert", "person:e1", "E1 does not take part any more.")]


def test_a_house_rule_hides_no_fact_behind_it() -> None:
    asked = hospital(masks=(mask("hours", EARLY), mask("weekend", EARLY), NAMED))

    assert told(STANDING, world(hospitals=(asked,))) == [
        ("holiday", "hospital:h", "It is a day off for King Faisal: Qingming festival.")
    ]


def test_caps_rest_windows_and_dates_disrupt_nothing() -> None:
    tired = expert(max_day=0, rest_minutes=600)
    narrow = request(windows_only=True, earliest=STANDING.end)

    assert told(STANDING, world(experts=(tired,), requests=(narrow,), held=(held(13, experts=("e1",)),))) == []


def test_an_interpreter_on_leave_disrupts_it() -> None:
    away = replace(PEOPLE[0], masks=(mask("leave", EARLY),))
    standing = direct(12, route=interpreted("i1"))

    assert told(standing, world(requests=(RWANDAN,), interpreters=(away, *PEOPLE[1:]))) == [
        ("leave", "person:i1", "I1 is on leave.")
    ]


def test_whoever_takes_no_part_any_more_and_a_room_out_of_use_are_named() -> None:
    gone = world(experts=(expert("e2"),), rooms=(room("other"),))

    assert told(STANDING, gone) == [
        ("no-expert", "person:e1", "E1 does not take part any more."),
        ("out-of-use", "room:room", "West Lake room is not in use any more."),
    ]


@pytest.mark.parametrize(
    ("facts", "kind", "said"),
    [
        ({"seats": 3}, "size", "ROOM has 3 seats for 12 people."),
        ({"channels": 0}, "size", "ROOM has no free channel for interpreting; 1 is needed."),
    ],
)
def test_a_room_that_does_no_more_disrupts_it(facts: dict[str, Any], kind: str, said: str) -> None:
    asked, standing = replace(RWANDAN, seats=12), direct(12, route=interpreted("i1"))
    problem = world(requests=(asked,), interpreters=PEOPLE, rooms=(room(**facts),))

    assert told(standing, problem) == [(kind, "room:room", said)]


def test_of_two_people_and_a_hospital_each_is_named() -> None:
    panel = tuple(expert(name, masks=(mask("leave", EARLY),)) for name in ("e1", "e2"))
    problem = world(hospitals=(hospital(masks=(NAMED,)),), experts=panel)

    assert [who for _, who, _ in told(direct(12, "e1", "e2"), problem)] == ["hospital:h", "person:e1", "person:e2"]


@examples(40)
@given(worlds())
def test_whatever_disrupts_a_match_a_rule_refuses_and_nothing_disrupts_one_that_may_be(problem: Problem) -> None:
    names = {f"person:{each.id}": each.name for each in (*problem.experts, *problem.interpreters)}
    for match in islice(every_match(replace(problem, tentative={})), 50):
        assert causes(match, problem, names) == ()
        for changed in (replace(match, start=start) for start in (problem.grid.start, problem.requests[0].earliest)):
            found: tuple[Cause, ...] = causes(changed, problem, names)
            assert not found or why_not(changed, problem)


def found(**facts: Any) -> Cause:
    """What disrupts the session of an expert of whom these ``facts`` are so."""
    [cause] = causes(STANDING, world(experts=(replace(expert(), **facts),)), NAMES)
    return cause


def closed(name: str, *days: str) -> Cause:
    """What disrupts the session of an expert for whom each of ``days`` is closed at its place and called ``name``."""
    blocks = tuple(Block(slots([12]), say(name), day) for day in days)
    return found(masks=(Mask("holiday", NAMED.slots, blocks),))


def comes_again(cause: Cause, *, agreed: Cause) -> bool:
    return is_more(cause, to_json(agreed.message), agreed.days)


def test_how_somebody_is_called_is_not_what_a_cause_is_about() -> None:
    assert not comes_again(found(name="Wang Wu", masks=(NAMED,)), agreed=found(masks=(NAMED,)))
    assert comes_again(found(masks=(mask("leave", EARLY),)), agreed=found(masks=(mask("hours", EARLY),)))


def test_a_cause_is_the_day_and_the_place_that_are_closed_and_not_how_that_is_called() -> None:
    national, own = "CN 2026-04-05", "hospital:h 2026-04-05"
    agreed = closed("Qingming festival (not announced yet)", national)

    assert not comes_again(closed("Qingming festival", national), agreed=agreed)
    assert not comes_again(closed("Mourning", national, national), agreed=agreed)
    assert not comes_again(agreed, agreed=closed("Stocktaking", national, own))
    assert comes_again(closed("Qingming festival", "CN 2026-04-06"), agreed=agreed)
    assert comes_again(closed("Qingming festival", national, own), agreed=agreed)
