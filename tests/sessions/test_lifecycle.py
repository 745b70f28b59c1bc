"""The life of a sharing session is its table: every way in it leads on, every other one is refused in words."""

from __future__ import annotations

from itertools import product

import pytest

from medixchange.errors import Refusal
from medixchange.sessions.lifecycle import ALIVE, WAYS, SessionState, Verb, may, step

STATES = [None, *SessionState]
IN_THE_TABLE = [(state, verb) for state, verb in product(STATES, Verb) if verb in WAYS[state]]
NOT_IN_THE_TABLE = [(state, verb) for state, verb in product(STATES, Verb) if verb not in WAYS[state]]


@pytest.mark.parametrize(("state", "verb"), IN_THE_TABLE)
def test_a_way_in_the_table_leads_where_it_says(state: SessionState | None, verb: Verb) -> None:
    assert (may(state, verb), step(state, verb)) == (True, WAYS[state][verb])


@pytest.mark.parametrize(("state", "verb"), NOT_IN_THE_TABLE)
def test_a_way_that_is_not_in_the_table_is_refused_in_a_sentence(state: SessionState | None, verb: Verb) -> None:
    with pytest.raises(Refusal) as refusal:
        step(state, verb)

    assert not may(state, verb)
    assert refusal.value.message.text.endswith(".")


def test_every_state_can_be_reached_from_the_beginning() -> None:
    reached: set[SessionState | None] = {None}
    for _ in SessionState:
        reached |= {after for before in reached for after in WAYS[before].values()}

    assert reached == set(STATES)


def test_people_are_expected_from_the_hold_until_the_end() -> None:
    assert {SessionState.TENTATIVE, SessionState.CONFIRMED, SessionState.OPEN} == ALIVE
