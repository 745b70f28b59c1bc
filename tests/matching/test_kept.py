"""What a session stays as it is for is open to its own request at its own hour, and to nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.matching.disruption import as_kept
from medixchange.matching.kept import Kept
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Hospital, Mask, Room
from medixchange.matching.rules import why_not
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.planning.plan import Order
from medixchange.planning.running import run
from medixchange.plans.inputs import packed, unpacked
from medixchange.times.grid import slots_of
from medixchange.times.intervals import MINUTE, Interval
from tests.matching.oracle import every_match, possible_slots
from tests.matching.worlds import (
    EARLY,
    FULL,
    PEOPLE,
    RWANDAN,
    at,
    direct,
    expert,
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
HOUR = Interval(STANDING.start, STANDING.end)
KEEPS = "keeps"
"""The request whose session stays as it is; another is "r"."""


def kept_for(problem: Problem, kind: str, concerns: str, *, channels: int = 0) -> Problem:
    """The session of "r" at slot 12 stays as it is for this cause."""
    return as_kept(problem, {"r": [Kept(kind, concerns, HOUR, channels)]})


def refused(match: Match, problem: Problem) -> list[str]:
    return [reason.kind for reason in why_not(match, problem)]


def with_another(**facts: Any) -> tuple[Request, ...]:
    """The request of the session that stays, and one like it of another hospital."""
    return (request(**facts), request(id="other", hospital="h2", **facts))


TWO_HOSPITALS = (hospital(), hospital(id="h2"))


@pytest.mark.parametrize("kind", ["hours", "leave", "busy", "holiday"])
def test_what_a_session_is_kept_for_stands_in_its_way_at_other_hours_and_in_that_of_others(kind: str) -> None:
    away = expert(masks=(mask(kind, EARLY),))

    kept = kept_for(world(experts=(away,), hospitals=TWO_HOSPITALS, requests=with_another()), kind, "person:e1")

    assert refused(STANDING, kept) == []
    assert refused(direct(13), kept) == [kind]
    assert refused(direct(12, request="other"), kept) == [kind]


@pytest.mark.parametrize(("kind", "concerns"), [("no-expert", "person:e1"), ("out-of-use", "room:room")])
def test_whoever_is_kept_though_retired_is_there_at_that_hour_for_that_session_alone(kind: str, concerns: str) -> None:
    kept = kept_for(world(hospitals=TWO_HOSPITALS, requests=with_another()), kind, concerns)

    assert refused(STANDING, kept) == []
    assert refused(direct(13), kept) == [kind]
    assert refused(direct(12, request="other"), kept) == [kind]


def test_whoever_is_kept_as_an_interpreter_is_no_less_an_expert() -> None:
    both = world(requests=(RWANDAN,), experts=(expert(),), interpreters=(interpreter("e1"), *PEOPLE))

    kept = kept_for(both, "no-interpreter", "person:e1")

    assert kept.expert["e1"] == both.expert["e1"]
    assert kept.interpreter["e1"].masks == (Mask("no-interpreter", 0),)


def test_a_room_that_is_kept_though_small_does_for_that_session_at_its_hour() -> None:
    problem = world(
        hospitals=TWO_HOSPITALS,
        requests=with_another(seats=12),
        rooms=(room(seats=3, channels=0),),
        experts=(expert(),),
    )

    kept = kept_for(problem, "size", "room:room", channels=1)

    assert refused(STANDING, kept) == []
    assert refused(direct(13), kept) == ["size"]
    assert refused(direct(12, request="other"), kept) == ["size"]


@pytest.mark.parametrize(("channels", "does"), [(0, False), (1, True)])
def test_a_room_that_is_kept_carries_as_many_languages_as_were_interpreted_then(channels: int, does: bool) -> None:
    problem = world(requests=(RWANDAN,), interpreters=PEOPLE, rooms=(room(channels=0),))

    kept = kept_for(problem, "size", "room:room", channels=channels)

    assert (refused(direct(12, route=interpreted("i1")), kept) == []) == does
    assert bool(Search(kept, "r").starts >> 12 & 1) == does


@pytest.mark.parametrize("concerns", ["hospital:h", "person:i1"])
def test_a_hospital_and_an_interpreter_are_kept_as_an_expert_is(concerns: str) -> None:
    problem = world(
        hospitals=(hospital(masks=(mask("holiday", EARLY),) if concerns == "hospital:h" else ()),),
        requests=(RWANDAN,),
        interpreters=(replace(PEOPLE[0], masks=(mask("holiday", EARLY),) if concerns == "person:i1" else ()),),
    )
    standing, later = (direct(slot, route=interpreted("i1")) for slot in (12, 13))

    kept = kept_for(problem, "holiday", concerns)

    assert refused(standing, problem) == ["holiday"]
    assert refused(standing, kept) == []
    assert refused(later, kept) == ["holiday"]


def test_a_longer_session_that_begins_in_the_hour_does_not_have_it() -> None:
    away = expert(masks=(mask("leave", [*EARLY, 13]),))
    kept = kept_for(world(experts=(away,), requests=(request(minutes=120),)), "leave", "person:e1")

    assert refused(direct(12, minutes=120), kept) == ["leave"]
    assert not Search(kept, "r").starts >> 12 & 1


def best(problem: Problem) -> tuple[Match, ...]:
    """The best plan."""
    with closing(run(Order(problem), seconds=20)) as plans:
        *_, plan = plans
    return tuple(plan.matches)


def test_in_a_plan_nobody_else_has_who_was_kept_for_one_session() -> None:
    away = expert(masks=(Mask("leave", FULL & ~slots([12])),))
    narrow = with_another(earliest=at(12), deadline=at(13))
    kept = kept_for(world(experts=(away,), hospitals=TWO_HOSPITALS, requests=narrow), "leave", "person:e1")
    another = replace(kept, requests=tuple(replace(each, urgency=3 if each.id == "other" else 1) for each in narrow))

    assert [match.request for match in best(kept)] == ["r"]
    assert best(another) == ()


def test_in_a_plan_nobody_else_has_the_room_that_was_kept_for_one_session() -> None:
    narrow = with_another(earliest=at(12), deadline=at(13), seats=12)
    people, rooms = (expert("e1"), expert("e2")), (room("room", seats=3), room("twin", seats=3))
    kept = kept_for(
        world(hospitals=TWO_HOSPITALS, requests=narrow, experts=people, rooms=rooms), "size", "room:room", channels=0
    )

    assert [(match.request, match.room) for match in best(kept)] == [("r", "room")]


def test_a_problem_is_packed_with_what_is_kept_in_it() -> None:
    kept = kept_for(world(), "leave", "person:e1")

    assert unpacked(packed(kept)) == kept


def some_causes(problem: Problem, number: int) -> Sequence[Kept]:
    """What the session of the request that keeps stays as it is for: people, the hospital and the room, at one hour."""
    chance = Random(f"kept-{number}")
    start = problem.grid.at(chance.randrange(problem.grid.slots - 2))
    hour = Interval(start, start + problem.request["r"].minutes * MINUTE)
    people = [("hours", f"person:{each.id}") for each in (*problem.experts, *problem.interpreters)]
    people += [("no-expert", f"person:{each.id}") for each in problem.experts[:1]]
    people += [("no-interpreter", f"person:{each.id}") for each in problem.interpreters[:1]]
    things = [("hours", f"hospital:{each.id}") for each in problem.hospitals]
    things += [(kind, f"room:{each.id}") for each in problem.rooms[-1:] for kind in ("out-of-use", "size")]
    causes = (*chance.sample(people, min(len(people), 3)), *chance.sample(things, 2))
    return [Kept(kind, concerns, hour, chance.randint(0, 2)) for kind, concerns in causes]


def without_those_gone(problem: Problem, causes: Sequence[Kept]) -> Problem:
    gone = {(each.kind, each.concerns) for each in causes}
    return replace(
        problem,
        experts=tuple(each for each in problem.experts if ("no-expert", f"person:{each.id}") not in gone),
        interpreters=tuple(
            each for each in problem.interpreters if ("no-interpreter", f"person:{each.id}") not in gone
        ),
        rooms=tuple(each for each in problem.rooms if ("out-of-use", f"room:{each.id}") not in gone),
    )


@examples(60)
@given(worlds(), st.integers(0, 2**20))
def test_for_no_other_request_is_there_any_match_that_there_was_not(problem: Problem, number: int) -> None:
    causes = some_causes(problem, number)
    both = replace(problem, requests=(problem.requests[0], replace(problem.requests[0], id=KEEPS)))
    kept, plain = as_kept(both, {KEEPS: causes}), without_those_gone(problem, causes)

    assert list(slots_of(Search(kept, "r").starts)) == possible_slots(plain)
    assert Sides(kept, "r").possible() == Search(kept, "r").starts
    assert list(Search(kept, "r").ranked()) == list(Search(plain, "r").ranked())


def opened(problem: Problem, causes: Sequence[Kept]) -> Problem:
    """The problem of the request that keeps as "r" and of one hour alone: at that hour nothing of it is in the way."""
    hour, found = causes[0].hour, {(each.kind, each.concerns): each for each in causes}

    def there(side: str, it: Any) -> Any:
        open_now = problem.grid.touched([hour]) if ("hours", f"{side}:{it.id}") in found else 0
        return replace(it, masks=tuple(replace(each, slots=each.slots | open_now) for each in it.masks))

    def large(it: Room) -> Room:
        stays = found.get(("size", f"room:{it.id}"))
        if stays is None:
            return it
        channels = None if it.channels is None else max(it.channels, stays.channels)
        return replace(it, seats=None, channels=channels)

    return replace(
        problem,
        requests=tuple(
            replace(each, earliest=max(each.earliest, hour.start), deadline=min(each.deadline, hour.end))
            for each in problem.requests
        ),
        hospitals=tuple(_no_weekend_opened(each, there("hospital", each)) for each in problem.hospitals),
        experts=tuple(there("person", each) for each in problem.experts),
        interpreters=tuple(there("person", each) for each in problem.interpreters),
        rooms=tuple(large(each) for each in problem.rooms),
    )


def _no_weekend_opened(before: Hospital, after: Hospital) -> Hospital:
    """Only hours are opened of a hospital here."""
    masks = (new if new.kind == "hours" else old for old, new in zip(before.masks, after.masks, strict=True))
    return replace(after, masks=tuple(masks))


@examples(60)
@given(worlds(), st.integers(0, 2**20))
def test_at_its_own_hour_its_request_has_every_match_that_there_is_with_what_was_kept(
    problem: Problem, number: int
) -> None:
    causes = some_causes(problem, number)
    simple = replace(problem, tentative={}, policy=replace(problem.policy, consecutive=False, relay_last=False))
    kept, [hour] = as_kept(simple, {"r": causes}), {each.hour for each in causes}

    found = {match.identity for match in every_match(opened(simple, causes))}

    if hour.end <= simple.grid.end:
        slot = simple.grid.slot(hour.start)
        assert bool(Search(kept, "r").starts >> slot & 1) == bool(found)
        assert Sides(kept, "r").possible() >> slot & 1 == Search(kept, "r").starts >> slot & 1
        for match in every_match(opened(simple, causes)):
            assert why_not(match, kept) == []
