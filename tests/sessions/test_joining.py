"""The link to join is shown around the session alone, and only to those who come to one that is certain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from medixchange.sessions.joining import EARLY, LATE, Phase, join_window, may_join, phase_of
from medixchange.sessions.lifecycle import SessionState
from medixchange.times.intervals import Interval

START = datetime(2026, 12, 8, 8, tzinfo=UTC)
SPAN = Interval(START, START + timedelta(hours=1))
MINUTE = timedelta(minutes=1)
ANSWERS = ("NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED")


@given(st.sampled_from(SessionState), st.sampled_from(ANSWERS), st.integers(-200, 200))
def test_the_link_is_shown_in_its_window_to_those_who_come(state: SessionState, answer: str, minutes: int) -> None:
    now = START + minutes * MINUTE

    shown = may_join(state, answer, SPAN, now=now)

    assert shown == (
        state in (SessionState.CONFIRMED, SessionState.OPEN) and answer != "DECLINED" and -30 <= minutes < 90
    )


@given(st.sampled_from(SessionState), st.integers(-200, 200))
def test_a_session_is_in_one_phase_at_a_time(state: SessionState, minutes: int) -> None:
    found = phase_of(state, SPAN, now=START + minutes * MINUTE)

    around = Phase.BEFORE if minutes < -30 else Phase.WITHIN if minutes < 90 else Phase.AFTER
    assert (
        found
        == {
            SessionState.TENTATIVE: Phase.UNCERTAIN if minutes < 60 else Phase.LAPSED,
            SessionState.CONFIRMED: around,
            SessionState.OPEN: around,
            SessionState.HELD: Phase.AFTER,
            SessionState.RECAPPED: Phase.AFTER,
            SessionState.UNWRITTEN: Phase.AFTER,
            SessionState.CANCELLED: Phase.OFF,
            SessionState.NOT_HELD: Phase.OFF,
        }[state]
    )


def test_the_window_is_wider_than_the_session() -> None:
    assert join_window(SPAN) == Interval(SPAN.start - EARLY, SPAN.end + LATE)
