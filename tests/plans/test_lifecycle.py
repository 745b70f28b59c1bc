"""What can be done with a request in a plan is what its table says, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from medixchange.errors import Refusal
from medixchange.plans.lifecycle import WAYS, PlannedState, Verb, may, step


@pytest.mark.parametrize(("state", "verb"), list(product(PlannedState, Verb)))
def test_every_way_that_is_not_in_the_table_is_refused(state: PlannedState, verb: Verb) -> None:
    known = WAYS[state].get(verb)

    assert may(state, verb) is (known is not None)
    if known is None:
        with pytest.raises(Refusal):
            step(state, verb)
    else:
        assert step(state, verb) is known
