"""When those who are invited are shown how to join: shortly before the session until shortly after its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from medixchange.sessions.lifecycle import SessionState
from medixchange.times.intervals import Interval

EARLY = timedelta(minutes=30)
"""How long before the start the link is shown: time to try sound and picture over a thin line."""
LATE = timedelta(minutes=30)
"""How long after the end it still is: sessions run over."""
CERTAIN = frozenset({SessionState.CONFIRMED, SessionState.OPEN})
TOOK_PLACE = frozenset({SessionState.HELD, SessionState.RECAPPED, SessionState.UNWRITTEN})


class Phase(StrEnum):
    """How far a session is for those who would join it."""

    UNCERTAIN = "uncertain"
    LAPSED = "lapsed"
    BEFORE = "before"
    WITHIN = "within"
    AFTER = "after"
    OFF = "off"


def join_window(span: Interval) -> Interval:
    """The stretch around a session in which its link is shown."""
    return Interval(span.start - EARLY, span.end + LATE)


def phase_of(state: SessionState, span: Interval, *, now: datetime) -> Phase:
    """How far a session is: not confirmed yet, or not before its hour had passed; before its link is shown, while it
    is, after that; or off, as it was cancelled or not held."""
    if state is SessionState.TENTATIVE:
        return Phase.UNCERTAIN if now < span.end else Phase.LAPSED
    if state in TOOK_PLACE:
        return Phase.AFTER
    if state not in CERTAIN:
        return Phase.OFF
    window = join_window(span)
    return Phase.BEFORE if now < window.start else Phase.WITHIN if now < window.end else Phase.AFTER


def may_join(state: SessionState, partstat: str, span: Interval, *, now: datetime) -> bool:
    """Whether somebody with this answer is shown the link now: not for what is uncertain, nor to who declined."""
    return phase_of(state, span, now=now) is Phase.WITHIN and partstat != "DECLINED"
