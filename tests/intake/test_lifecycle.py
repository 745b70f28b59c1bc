"""The life of a request is its table: every way in it leads on, every other one is refused in words."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.errors import Refusal
from medixchange.intake.lifecycle import IN_QUEUE, WAYS, RequestState, Verb, may, step

EVERY = list(product(RequestState, Verb))
ENDS = {RequestState.DONE, RequestState.WITHDRAWN, RequestState.DECLINED}


@pytest.mark.parametrize(("state", "verb"), [(state, verb) for state, verb in EVERY if verb in WAYS[state]])
def test_a_way_in_the_table_leads_where_it_says(state: RequestState, verb: Verb) -> None:
    assert (may(state, verb), step(state, verb)) == (True, WAYS[state][verb])


@pytest.mark.parametrize(("state", "verb"), [(state, verb) for state, verb in EVERY if verb not in WAYS[state]])
def test_a_way_that_is_not_in_the_table_is_refused_in_a_sentence(state: RequestState, verb: Verb) -> None:
    with pytest.raises(Refusal) as refusal:
        step(state, verb)

    assert not may(state, verb)
    assert refusal.value.message.text.endswith(".")


def test_every_state_can_be_reached_from_the_letter() -> None:
    reached = {RequestState.SENT}
    for _ in RequestState:
        reached |= {after for before in reached for after in WAYS[before].values()}

    assert reached == set(RequestState)


@given(st.lists(st.sampled_from(list(Verb)), max_size=30))
def test_no_request_comes_into_the_queue_before_its_address_is_confirmed(verbs: list[Verb]) -> None:
    state = RequestState.SENT

    for verb in verbs:
        before = state
        state = step(state, verb) if may(state, verb) else state

        if before is RequestState.SENT and state in IN_QUEUE:
            assert verb is Verb.CONFIRM


@given(st.lists(st.sampled_from(list(Verb)), max_size=30), st.sampled_from(sorted(ENDS)))
def test_what_has_ended_stays_so(verbs: list[Verb], end: RequestState) -> None:
    assert not any(may(end, verb) for verb in verbs)


def test_a_request_with_a_session_tells_its_hospital_what_it_can_do() -> None:
    with pytest.raises(Refusal, match="withdraw it, or write to the organizers"):
        step(RequestState.APPROVED, Verb.CHANGE)
