"""The hard rules H1 to H10 of FORMAT.md: each says why not, and lets everything else be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medixchange.matching.match import Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Window
from medixchange.matching.resources import Mask
from medixchange.matching.rules import why_not
from medixchange.messages import Message, count, instant, say
from tests.matching import oracle
from tests.matching.worlds import (
    EARLY,
    FESTIVAL,
    GRID,
    PEOPLE,
    RWANDAN,
    SLOTS,
    at,
    direct,
    held,
    hospital,
    interpreted,
    mask,
    refused,
    request,
    room,
    slots,
    world,
    worlds,
)


def test_a_match_that_breaks_nothing_may_be() -> None:
    assert refused(direct(12), world()) == []


@pytest.mark.parametrize(
    ("match", "facts", "kind", "words"),
    [
        (
            direct(0, start=at(0) + timedelta(minutes=20)),
            {},
            "grid",
            say("Sessions start every %(minutes)s minutes.", minutes=60),
        ),
        (direct(SLOTS), {}, "horizon", say("That is outside the weeks that are planned now.")),
        (direct(-1), {}, "horizon", say("This hour is over, or too near to be planned.")),
        (
            direct(12),
            {"earliest": at(13)},
            "dates",
            say("%(name)s asks for a time from %(at)s on.", name="King Faisal", at=instant(at(13))),
        ),
        (
            direct(12),
            {"deadline": at(12)},
            "dates",
            say("%(name)s asks for a time until %(at)s.", name="King Faisal", at=instant(at(12))),
        ),
    ],
)
def test_h1_a_session_begins_on_the_grid_and_within_its_dates(
    match: Match, facts: dict[str, Any], kind: str, words: Message
) -> None:
    problem = world(requests=(replace(request(), **facts),))

    # Off the grid it touches a slot of its neighbour's too: only H1 minds.
    assert refused(match, problem) == [("H1", kind, words)]


@pytest.mark.parametrize(
    ("blocking", "kind", "words"),
    [
        (
            mask("hours", EARLY),
            "hours",
            say("It is too early or too late in the day for %(name)s.", name="King Faisal"),
        ),
        (mask("weekend", EARLY), "weekend", say("It is the weekend for %(name)s.", name="King Faisal")),
        (
            Mask("holiday", GRID.full & ~slots([12]), (FESTIVAL,)),
            "holiday",
            say("It is a day off for %(name)s: %(what)s.", name="King Faisal", what=say("Qingming festival")),
        ),
        (mask("custom", EARLY), "custom", say("It is a time of rest or prayer for %(name)s.", name="King Faisal")),
    ],
)
def test_h2_the_hospital_can_meet_then(blocking: Mask, kind: str, words: Message) -> None:
    problem = world(hospitals=(hospital(masks=(blocking,)),))

    assert refused(direct(12), problem) == [("H2", kind, words)]
    assert refused(direct(9), problem) == []


def test_h2_a_hospital_that_works_at_the_weekend_may_meet_then() -> None:
    problem = world(hospitals=(hospital(masks=(mask("weekend", EARLY),)),), requests=(request(weekend_ok=True),))

    assert refused(direct(12), problem) == []


def test_h2_windows_bind_a_hospital_that_can_come_only_then() -> None:
    window = Window(slots(EARLY), 100, (0, 600))
    bound, free = (world(requests=(request(windows=(window,), windows_only=only),)) for only in (True, False))

    words = say("%(name)s can come only at the times that it named.", name="King Faisal")
    assert refused(direct(12), bound) == [("H2", "windows", words)]
    assert refused(direct(12), free) == []


@pytest.mark.parametrize(
    ("facts", "kind", "words"),
    [
        (
            {"seats": 10},
            "size",
            say("%(name)s has %(seats)s seats for %(wanted)s people.", name="ROOM", seats=10, wanted=20),
        ),
        (
            {"channels": 0},
            "size",
            count(
                "%(name)s has no free channel for interpreting; %(num)s is needed.",
                "%(name)s has too few channels for interpreting; %(num)s are needed.",
                1,
                name="ROOM",
            ),
        ),
        ({"masks": (mask("hours", EARLY),)}, "hours", say("%(name)s is closed at that time.", name="ROOM")),
    ],
)
def test_h8_the_room_is_large_enough_and_open(facts: dict[str, Any], kind: str, words: Message) -> None:
    wanted = replace(RWANDAN, seats=20)
    problem = world(requests=(wanted,), interpreters=PEOPLE, rooms=(room(**facts),))

    assert refused(direct(12, route=interpreted("i1")), problem) == [("H8", kind, words)]


def test_h8_a_room_holds_one_session_at_a_time() -> None:
    other = held(12, room="room")

    found = {slot: refused(direct(slot), world(held=(other,))) for slot in (11, 12, 13)}

    words = say("%(name)s is taken at that time: %(what)s.", name="ROOM", what=other.name)
    assert found == {11: [], 12: [("H8", "taken", words)], 13: []}


def test_h9_a_hospital_has_one_session_at_a_time() -> None:
    other = held(12, hospital="h")

    found = {slot: refused(direct(slot), world(held=(other,))) for slot in (11, 12, 13)}

    words = say("%(name)s has another session at that time: %(what)s.", name="King Faisal", what=other.name)
    assert found == {11: [], 12: [("H9", "taken", words)], 13: []}


def test_h10_a_confirmed_session_stays_as_it_is() -> None:
    problem = world(held=(held(12, hospital="h", experts=("e1",), room="room", fixed=direct(12)),))

    words = say("The session is confirmed for %(at)s and stays as it is.", at=instant(at(12)))
    assert refused(direct(14), problem) == [("H10", "confirmed", words)]
    assert refused(direct(12), problem) == []


@st.composite
def tries(draw: st.DrawFn) -> tuple[Match, Problem]:
    """A world and some match in it, good or bad."""
    problem = draw(worlds())
    wanted = problem.requests[0]
    some = st.sampled_from([each.id for each in problem.experts])
    panel = tuple(draw(st.lists(some, min_size=1, max_size=3)))
    start = at(draw(st.integers(-1, SLOTS))) + timedelta(minutes=draw(st.sampled_from((0, 0, 0, 0, 20))))
    route = draw(routes(problem))
    return Match("r", start, wanted.minutes, panel, route, draw(st.sampled_from(problem.rooms)).id), problem


@st.composite
def routes(draw: st.DrawFn, problem: Problem) -> Route:
    """A route, good or bad, by people of the world."""
    tongues = st.sampled_from(("zh", "en", "rw"))
    speech, audience = draw(tongues), draw(tongues)
    people = st.lists(st.sampled_from([each.id for each in problem.interpreters] or ["nobody"]), min_size=1, max_size=2)
    if not problem.interpreters or draw(st.booleans()):
        return Route("direct", speech, audience)
    if draw(st.booleans()):
        return Route("interpreter", speech, audience, (Team(speech, audience, tuple(draw(people))),))
    legs = (Team(speech, "en", tuple(draw(people))), Team("en", audience, tuple(draw(people))))
    return Route("relay", speech, audience, legs)


@settings(max_examples=300)
@given(tries())
def test_the_rules_refuse_what_an_independent_reading_of_them_refuses(tried: tuple[Match, Problem]) -> None:
    match, problem = tried

    assert {reason.rule for reason in why_not(match, problem)} == oracle.broken(match, problem)
