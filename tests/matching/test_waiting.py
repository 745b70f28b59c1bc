"""Who waits too long rises, and so do countries whose requests wait longer than is usual: bounded, and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from medixchange.intake.lifecycle import RequestState
from medixchange.matching.facts import problem_of, problem_of_queue
from medixchange.matching.requests import Rise
from medixchange.matching.score import score
from medixchange.matching.waiting import Wait, behind, rises
from medixchange.messages import count, country, say, sentences
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from medixchange.policies.values import HouseRules, Policy, Weights
from tests import make
from tests.matching.worlds import direct, hospital, request, room, world

RULES = HouseRules(policy=Policy(patience_days=10), weights=Weights(waited=7, waited_most=30, behind=4, behind_most=20))
WAITED = say("It has waited.")
waits = st.lists(st.tuples(st.sampled_from(["ET", "ID", "RW", "ZA"]), st.integers(0, 90)), max_size=12)


@pytest.mark.parametrize(
    ("waited", "longer", "points"),
    [(0, 0, []), (10, 0, []), (11, 0, [7]), (14, 0, [28]), (40, 0, [30]), (10, 2, [8]), (40, 50, [30, 20])],
)
def test_points_grow_by_the_day_up_to_their_limits(waited: int, longer: int, points: list[int]) -> None:
    assert [each.points for each in rises("RW", waited, longer, RULES)] == points


def test_the_words_say_how_long_and_whose() -> None:
    own, common = rises("RW", 12, 3, RULES)

    assert own.why == count("It has waited for %(num)s day.", "It has waited for %(num)s days.", 12)
    assert common.why == count(
        "Requests from %(country)s wait %(num)s day longer than is usual.",
        "Requests from %(country)s wait %(num)s days longer than is usual.",
        3,
        country=country("RW"),
    )


def test_a_country_is_behind_by_its_median_against_that_of_all() -> None:
    found = behind([("RW", 30), ("RW", 20), ("RW", 2), ("ET", 5), ("ET", 1), ("ZA", 9)])

    # All: 1 2 5 9 20 30, of the two in the middle the longer, 9; Rwanda 20, Ethiopia 5, South Africa 9.
    assert found == {"RW": 11, "ET": 0, "ZA": 0}


@given(waits)
def test_a_country_is_behind_by_as_much_longer_as_half_of_its_requests_wait_than_half_of_all(given: list[Wait]) -> None:
    found = behind(given)

    countries = {code for code, _ in given}
    longer = {each: half_wait(given, {each}) - half_wait(given, countries) for each in countries}
    assert found == {code: max(0, days) for code, days in longer.items()}
    assert not found or min(longer.values()) <= 0


def half_wait(given: list[Wait], countries: set[str]) -> int:
    """The most days that at least half of the requests of these countries wait."""
    days = [waited for code, waited in given if code in countries]
    return max(most for most in days if 2 * sum(each >= most for each in days) >= len(days))


def test_what_a_request_gains_is_part_of_s1_with_its_words() -> None:
    asked = request(urgency=2, rises=(Rise(120, WAITED), Rise(50, say("So do others."))))

    first = score(direct(3), world(requests=(asked,))).parts[0]

    assert (first.id, first.points) == ("S1", Weights().serve[2] + 170)
    assert first.message == sentences([say("The request is urgent."), WAITED, say("So do others.")])


def test_of_two_that_want_the_only_hour_the_one_that_has_waited_gets_it() -> None:
    hospitals = (hospital(), hospital(id="other", name="Other"))
    both = (request(), request(id="late", hospital="other"))
    one_session = world(hospitals=hospitals, requests=both, rooms=(room(),))
    first, last = direct(3).start, direct(3).end
    tight = replace(one_session, requests=tuple(replace(each, earliest=first, deadline=last) for each in both))

    for waited in ("r", "late"):
        rising = tuple(replace(each, rises=(Rise(1, WAITED),) if each.id == waited else ()) for each in tight.requests)
        *_, best = plans(Order(replace(tight, requests=rising)))
        assert [match.request for match in best.matches] == [waited]
        assert best.served == Weights().serve[1] + 1


def test_the_desks_requests_rise_by_their_own_days_and_their_countrys(db: Session) -> None:
    now = make.NOW
    rwanda, others = make.hospital(db, country="RW"), make.hospital(db, country="ID")
    late = make.request(db, rwanda, submitted_at=now - timedelta(days=20, hours=3))
    new = [make.request(db, others, submitted_at=now - timedelta(days=days)) for days in (1, 2, 3)]
    make.request(db, rwanda, submitted_at=now - timedelta(days=90), state=RequestState.WITHDRAWN)
    stands = make.request(db, rwanda, submitted_at=now - timedelta(days=60), state=RequestState.APPROVED)

    found = {each.id: each.rises for each in problem_of_queue(db, now=now).requests}

    usual = 3
    assert found[str(late.id)] == tuple(rises("RW", 20, 20 - usual, HouseRules()))
    assert all(found[str(each.id)] == () for each in new)
    assert problem_of(db, late, now=now).requests[0].rises == found[str(late.id)]
    assert problem_of(db, stands, now=now).requests[0].rises == ()
