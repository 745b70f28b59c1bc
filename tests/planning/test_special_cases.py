"""What stands, who came before, who is excluded, how people converse: plans whose points are counted by hand.

A request that is served at once in a common language, by somebody of level 1 without a load, is worth 1000 for being
served, 100 for the language, 20 for the topic, less 3 for the first session: 1117.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.planning.cases import Data, case, expert, hospital, interpreter, request, session
from tests.planning.judging import judged

PLAIN = 1000 + 100 + 20 - 3
MONDAY, TUESDAY = "2027-03-08T00:00Z", "2027-03-09T00:00Z"
SUNDAY = "2027-03-14T00:00Z"


def outcome(given: Data) -> tuple[int, dict[str, tuple[str, ...]]]:
    """The score of the best plan, and of each request served when and by whom, once both checkers agree."""
    plan, solution = judged(given)
    assert plan.is_best
    return plan.score, {
        each["request"]: (each["start"], *each["experts"], *each["interpreters"]) for each in solution["sessions"]
    }


def one(*experts: Data, **given: Any) -> Data:
    """One hospital, one request of the whole week."""
    facts = {"hospitals": [hospital(1)], "requests": [request(1, MONDAY, SUNDAY)], "experts": list(experts)}
    return case(**{**facts, **given})


def test_a_request_is_served_at_once() -> None:
    assert outcome(one(expert(1))) == (PLAIN, {"R1": (MONDAY, "E1")})


def test_an_earlier_plan_holds_its_hour_and_its_expert_against_two_days_of_waiting() -> None:
    wednesday = "2027-03-10T10:00Z"

    given = one(expert(1), expert(2), tentative=[session(1, wednesday, "E2")])

    assert outcome(given) == (PLAIN - 2 + 60 + 20, {"R1": (wednesday, "E2")})


def test_an_earlier_plan_that_cannot_be_any_more_holds_nothing() -> None:
    given = one(expert(1), expert(2, max_day=0), tentative=[session(1, "2027-03-20T10:00Z", "E2")])

    assert outcome(given) == (PLAIN, {"R1": (MONDAY, "E1")})


def test_a_confirmed_session_uses_up_its_experts_day_and_rest() -> None:
    nine = "2027-03-08T09:00Z"
    facts: Data = {"hospitals": [hospital(1), hospital(2)], "confirmed": [session(1, nine)]}
    today = [request(1, MONDAY, SUNDAY), request(2, nine, TUESDAY)]
    soon = [request(1, MONDAY, SUNDAY), request(2, "2027-03-08T10:00Z", TUESDAY)]

    none_left = case(**facts, requests=today, experts=[expert(1, max_day=1)])
    rested = case(**facts, requests=soon, experts=[expert(1, rest_min=45)])

    assert outcome(none_left) == (PLAIN, {"R1": (nine, "E1")})
    # The second session of E1 costs 6 by S9 where the first cost 3.
    assert outcome(rested) == (2 * PLAIN - 3, {"R1": (nine, "E1"), "R2": ("2027-03-08T11:00Z", "E1")})


def test_whoever_gave_less_comes_and_a_load_costs_its_next_step() -> None:
    assert outcome(one(expert(1, past_load=2), expert(2)))[1] == {"R1": (MONDAY, "E2")}
    assert outcome(one(expert(1, past_load=5))) == (PLAIN - 15, {"R1": (MONDAY, "E1")})


def test_nobody_comes_who_is_excluded_from_either_side() -> None:
    unwanted = request(1, MONDAY, SUNDAY, exclude=["E1"])

    first = one(expert(1), expert(2), requests=[unwanted])
    second = one(expert(1), expert(2, exclude_hospitals=["H1"]), requests=[unwanted])

    assert outcome(first) == (PLAIN, {"R1": (MONDAY, "E2")})
    assert outcome(second) == (0, {})


@pytest.mark.parametrize(("load", "who", "points"), [(10, "E2", 60 - 30), (19, "E2", 3), (20, "E1", 0), (25, "E1", 0)])
def test_the_expert_who_is_known_comes_again_until_the_load_weighs_more(load: int, who: str, points: int) -> None:
    given = one(expert(1), expert(2, past_load=load), requests=[request(1, MONDAY, SUNDAY, continuity="E2")])

    # E2 gains 60 and costs 3 * (load + 1) instead of 3; at 20 both are worth the same.
    score, served = outcome(given)

    assert score == PLAIN + points
    assert served == {"R1": (MONDAY, who)} or load == 20


def foreign(minutes: int, *people: Data, **facts: Any) -> Data:
    """An audience that speaks Kinyarwanda at level 5, and an expert who speaks Chinese."""
    asked = request(1, MONDAY, SUNDAY, audience={"rw": 5}, duration_min=minutes, **facts)
    return one(expert(1, languages={"zh": 5}), requests=[asked], interpreters=list(people))


NEAR, FAR = {"pairs": [["zh", "en"]]}, {"pairs": [["rw", "en"]]}


def test_two_interpreters_make_a_relay_where_nobody_joins_the_two_languages() -> None:
    given = foreign(60, interpreter(1, **NEAR), interpreter(2, **FAR))

    assert outcome(given) == (1000 + 20 + 2 * 5 + 20 - 2 * 10 - 3, {"R1": (MONDAY, "E1", "I1", "I2")})


def test_one_interpreter_is_better_than_a_relay() -> None:
    given = foreign(60, interpreter(1, **NEAR), interpreter(2, **FAR), interpreter(3, pairs=[["rw", "zh"]]))

    assert outcome(given) == (1000 + 60 + 2 * 10 + 20 - 10 - 3, {"R1": (MONDAY, "E1", "I3")})


@pytest.mark.parametrize(("relay_last", "people"), [(False, ("I1", "I2")), (True, ("I3",))])
def test_a_relay_that_is_worth_more_is_taken_only_where_the_house_lets_it(
    relay_last: bool, people: tuple[str, ...]
) -> None:
    given = foreign(60, interpreter(1, **NEAR), interpreter(2, **FAR), interpreter(3, pairs=[["rw", "zh"]]))
    given["policy"]["relay_last"] = relay_last
    given["weights"]["lang"] = {"direct": 100, "interpreter": 60, "relay": 90}

    assert outcome(given)[1]["R1"][2:] == people


def test_where_the_direct_team_works_elsewhere_there_is_a_relay() -> None:
    given = foreign(60, interpreter(1, **NEAR), interpreter(2, **FAR), interpreter(3, pairs=[["rw", "zh"]]))
    given["policy"]["relay_last"] = True
    given["requests"][0] |= {"earliest": MONDAY, "deadline": "2027-03-08T01:00Z"}
    given["hospitals"].append(hospital(2))
    given["requests"].append(request(2, MONDAY, SUNDAY, hospital="H2", audience={"rw": 5}, duration_min=60))
    given["experts"].append(expert(2, languages={"zh": 5}))
    given["confirmed"] = [session(2, MONDAY, speech="zh", audience="rw", interpreters=["I3"])]

    assert outcome(given)[1]["R1"] == (MONDAY, "E1", "I1", "I2")


def test_a_longer_session_needs_two_on_each_leg_each_on_one() -> None:
    both = {"pairs": [["zh", "en"], ["en", "rw"]]}
    three = [interpreter(1, **NEAR), interpreter(2, **both), interpreter(3, **FAR)]

    assert outcome(foreign(90, *three)) == (0, {})
    score, served = outcome(foreign(90, *three, interpreter(4, **both)))
    assert (score, set(served["R1"])) == (1000 + 30 + 20 - 40 - 3, {MONDAY, "E1", "I1", "I2", "I3", "I4"})


def test_an_interpreter_is_excluded_and_used_up_as_an_expert_is() -> None:
    joins = {"pairs": [["rw", "zh"]]}

    assert outcome(foreign(60, interpreter(1, **joins, exclude_hospitals=["H1"]))) == (0, {})
    assert outcome(foreign(60, interpreter(1, **joins, max_min_day=45))) == (0, {})
    assert outcome(foreign(60, interpreter(1, **joins, max_min_week=60)))[0] > 0
