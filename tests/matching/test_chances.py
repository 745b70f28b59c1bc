"""What windows would give is what trying everything finds, and each widening that is told, once made, gives so much."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import assume
from hypothesis import given as drawn

from medixchange.matching.chances import FEW, chances
from medixchange.matching.problem import Problem
from medixchange.matching.relaxations import Relaxation
from medixchange.matching.requests import Request, Window
from medixchange.messages import Term, say
from medixchange.times.grid import union
from medixchange.times.zones import local
from tests.matching import oracle
from tests.matching.worlds import at, expert, interpreter, mask, request, slots, world, worlds
from tests.thoroughness import examples


def bound(asked: Request) -> Request:
    """The request inside its windows alone."""
    joint = tuple(replace(party, windows_only=bool(party.windows)) for party in asked.joint)
    return replace(asked, windows_only=bool(asked.windows), joint=joint)


def tried(problem: Problem, asked: Request) -> list[int]:
    return list(oracle.possible_slots(replace(problem, requests=(asked,))))


def made(asked: Request, widening: Relaxation, problem: Problem) -> Request:
    """The request once a widening is made."""
    (step,) = widening.steps
    own = union(window.slots for window in asked.windows)
    if step.kind == "hours":
        moved = own << 1 if "longer" in step.message.text else own >> 1
        return replace(asked, windows=(Window((own | moved) & problem.grid.full, 100, (0, 1440)),))
    if step.kind == "language":
        named = step.message.values["language"]
        assert isinstance(named, Term)
        return replace(asked, audience={**asked.audience, named.code: 5})
    if step.kind == "interpreting":
        return replace(asked, interpreting=True)
    return replace(asked, minutes=int(step.what[0])) if step.kind == "shorter" else replace(asked, windows_only=False)


@examples(20)
@drawn(worlds())
def test_starts_are_counted_by_day_and_each_widening_gives_what_it_says(problem: Problem) -> None:
    asked = bound(problem.request["r"])
    assume(asked.windows)
    zone = problem.hospital[asked.hospital].zone

    found = chances(problem, "r")

    inside = tried(problem, asked)
    assert found.days == Counter(local(problem.grid.at(slot), zone).date() for slot in inside)
    assert len(inside) < FEW or not found.widenings
    for each in found.widenings:
        gives = tried(problem, made(asked, each, problem))
        assert each.starts == len(gives)
        assert each.first in [problem.grid.at(slot) for slot in gives]
        assert each.starts > len(inside)


def window(*numbers: int) -> Window:
    return Window(slots(numbers), 100, (0, 0))


def test_before_languages_are_named_none_stands_in_the_way() -> None:
    asked = request(audience={}, windows=(window(*range(2, 12)),))
    problem = world(requests=(asked,), experts=(expert(speaking={"zh": 5}),))

    found = chances(problem, "r")

    assert (found.starts, found.in_any_language) == (10, True)


def test_another_language_is_named_where_only_that_would_help() -> None:
    asked = request(audience={"rw": 5}, windows=(window(*range(2, 12)),), interpreting=False)
    problem = world(requests=(asked,), experts=(expert(speaking={"zh": 5}),), interpreters=(interpreter(),))

    told = [each.message.values["steps"] for each in chances(problem, "r").widenings]

    spoken = [each for steps in told if isinstance(steps, Term) for each in steps.items]
    assert say("if %(name)s let us find interpreters", name="Rwinkwavu") not in spoken  # one alone is no team
    assert say("if your team followed %(language)s well", language=Term("language", "zh")) in spoken


def test_an_hour_more_and_any_other_time_are_named_the_nearer_first() -> None:
    asked = request(windows=(window(2, 3),), minutes=120)
    problem = world(requests=(asked,), experts=(expert(masks=(mask("hours", range(3, 9)),)),))

    found = chances(problem, "r")

    kinds = [(each.steps[0].kind, each.first) for each in found.widenings]
    assert kinds == [("hours", at(3)), ("shorter", at(3)), ("windows", at(3))]


def test_of_any_other_time_the_one_nearest_to_any_window_is_named() -> None:
    asked = request(windows=(window(1, 2), window(20, 21)), minutes=120)
    problem = world(requests=(asked,), experts=(expert(masks=(mask("hours", (6, 7, 8, 23, 24, 25)),)),))

    (other,) = [each for each in chances(problem, "r").widenings if each.steps[0].kind == "windows"]

    assert other.first == at(23)


def test_nobody_is_named() -> None:
    asked = request(windows=(window(2, 3),))
    problem = world(requests=(asked,), experts=(expert(specialties={"heart": 1}),))

    found = chances(problem, "r")

    assert (found.starts, found.widenings) == (0, [])
    assert found.reasons
    assert "E1" not in str(found.reasons)
