"""The hard rules H3 to H7 of FORMAT.md, about experts and interpreters: each says why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from medixchange.matching.match import Route, Team
from medixchange.matching.resources import Mask
from medixchange.messages import Message, count, language, say, specialty
from tests.matching.worlds import (
    EARLY,
    FESTIVAL,
    GRID,
    PEOPLE,
    RWANDAN,
    direct,
    expert,
    held,
    interpreted,
    interpreter,
    mask,
    refused,
    request,
    slots,
    world,
)


@pytest.mark.parametrize(
    ("panel", "facts", "kind", "words"),
    [
        (("e1", "e1"), {}, "repeated", say("An expert is on the panel twice.")),
        (
            ("e1",),
            {"panel_min": 2},
            "panel_min",
            count("The panel needs %(num)s expert.", "The panel needs %(num)s experts.", 2),
        ),
        (
            ("e1", "e2"),
            {"panel_max": 1},
            "panel_max",
            count("The panel may have %(num)s expert.", "The panel may have %(num)s experts.", 1),
        ),
        (
            ("e1",),
            {"specialties": ("lungs", "kidneys")},
            "specialty",
            say("Nobody on the panel covers %(topic)s.", topic=specialty("kidneys")),
        ),
        (("e1", "e3"), {}, "specialty", say("%(name)s covers none of the topics.", name="E3")),
        (
            ("e1",),
            {"exclude": frozenset({"e1"})},
            "excluded",
            say("%(name)s is not wanted for this request.", name="E1"),
        ),
        (
            ("e4",),
            {},
            "excluded",
            say("%(name)s does not work for %(hospital)s.", name="E4", hospital="King Faisal"),
        ),
    ],
)
def test_h3_the_panel_is_of_use_and_wanted(
    panel: tuple[str, ...], facts: dict[str, Any], kind: str, words: Message
) -> None:
    people = (
        expert("e1"),
        expert("e2"),
        expert("e3", specialties={"wards": 3}),
        expert("e4", exclude_hospitals=frozenset({"h"})),
    )
    wanted = replace(request(), **facts)

    assert refused(direct(12, *panel), world(experts=people, requests=(wanted,)))[:1] == [("H3", kind, words)]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("hours", say("%(name)s does not work at that hour.", name="E1")),
        ("leave", say("%(name)s is on leave.", name="E1")),
        ("busy", say("%(name)s has something else in the calendar.", name="E1")),
        ("notice", say("%(name)s wants longer notice than that.", name="E1")),
        ("humane", say("It is too early or too late in the day for %(name)s.", name="E1")),
        ("holiday", say("It is a day off where %(name)s works.", name="E1")),
        ("custom", say("It is a time of rest or prayer where %(name)s works.", name="E1")),
    ],
)
def test_h4_every_expert_can_be_there(kind: str, words: Message) -> None:
    problem = world(experts=(expert(masks=(mask(kind, EARLY),)),))

    assert refused(direct(12), problem) == [("H4", kind, words)]
    assert refused(direct(9), problem) == []


def test_h4_says_what_takes_the_hour_where_it_has_a_name() -> None:
    festival = Mask("holiday", GRID.full & ~slots([12]), (FESTIVAL,))

    found = refused(direct(12), world(experts=(expert(masks=(festival,)),)))

    words = say("It is a day off where %(name)s works: %(what)s.", name="E1", what=say("Qingming festival"))
    assert found == [("H4", "holiday", words)]


def test_h5_an_expert_is_in_one_session_at_a_time_and_rests_between_two() -> None:
    other = held(10, experts=("e1",))
    problem = world(experts=(expert(rest_minutes=60),), held=(other,))

    found = {slot: refused(direct(slot), problem) for slot in (8, 9, 10, 11, 12)}

    rest = count(
        "%(name)s rests %(num)s minute between sessions; %(what)s is too close.",
        "%(name)s rests %(num)s minutes between sessions; %(what)s is too close.",
        60,
        name="E1",
        what=other.name,
    )
    taken = say("%(name)s is in another session: %(what)s.", name="E1", what=other.name)
    close = [("H5", "rest", rest)]
    assert found == {8: [], 9: close, 10: [("H5", "taken", taken)], 11: close, 12: []}


def test_h5_caps_count_by_the_local_day_week_and_month_of_the_expert() -> None:
    # Slot 12 is the first hour of Monday 9 March in Beijing, slot 11 the last of Sunday.
    problem = world(experts=(expert(max_day=1),), held=(held(10, experts=("e1",)),))

    found = {slot: [kind for _, kind, _ in refused(direct(slot), problem)] for slot in (2, 8, 12, 20)}

    assert found == {2: ["cap-day"], 8: ["cap-day"], 12: [], 20: []}


@pytest.mark.parametrize(
    ("caps", "days", "kinds"),
    [
        ({"max_week": 1}, 0, []),  # the Sunday before the match
        ({"max_week": 1}, 2, ["cap-week"]),  # the Tuesday after
        ({"max_month": 1}, -6, ["cap-month"]),  # 2 March
        ({"max_month": 1}, -8, []),  # 28 February
    ],
)
def test_h5_weeks_begin_on_monday_and_months_on_their_first_day(
    caps: dict[str, Any], days: int, kinds: list[str]
) -> None:
    sunday, moved = held(4, experts=("e1",)), timedelta(days=days)
    other = replace(sunday, start=sunday.start + moved, end=sunday.end + moved)
    problem = world(experts=(expert(**caps),), held=(other,))

    assert [kind for _, kind, _ in refused(direct(13), problem)] == kinds


@pytest.mark.parametrize(
    ("route", "minutes", "kind", "words"),
    [
        (
            Route("direct", "rw", "rw"),
            60,
            "speech",
            say("%(name)s cannot present in %(language)s.", name="E1", language=language("rw")),
        ),
        (
            Route("direct", "en", "en"),
            60,
            "audience",
            say("The audience does not follow %(language)s.", language=language("en")),
        ),
        (
            Route("direct", "zh", "rw"),
            60,
            "legs",
            say("The interpreting does not join the panel with the audience."),
        ),
        (
            Route("relay", "en", "rw", (Team("en", "en", ("i3",)), Team("en", "rw", ("i1",)))),
            60,
            "legs",
            say("The interpreting does not join the panel with the audience."),
        ),
        (
            interpreted("i1"),
            120,
            "team",
            count(
                "%(num)s interpreter is needed between %(one)s and %(other)s.",
                "%(num)s interpreters are needed between %(one)s and %(other)s.",
                2,
                one=language("zh"),
                other=language("rw"),
            ),
        ),
        (
            interpreted("i3"),
            60,
            "pair",
            say(
                "%(name)s does not interpret between %(one)s and %(other)s.",
                name="I3",
                one=language("zh"),
                other=language("rw"),
            ),
        ),
        (interpreted("i1", "i1"), 120, "repeated", say("An interpreter is named twice.")),
        (
            interpreted("i1"),
            540,
            "team",
            say("No team interprets longer than %(minutes)s minutes a day; split the session.", minutes=480),
        ),
    ],
)
def test_h6_panel_and_audience_can_converse(route: Route, minutes: int, kind: str, words: Message) -> None:
    problem = world(requests=(replace(RWANDAN, minutes=minutes),), interpreters=PEOPLE)

    found = [each for each in refused(direct(12, route=route, minutes=minutes), problem) if each[0] == "H6"]

    assert found == [("H6", kind, words)]


@pytest.mark.parametrize(("people", "minutes"), [(("i1",), 60), (("i1", "i2"), 120)])
def test_h6_a_team_of_aiics_size_joins_them(people: tuple[str, ...], minutes: int) -> None:
    problem = world(requests=(replace(RWANDAN, minutes=minutes),), interpreters=PEOPLE)

    assert refused(direct(12, route=interpreted(*people), minutes=minutes), problem) == []


def test_h6_a_hospital_that_wants_no_interpreters_gets_none() -> None:
    problem = world(requests=(replace(RWANDAN, interpreting=False),), interpreters=PEOPLE)

    words = say("%(name)s asks us not to find interpreters.", name="King Faisal")
    assert refused(direct(12, route=interpreted("i1")), problem) == [("H6", "interpreting", words)]


def test_h6_relay_needs_a_team_on_each_leg() -> None:
    team = (interpreter("i3", ("zh", "en")), interpreter("i4", ("en", "rw")))
    relay = Route("relay", "zh", "rw", (Team("zh", "en", ("i3",)), Team("en", "rw", ("i4",))))

    assert refused(direct(12, route=relay), world(requests=(RWANDAN,), interpreters=team)) == []


@pytest.mark.parametrize(
    ("facts", "kind", "words"),
    [
        (
            {"masks": (mask("hours", EARLY),)},
            "hours",
            say("%(name)s does not work at that hour.", name="I1"),
        ),
        ({"simultaneous": False}, "simultaneous", say("%(name)s does not interpret simultaneously.", name="I1")),
        (
            {"exclude_hospitals": frozenset({"h"})},
            "excluded",
            say("%(name)s does not work for %(hospital)s.", name="I1", hospital="King Faisal"),
        ),
        (
            {"max_minutes_day": 119},
            "cap-day",
            say("%(name)s interprets at most %(minutes)s minutes a day.", name="I1", minutes=119),
        ),
        (
            {"max_minutes_week": 119},
            "cap-week",
            say("%(name)s interprets at most %(minutes)s minutes a week.", name="I1", minutes=119),
        ),
    ],
)
def test_h7_every_interpreter_can_work_then(facts: dict[str, Any], kind: str, words: Message) -> None:
    someone = interpreter("i1", **facts)
    stands = held(15, interpreters=("i1",))
    problem = world(requests=(RWANDAN,), interpreters=(someone,), held=(stands,))

    assert refused(direct(12, route=interpreted("i1")), problem) == [("H7", kind, words)]
