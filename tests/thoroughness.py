"""How many examples a property is tried with."""

from __future__ import annotations

from hypothesis import settings

STEADY = "steady"
TIMES = 10


def examples(number: int) -> settings:
    """``number`` examples in the suite, and ten times as many in the sweep, which looks for new ones."""
    steady = settings.get_current_profile_name() == STEADY
    return settings(max_examples=number if steady else TIMES * number)
