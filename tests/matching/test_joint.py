"""Sessions of several hospitals, and of audiences that hear different languages."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

from medixchange.matching.format import read_instance
from medixchange.matching.format_write import write_instance
from medixchange.matching.match import Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.requests import Party, Window
from medixchange.matching.score import Score, score
from medixchange.matching.solver import Ranked, Search
from medixchange.matching.stored import members_from, row_from, value_of
from medixchange.messages import Message, count, language, listed, say, sentences
from medixchange.policies.values import Policy
from medixchange.sessions.invites import conversation
from tests.matching.worlds import (
    FULL,
    TEAMS,
    direct,
    expert,
    held,
    hospital,
    interpreter,
    mask,
    refused,
    request,
    room,
    slots,
    world,
)

HARARE = hospital(id="g", name="Parirenyatwa", zone="Africa/Harare", country="ZW")
ENGLISH = Party(hospital="g", audience={"en": 4})
FRENCH = Party(hospital="h", audience={"fr": 4})


def together(*joint: Party, **facts: object) -> Problem:
    """Kigali and Harare ask together."""
    return world(**{"hospitals": (hospital(), HARARE), "requests": (request(joint=joint),), **facts})


def in_three_tongues(*people: str) -> Route:
    """Chinese, interpreted into English for the one and into French for the other."""
    half = len(people) // 2
    return Route("interpreter", "zh", "en", (Team("zh", "en", people[:half]), Team("zh", "fr", people[half:])), ("fr",))


def test_it_is_where_every_hospital_is_open() -> None:
    early = replace(HARARE, masks=(mask("hours", range(10)),))
    match = direct(12, route=Route("direct", "en", "en", others=("en",)))

    ((rule, kind, words),) = refused(match, together(ENGLISH, hospitals=(hospital(), early)))

    assert (rule, kind) == ("H2", "hours")
    assert "Parirenyatwa" in words.values.values()


def test_no_hospital_has_two_sessions_at_once() -> None:
    match = direct(12, route=Route("direct", "en", "en", others=("en",)))
    standing = held(12, hospital="elsewhere", guests=("g",))

    problem = together(ENGLISH, held=(standing,))

    assert [(rule, kind) for rule, kind, _ in refused(match, problem)] == [("H9", "taken")]
    assert not Search(problem, "r").starts & slots([12])


def test_every_audience_needs_its_language() -> None:
    problem = together(FRENCH)

    assert [rule for rule, *_ in refused(direct(12), problem)] == ["H6"]
    assert [rule for rule, *_ in refused(direct(12, route=Route("direct", "en", "en", others=("en",))), problem)] == [
        "H6"
    ]
    assert search(problem, "r").matches == ()


def test_what_the_worst_served_audience_hears_counts() -> None:
    chinese = expert(speaking={"zh": 5})
    people = tuple(interpreter(name, ("zh", "en"), ("zh", "fr")) for name in ("i1", "i2"))
    problem = together(
        replace(FRENCH, audience={"fr": 3, "zh": 5}),
        requests=(request(audience={"zh": 3}, joint=(replace(FRENCH, audience={"fr": 4}),)),),
        experts=(chinese,),
        interpreters=people,
    )

    (best, *_) = search(problem, "r").matches
    part = next(each for each in best.score.parts if each.id == "S2")

    assert part.points == 60 + 10
    assert part.message == sentences(
        [
            say("Some hear %(language)s itself.", language=language("zh")),
            say_of_one("I1", "zh", "fr"),
        ]
    )


def say_of_one(name: str, speech: str, audience: str) -> Message:
    """That one person interprets between two languages."""
    return count(
        "%(names)s interprets between %(speech)s and %(audience)s.",
        "%(names)s interpret between %(speech)s and %(audience)s.",
        1,
        names=listed([name]),
        speech=language(speech),
        audience=language(audience),
    )


def test_in_three_languages_three_interpret_on_each_way() -> None:
    people = tuple(interpreter(f"i{n}", ("zh", "en"), ("zh", "fr")) for n in range(6))
    policy = Policy(team_sizes=TEAMS)
    problem = together(FRENCH, experts=(expert(speaking={"zh": 5}),), interpreters=people, policy=policy)
    ids = tuple(each.id for each in people)

    assert [rule for rule, *_ in refused(direct(12, route=in_three_tongues("i0", "i1")), problem)] == ["H6"]
    assert refused(direct(12, route=in_three_tongues(*ids)), problem) == []
    assert {*search(problem, "r").matches[0].match.route.interpreters} == {*ids}
    assert search(replace(problem, interpreters=people[:5]), "r").matches == ()


def test_hours_that_some_hospitals_prefer_count_by_their_share() -> None:
    wish = (Window(slots([12, 13]), 100, (0, 1440)),)
    other = (Window(slots([13]), 60, (0, 1440)),)
    problem = together(
        replace(ENGLISH, windows=other),
        requests=(request(windows=wish, joint=(replace(ENGLISH, windows=other),)),),
    )
    route = Route("direct", "en", "en", others=("en",))

    wished = [
        next(each.points for each in score(direct(at, route=route), problem).parts if each.id == "S4")
        for at in (12, 13, 14)
    ]

    assert wished == [50, 80, 0]


def test_a_relay_serves_the_audience_that_hears_the_language_between() -> None:
    people = (interpreter("i1", ("zh", "en")), interpreter("i2", ("en", "fr")))
    policy = Policy(team_sizes=TEAMS, multilingual_team=1)
    problem = together(FRENCH, experts=(expert(speaking={"zh": 5}),), interpreters=people, policy=policy)

    route = search(problem, "r").matches[0].match.route

    assert route == Route("relay", "zh", "en", (Team("zh", "en", ("i1",)), Team("en", "fr", ("i2",))), ("fr",))


def test_an_instance_file_says_all_audiences() -> None:
    weekly = world(grid=replace(world().grid, slots=7 * 24), rooms=(room(),))
    wish = (Window(FULL, 70, (0, 1440), weekday=2),)
    asked = request(joint=(replace(ENGLISH, windows=wish, windows_only=True, weekend_ok=True), FRENCH))
    standing = held(3, hospital="h", guests=("g",))
    problem = replace(weekly, hospitals=(hospital(), HARARE), requests=(asked,), held=(standing,))

    again = read_instance(json.loads(json.dumps(write_instance(problem))))

    assert again.request["r"].joint == asked.joint
    assert again.held[0].hospitals == ("h", "g")
    assert again.policy.multilingual_team == problem.policy.multilingual_team


def test_a_relay_is_taken_where_the_only_straight_team_is_needed_elsewhere() -> None:
    people = (
        interpreter("i1", ("zh", "fr"), ("zh", "rw")),
        interpreter("i2", ("zh", "en")),
        interpreter("i3", ("en", "fr"), ("en", "rw")),
    )
    policy = Policy(team_sizes=TEAMS, multilingual_team=1, relay_last=True)
    asked = request(audience={"rw": 4}, joint=(FRENCH,))
    problem = together(requests=(asked,), experts=(expert(speaking={"zh": 5}),), interpreters=people, policy=policy)

    assert search(problem, "r").matches[0].match.route.mode == "relay"


def test_a_match_comes_back_from_its_rows_as_it_was() -> None:
    route = in_three_tongues("1", "2", "3", "4")
    match = direct(12, "5", route=route, request="9", room="8")

    row = row_from(1, 1, Ranked(match, Score(0, (), 0)))

    assert value_of(row, members_from(1, match)) == match


def test_a_letter_names_every_language_that_is_heard() -> None:
    told = conversation(SimpleNamespace(mode="interpreter", speech="zh", audience="en", others=("fr", "zh"), relay=""))

    assert told == say(
        "In %(speech)s, interpreted into %(audience)s and back.",
        speech=language("zh"),
        audience=listed([language("en"), language("fr")]),
    )
