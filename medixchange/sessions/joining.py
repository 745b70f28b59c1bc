"""When those who are invited are shown how to join: shortly before the session until shortly after its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from medixchange.sessions.lifecycle import SessionState
from medixchange.times.intervals import Interval

EARLY = timedelta(minutes=30)
"""How long before the start the link is shown: time to try sound and picture over a thin line."""
LATE = timedelta(minutes=30)
"""How long after the end it still is: sessions run over."""
CERTAIN = frozenset({SessionState.CONFIRMED, SessionState.OPEN})


def join_window(span: Interval) -> Interval:
    """The stretch around a session in which its link is shown."""
    return Interval(span.start - EARLY, span.end + LATE)


def may_join(state: SessionState, partstat: str, span: Interval, *, now: datetime) -> bool:
    """Whether somebody with this answer is shown the link now: not for what is uncertain, nor to who declined."""
    window = join_window(span)
    return state in CERTAIN and partstat != "DECLINED" and window.start <= now < window.end
