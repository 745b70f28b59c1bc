"""Why there is no match: the blockers name the true cause, and what is offered instead really works."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import example, given

from medixchange.matching.conflict import Blocker, conflict
from medixchange.matching.explain import Explanation, explain
from medixchange.matching.match import Agreed
from medixchange.matching.one_hour import why_not_at
from medixchange.matching.problem import Problem
from medixchange.matching.relaxations import Relaxation
from medixchange.matching.requests import Party, Window
from medixchange.matching.resources import Interpreter
from medixchange.matching.sides import Sides
from medixchange.messages import Message, count, language, listed, say, sentences, specialty
from medixchange.policies.values import Policy
from tests.matching import oracle
from tests.matching.lifting import everybody_free, lifts
from tests.matching.taking import take
from tests.matching.worlds import (
    EARLY,
    RWANDAN,
    TEAMS,
    at,
    expert,
    held,
    hospital,
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

LATE = range(20, 30)
ALWAYS = range(30)
THOROUGH = examples(25)


def in_the_way(problem: Problem) -> tuple[Blocker, ...]:
    """The minimal conflict of the request."""
    return conflict(Sides(problem, "r"))


@THOROUGH
@given(worlds())
@example(some_world(10355))
def test_without_one_more_of_the_blockers_there_would_be_a_match(problem: Problem) -> None:
    blockers = in_the_way(problem)
    if not blockers:
        return
    never = not oracle.is_possible(everybody_free(problem))
    narrowed = everybody_free(problem) if never else problem
    lifted_by = lifts(problem, problem.request["r"], never=never)
    kinds = [blocker.kind for blocker in blockers]
    for kind, lift in lifted_by.items():
        if kind not in kinds:
            narrowed = lift(narrowed)

    eased = [lifted_by[kind](narrowed) for kind in kinds]

    assert not oracle.is_possible(narrowed)
    assert all(oracle.is_possible(each) for each in eased)


def applied(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem once every step of ``relaxation`` is agreed."""
    return reduce(lambda changed, step: take(step, changed, "r"), relaxation.steps, problem)


@THOROUGH
@given(worlds())
def test_every_relaxation_that_is_offered_works_when_it_is_taken(problem: Problem) -> None:
    found = explain(problem, "r").relaxations

    for relaxation in found:
        possible = oracle.possible_slots(applied(problem, relaxation))
        assert (len(possible), at(possible[0])) == (relaxation.starts, relaxation.first)
    assert len(found) <= 3
    assert [each.cost for each in found] == sorted(each.cost for each in found)


@THOROUGH
@given(worlds())
@example(some_world(21))
def test_no_smaller_team_would_do_than_the_one_that_is_asked_for(problem: Problem) -> None:
    found = explain(problem, "r").relaxations

    for relaxation in found:
        for fewer in with_one_less(relaxation):
            assert not oracle.is_possible(applied(problem, fewer))


def with_one_less(relaxation: Relaxation) -> list[Relaxation]:
    """The same with one interpreter less of each pair that it names."""
    smaller = []
    for place, step in enumerate(relaxation.steps):
        if step.kind == "interpreters":
            one, other, more = step.what
            less = replace(step, what=(one, other, str(int(more) - 1)))
            steps = (*relaxation.steps[:place], less, *relaxation.steps[place + 1 :])
            smaller.append(replace(relaxation, steps=steps))
    return smaller


@THOROUGH
@given(worlds())
def test_never_and_taken_are_told_apart(problem: Problem) -> None:
    found = explain(problem, "r")

    if oracle.is_possible(problem):
        assert found == Explanation("r")
    else:
        assert found.blockers or not found.relaxations
        assert found.taken == oracle.is_possible(replace(problem, held=()))
        assert not (found.never and found.taken)


def in_passages(name: str, **facts: Any) -> Interpreter:
    """Somebody who interprets only consecutively."""
    return interpreter(name, simultaneous=False, consecutive=True, **facts)


def blockers(problem: Problem) -> list[Message]:
    """The words for what stands in the way."""
    return [blocker.message for blocker in in_the_way(problem)]


TOO_LONG = (
    "The session takes %(minutes)s minutes; too few of those who interpret between %(one)s and %(other)s"
    " work so long in a day."
)
NEED = "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s"
PAIR = {"one": language("zh"), "other": language("rw")}
TONGUES = {"spoken": listed([language("en"), language("zh")]), "heard": listed([language("rw")])}
BOUND = request(windows=(Window(slots([3]), 100, (540, 600)),), windows_only=True)
WINDOWS = say("%(name)s can come only at the times that it named.", name="King Faisal")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"hospitals": (hospital(masks=(mask("weekend", ()),)),)},
            [say("%(name)s keeps its weekend.", name="King Faisal")],
        ),
        (
            {"hospitals": (hospital(masks=(mask("holiday", ()),)),)},
            [say("The days that are left are days off for %(name)s.", name="King Faisal")],
        ),
        (
            {"experts": (expert(masks=(mask("leave", LATE),)),), "requests": (BOUND,)},
            [WINDOWS, say("Experts who are needed are on leave.")],
        ),
        (
            {"experts": (expert(masks=(mask("humane", ()),)),)},
            [say("At the hours that are left it is too early or too late for the experts.")],
        ),
        (
            {"experts": (expert(masks=(mask("custom", LATE),)),), "requests": (BOUND,)},
            [WINDOWS, say("At the hours that are left the experts rest or pray.")],
        ),
        (
            {"held": (held(3, experts=("e1",)),), "requests": (BOUND,)},
            [
                WINDOWS,
                say(
                    "Experts who are needed have other sessions, rest between them,"
                    " or give no more that day, week or month."
                ),
            ],
        ),
        (
            {"held": (held(3, hospital="h"),), "requests": (BOUND,)},
            [say("%(name)s has another session at the hours that are left.", name="King Faisal"), WINDOWS],
        ),
        (
            {"held": (held(3, room="room"),), "requests": (BOUND,)},
            [WINDOWS, say("Every video room is taken at the hours that are left.")],
        ),
        (
            {"rooms": (room(masks=(mask("hours", ()),)),)},
            [say("No video room is open at the hours that are left.")],
        ),
        (
            {"interpreters": (interpreter(masks=(mask("hours", ()),)),), "requests": (RWANDAN,)},
            [say("The interpreters who are needed are not at work at the hours that are left.")],
        ),
        (
            {"experts": (expert(specialties={"kidneys": 3}),)},
            [say("No expert covers %(topics)s.", topics=listed([specialty("lungs")]))],
        ),
        (
            {"requests": (request(exclude=frozenset({"e1"})),)},
            [say("The experts who could answer are excluded, by the hospital or by themselves.")],
        ),
        (
            {"requests": (RWANDAN,), "interpreters": (interpreter(exclude_hospitals=frozenset({"h"})),)},
            [
                say("Interpreters who are needed do not work for %(name)s.", name="King Faisal"),
                say("The experts present in %(spoken)s and the audience follows %(heard)s.", **TONGUES),
            ],
        ),
        (
            {
                "requests": (RWANDAN,),
                "experts": (expert(exclude_hospitals=frozenset({"h"})),),
                "interpreters": (interpreter(exclude_hospitals=frozenset({"h"})),),
            },
            [
                sentences(
                    [
                        say("The experts who could answer are excluded, by the hospital or by themselves."),
                        say("Interpreters who are needed do not work for %(name)s.", name="King Faisal"),
                    ]
                )
            ],
        ),
        (
            {"requests": (RWANDAN,), "interpreters": (interpreter(max_minutes_day=45),)},
            [say(TOO_LONG, minutes=60, **PAIR)],
        ),
        (
            {
                "requests": (RWANDAN,),
                "interpreters": tuple(in_passages(name, max_minutes_day=90) for name in ("i1", "i2")),
            },
            [say(TOO_LONG, minutes=120, **PAIR)],
        ),
        (
            {
                "requests": (request(exclude=frozenset({"e1"})),),
                "interpreters": (interpreter("i1", ("fr", "ar"), exclude_hospitals=frozenset({"h"})),),
            },
            [say("The experts who could answer are excluded, by the hospital or by themselves.")],
        ),
        (
            {
                "requests": (request(joint=(Party(hospital="h", audience={"rw": 5}),)),),
                "interpreters": (in_passages("i1"),),
            },
            [
                say(
                    "No interpreters work between what the experts speak (%(spoken)s)"
                    " and what the audience follows (%(heard)s).",
                    **TONGUES,
                )
            ],
        ),
        (
            {
                "requests": (replace(RWANDAN, agreed=Agreed(2, True, 120)),),
                "interpreters": (in_passages("i1"),),
                "policy": Policy(team_sizes=TEAMS, consecutive=False, consecutive_team=3),
            },
            [
                count(
                    "Only %(num)s interpreter between %(one)s and %(other)s works consecutively; %(team)s are needed.",
                    "Only %(num)s interpreters between %(one)s and %(other)s work consecutively; %(team)s are needed.",
                    1,
                    team=2,
                    **PAIR,
                )
            ],
        ),
        (
            {"requests": (RWANDAN,), "interpreters": (in_passages("i1"),)},
            [
                count(
                    "Only %(num)s interpreter between %(one)s and %(other)s works consecutively; %(team)s are needed.",
                    "Only %(num)s interpreters between %(one)s and %(other)s work consecutively; %(team)s are needed.",
                    1,
                    team=2,
                    **PAIR,
                )
            ],
        ),
        (
            {"requests": (request(panel_min=2),)},
            [say("A panel of %(least)s to %(most)s experts cannot cover the topics.", least=2, most=2)],
        ),
        ({"rooms": ()}, [say("No video room has enough seats and interpreting channels.")]),
        (
            {"requests": (RWANDAN,)},
            [
                say(
                    "No interpreters work between what the experts speak (%(spoken)s)"
                    " and what the audience follows (%(heard)s).",
                    **TONGUES,
                )
            ],
        ),
        (
            {"requests": (replace(RWANDAN, minutes=120),), "interpreters": (interpreter(),)},
            [
                count(
                    f"{NEED}; there is only %(num)s.",
                    f"{NEED}; there are only %(num)s.",
                    1,
                    minutes=120,
                    team=2,
                    **PAIR,
                )
            ],
        ),
        (
            {
                "requests": (RWANDAN,),
                "experts": (expert(speaking={"zh": 5}),),
                "interpreters": (interpreter("i1", ("zh", "en"), ("en", "rw")),),
            },
            [
                count(
                    "%(minutes)s minutes by relay need %(team)s interpreters; there is only %(num)s for both parts.",
                    "%(minutes)s minutes by relay need %(team)s interpreters; there are only %(num)s for both parts.",
                    1,
                    minutes=60,
                    team=2,
                )
            ],
        ),
        (
            {"requests": (replace(RWANDAN, interpreting=False),), "interpreters": (interpreter(),)},
            [
                say("%(name)s asks us not to find interpreters.", name="King Faisal"),
                say("The experts present in %(spoken)s and the audience follows %(heard)s.", **TONGUES),
            ],
        ),
        (
            {
                "requests": (replace(RWANDAN, interpreting=False, own_interpreters=True),),
                "interpreters": (interpreter(),),
            },
            [
                say(
                    "%(name)s brings its own interpreters, and has not named a language that they follow.",
                    name="King Faisal",
                ),
                say("The experts present in %(spoken)s and the audience follows %(heard)s.", **TONGUES),
            ],
        ),
        (
            {"requests": (request(audience={"en": 2}),)},
            [say("The audience follows no language well enough; ask the hospital which one it understands best.")],
        ),
    ],
)
def test_the_blockers_name_the_true_cause(facts: dict[str, Any], words: list[Message]) -> None:
    assert blockers(world(**facts)) == words


def test_where_there_is_a_match_there_is_nothing_to_explain() -> None:
    assert explain(world(), "r") == Explanation("r")


def test_what_is_in_the_way_of_the_best_match_is_named() -> None:
    other = held(3, experts=("e1",))

    found = explain(world(held=(other,), requests=(BOUND,)), "r")

    words = say("%(name)s is in another session: %(what)s.", name="E1", what=other.name)
    assert (found.never, found.taken, found.takers) == (False, True, (words,))


@pytest.mark.parametrize(("rooms", "named"), [(("room",), True), (("room", "second"), False), (("a", "room"), False)])
def test_a_room_is_in_the_way_only_where_all_are(rooms: tuple[str, ...], named: bool) -> None:
    other = held(3, experts=("e1",), room="room")
    free = tuple(room(name) for name in rooms)

    found = explain(world(held=(other,), requests=(BOUND,), rooms=free), "r")

    busy = say("%(name)s is in another session: %(what)s.", name="E1", what=other.name)
    full = say("%(name)s is taken at that time: %(what)s.", name="ROOM", what=other.name)
    assert found.takers == ((busy, full) if named else (busy,))


def offered(problem: Problem) -> list[Message]:
    """The words of the changes that are offered, each alone."""
    return [step.message for each in explain(problem, "r").relaxations for step in each.steps]


def test_of_a_team_that_lacks_one_only_one_more_is_asked_for() -> None:
    problem = world(requests=(replace(RWANDAN, minutes=120),), interpreters=(interpreter(),))

    more = count(
        "if one more interpreter between %(one)s and %(other)s were free",
        "if %(num)s more interpreters between %(one)s and %(other)s were free",
        1,
        **PAIR,
    )
    assert offered(problem)[:2] == [more, say("if %(minutes)s minutes were enough", minutes=60)]


def test_a_hospital_that_wants_no_interpreters_is_asked_whether_it_would() -> None:
    problem = world(requests=(replace(RWANDAN, interpreting=False),), interpreters=(interpreter(),))

    assert offered(problem)[0] == say("if %(name)s let us find interpreters", name="King Faisal")


def test_what_can_be_negotiated_comes_before_what_hardly_can() -> None:
    problem = world(held=(held(3, room="room"),), requests=(BOUND,))

    assert offered(problem) == [
        say("if another video room were free"),
        say("if %(name)s could come at other times than those it named", name="King Faisal"),
    ]


def test_a_person_is_asked_by_name() -> None:
    problem = world(experts=(expert(masks=(mask("leave", ()),)), expert("e2", masks=(mask("hours", ()),))))

    assert offered(problem)[:1] == [say("if %(name)s were not on leave", name="E1")]


def test_two_changes_together_are_offered_where_none_alone_helps() -> None:
    problem = world(rooms=(), requests=(BOUND,), hospitals=(hospital(masks=(mask("hours", LATE),)),))

    found = explain(problem, "r").relaxations

    assert {len(each.steps) for each in found} == {2}
    assert all(oracle.is_possible(applied(problem, each)) for each in found)


def test_two_changes_together_ask_for_no_more_interpreters_than_are_lacking() -> None:
    two_hours = replace(BOUND, minutes=120, audience={"rw": 5}, windows=(Window(slots([3, 4]), 100, (540, 660)),))
    problem = world(
        requests=(two_hours,),
        interpreters=(interpreter(),),
        hospitals=(hospital(masks=(mask("hours", LATE),)),),
    )

    first = explain(problem, "r").relaxations[0]

    assert [step.what for step in first.steps] == [("zh", "rw", "1"), ()]


@pytest.mark.parametrize(
    ("slot", "facts", "words"),
    [
        (3, {}, []),
        (
            12,
            {"hospitals": (hospital(masks=(mask("weekend", EARLY),)),)},
            [say("It is the weekend for %(name)s.", name="King Faisal")],
        ),
        (12, {"rooms": (room(masks=(mask("hours", EARLY),)),)}, [say("%(name)s is closed at that time.", name="ROOM")]),
        (
            12,
            {"experts": (expert(masks=(mask("leave", EARLY),)),)},
            [say("%(name)s is on leave.", name="E1")],
        ),
        (
            12,
            {"experts": (expert(specialties={"wards": 1}),)},
            [say("No expert covers %(topics)s.", topics=listed([specialty("lungs")]))],
        ),
        (
            12,
            {"requests": (request(exclude=frozenset({"e1"})),)},
            [say("The experts who could answer are excluded, by the hospital or by themselves.")],
        ),
        (
            12,
            {"experts": (expert(speaking={"en": 2}),)},
            [say("The experts speak no language well enough to present in it.")],
        ),
        (
            12,
            {"rooms": (room(seats=10),), "requests": (request(seats=20),)},
            [say("%(name)s has %(seats)s seats for %(wanted)s people.", name="ROOM", seats=10, wanted=20)],
        ),
        (
            12,
            {"rooms": (room(channels=0),), "requests": (RWANDAN,), "interpreters": (interpreter(),)},
            [say("No video room with enough interpreting channels is free at that time.")],
        ),
        (
            12,
            {
                "requests": (RWANDAN,),
                "experts": (expert(masks=(mask("leave", [each for each in ALWAYS if each != 13]),)),),
                "interpreters": (in_passages("i1"), in_passages("i2")),
            },
            [
                say("Interpreted consecutively it takes %(minutes)s minutes.", minutes=120),
                say("%(name)s is on leave.", name="E1"),
            ],
        ),
        (
            12,
            {"requests": (RWANDAN,)},
            [say("Those who are free then are too few for a panel, or cannot converse with the audience.")],
        ),
    ],
)
def test_one_hour_is_explained_by_itself(slot: int, facts: dict[str, Any], words: list[Message]) -> None:
    assert list(why_not_at(world(**facts), "r", at(slot))) == words
