"""The desk says what to do about each change that would help."""

from __future__ import annotations

from medixchange.web.desk.reliefs import ADVICE
from tests.matching.taking import TAKE


def test_every_kind_of_change_comes_with_advice() -> None:
    assert set(ADVICE) == set(TAKE)
