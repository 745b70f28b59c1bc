"""The terms S1 to S10 of the score: each with its points and its words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medixchange.matching.format import read_instance
from medixchange.matching.match import Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.requests import Window
from medixchange.matching.resources import Expert
from medixchange.matching.score import score, score_plan
from medixchange.matching.terms import Part
from medixchange.messages import Message, count, language, listed, say, specialty
from tests.matching.worlds import (
    PEOPLE,
    RWANDAN,
    direct,
    expert,
    held,
    interpreted,
    interpreter,
    request,
    slots,
    world,
)
from tests.planning.draws import drawn

NOON = 3
"""A slot that is 09:00 in Kigali and 15:00 in Beijing: inside everybody's working day."""


def term(name: str, match: Match, problem: Problem) -> tuple[int, Message | None]:
    """The points and the words of one term."""
    part = next(part for part in score(match, problem).parts if part.id == name)
    return part.points, part.message


def asked(**facts: Any) -> Problem:
    """A world whose request has these facts."""
    return world(requests=(request(**facts),))


@pytest.mark.parametrize(
    ("urgency", "points", "words"),
    [(1, 1000, None), (2, 2000, say("The request is urgent.")), (3, 4000, say("The request is very urgent."))],
)
def test_s1_an_urgent_request_is_worth_more(urgency: int, points: int, words: Message | None) -> None:
    assert term("S1", direct(NOON), asked(urgency=urgency)) == (points, words)


@pytest.mark.parametrize(("level", "points"), [(3, 100), (4, 115), (5, 130)])
def test_s2_a_common_language_counts_by_how_well_the_audience_follows(level: int, points: int) -> None:
    words = say("Common language: %(language)s; no interpreter.", language=language("en"))

    assert term("S2", direct(NOON), asked(audience={"en": level})) == (points, words)


def test_s2_interpreting_counts_less_and_relay_least() -> None:
    problem = world(requests=(RWANDAN,), interpreters=(*PEOPLE, interpreter("i4", ("en", "rw"))))
    relay = Route("relay", "zh", "rw", (Team("zh", "en", ("i3",)), Team("en", "rw", ("i4",))))

    found = [term("S2", direct(NOON, route=route), problem) for route in (interpreted("i1"), relay)]

    ends = {"speech": language("zh"), "audience": language("rw")}
    assert found == [
        (
            80,
            count(
                "%(names)s interprets between %(speech)s and %(audience)s.",
                "%(names)s interpret between %(speech)s and %(audience)s.",
                1,
                names=listed(["I1"]),
                **ends,
            ),
        ),
        (
            30,
            say(
                "%(names)s interpret between %(speech)s and %(audience)s, through %(relay)s.",
                names=listed(["I3", "I4"]),
                relay=language("en"),
                **ends,
            ),
        ),
    ]


def test_s3_of_every_topic_the_deepest_knowledge_counts() -> None:
    people = (expert("e1", specialties={"lungs": 3, "kidneys": 1}), expert("e2", specialties={"kidneys": 2}))
    problem = world(experts=people, requests=(request(specialties=("lungs", "kidneys")),))

    known = listed(
        [
            say("%(name)s teaches %(topic)s", name="E1", topic=specialty("lungs")),
            say("%(name)s leads %(topic)s", name="E2", topic=specialty("kidneys")),
        ]
    )
    assert term("S3", direct(NOON, "e1", "e2"), problem) == (100, say("%(knowledge)s.", knowledge=known))


@pytest.mark.parametrize(
    ("slot", "points", "words"),
    [
        (3, 100, say("Inside a window that the hospital named.")),
        (4, 60, say("Inside a window that the hospital named.")),
        (5, 0, say("Outside the windows that the hospital named.")),
    ],
)
def test_s4_the_best_window_around_the_whole_session_counts(slot: int, points: int, words: Message) -> None:
    windows = (Window(slots([3]), 100, (540, 600)), Window(slots([3, 4]), 60, (540, 660)))

    assert term("S4", direct(slot), asked(windows=windows)) == (points, words)


def test_s5_half_hours_outside_working_hours_are_counted_for_everybody() -> None:
    problem = world(requests=(RWANDAN,), interpreters=PEOPLE)

    found = [term("S5", direct(slot, route=interpreted("i1")), problem) for slot in (NOON, 6, 12)]

    late = [say("%(name)s (%(minutes)s min)", name=name, minutes=60) for name in ("E1", "I1")]
    night = [say("%(name)s (%(minutes)s min)", name=name, minutes=60) for name in ("King Faisal", "E1", "I1")]
    assert found == [
        (0, say("Inside working hours for everyone.")),
        (-20, say("Outside working hours: %(people)s.", people=listed(late))),  # 18:00 in Beijing
        (-40, say("Outside working hours: %(people)s.", people=listed(night))),  # midnight there
    ]


@pytest.mark.parametrize(
    ("panel", "points", "words"),
    [
        (("e1",), 60, say("%(name)s comes again.", name="E1")),
        (("e2",), 0, say("Without %(name)s, who came last time.", name="E1")),
    ],
)
def test_s6_the_expert_whom_the_hospital_knows_is_preferred(
    panel: tuple[str, ...], points: int, words: Message
) -> None:
    problem = world(experts=(expert("e1"), expert("e2")), requests=(request(continuity="e1"),))

    assert term("S6", direct(NOON, *panel), problem) == (points, words)


@pytest.mark.parametrize(("slot", "urgency", "points"), [(23, 3, 0), (24, 1, -1), (27, 3, -3)])
def test_s7_every_whole_day_of_waiting_costs_by_urgency(slot: int, urgency: int, points: int) -> None:
    waited = count("The hospital waits %(num)s day for it.", "The hospital waits %(num)s days for it.", 1)

    assert term("S7", direct(slot), asked(urgency=urgency)) == (points, waited if points else None)


def test_s8_every_interpreter_costs() -> None:
    problem = world(requests=(replace(RWANDAN, minutes=120),), interpreters=PEOPLE)

    found = term("S8", direct(NOON, route=interpreted("i1", "i2"), minutes=120), problem)

    assert found == (-20, count("%(num)s interpreter is needed.", "%(num)s interpreters are needed.", 2))
    assert term("S8", direct(NOON), problem) == (0, None)


def loaded(name: str, sessions: int) -> Message:
    """What is said of somebody who gave sessions already."""
    return count("%(name)s already has %(num)s session", "%(name)s already has %(num)s sessions", sessions, name=name)


def as_if(has: Message, sessions: int) -> Message:
    """What is said of somebody who counts as having more than they gave."""
    return say("%(has)s, and counts as having %(load)s, like others who were there longer", has=has, load=sessions)


SHARED = "Each session of an expert costs points, so that work is shared; nobody on the panel has another one."


@pytest.mark.parametrize(
    ("people", "points", "words"),
    [
        ((expert("e1"),), -3, say(SHARED)),
        ((expert("e1", past_load=2),), -9, say("%(loads)s.", loads=listed([loaded("E1", 2)]))),
        ((expert("e1", past_load=1, lent=2),), -12, say("%(loads)s.", loads=listed([as_if(loaded("E1", 1), 3)]))),
        ((expert("e1", lent=2),), -9, say("%(loads)s.", loads=listed([as_if(loaded("E1", 0), 2)]))),
    ],
)
def test_s9_each_further_session_of_an_expert_costs_more(
    people: tuple[Expert, ...], points: int, words: Message
) -> None:
    assert term("S9", direct(NOON), world(experts=people)) == (points, words)


def test_s9_sessions_that_stand_count_too() -> None:
    problem = world(experts=(expert("e1", past_load=1),), held=(held(20, experts=("e1",)),))

    assert term("S9", direct(NOON), problem) == (-9, say("%(loads)s.", loads=listed([loaded("E1", 2)])))


def test_s10_the_hour_and_the_experts_of_an_earlier_plan_are_kept_rather() -> None:
    problem = world(experts=(expert("e1"), expert("e2")), tentative={"r": direct(NOON)})

    found = [term("S10", match, problem) for match in (direct(NOON), direct(4), direct(NOON, "e2"))]

    hour = ("Keeps the hour and %(num)s expert of the earlier plan.",)
    hours = (*hour, "Keeps the hour and %(num)s experts of the earlier plan.")
    other = ("Keeps %(num)s expert of the earlier plan.", "Keeps %(num)s experts of the earlier plan.")
    assert found == [(80, count(*hours, 1)), (20, count(*other, 1)), (60, count(*hours, 0))]
    assert term("S10", direct(NOON), world()) == (0, None)


def test_s10_interpreters_who_are_kept_are_told_where_they_count() -> None:
    route = Route("interpreter", "zh", "rw", (Team("zh", "rw", ("i1",)),))
    match = replace(direct(NOON), route=route)
    problem = world(requests=(RWANDAN,), interpreters=(interpreter("i1"),), tentative={"r": match})
    dear = replace(problem, weights=replace(problem.weights, stable_interpreter=7))

    points, words = term("S10", match, dear)

    hour = ("Keeps the hour and %(num)s expert of the earlier plan.",)
    hours = count(*hour, "Keeps the hour and %(num)s experts of the earlier plan.", 1)
    kept = count("It keeps %(num)s interpreter as well.", "It keeps %(num)s interpreters as well.", 1)
    assert (points, words) == (87, say("%(first)s %(others)s", first=hours, others=kept))
    assert term("S10", match, problem) == (80, hours)


def test_every_term_that_raises_or_lowers_a_match_says_why() -> None:
    problems = [read_instance(drawn(seed)) for seed in range(12)]

    found = [
        ranked.score.parts
        for problem in problems
        for each in problem.requests
        for ranked in search(problem, each.id).matches
    ]

    # That a request is served is said of none: all of them are.
    counting = [part for parts in found for part in parts if part.points and part.id != "S1"]
    assert {part.id for part in counting} == {f"S{number}" for number in range(2, 11)}
    assert [part for part in counting if part.message is None] == []


def test_a_total_is_the_sum_of_ten_terms_in_their_order() -> None:
    found = score(direct(NOON), world())

    assert [part.id for part in found.parts] == [f"S{n}" for n in range(1, 11)]
    assert found.total == sum(part.points for part in found.parts) == 1000 + 130 + 60 - 3
    assert found.parts[0] == Part("S1", 1000, None)


def test_a_match_that_could_not_be_better_fits_whole() -> None:
    best = score(direct(NOON), world())
    worse = score(direct(NOON), world(experts=(expert(specialties={"lungs": 1}),), requests=(request(),)))

    assert (best.fit, worse.fit) == (100, 79)


def test_a_plan_counts_the_fairness_of_all_its_sessions_together() -> None:
    problem = world(requests=(request(), request(id="q")))
    plan = [direct(NOON), direct(5, request="q")]

    # Alone each costs phi(1) - phi(0) = 3; together phi(2) - phi(0) = 9.
    assert score_plan(plan, problem) == sum(score(match, problem).total for match in plan) - 3
