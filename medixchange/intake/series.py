"""The dates of a series: the same hours on the hospital's own clock, again every few weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from medixchange.intake.windows import HORIZON_DAYS, AskedWindow, Window
from medixchange.messages import Message, count, say
from medixchange.times.intervals import Interval
from medixchange.times.zones import local, local_day

FEWEST, MOST = 2, 12
"""How many sessions a series may have."""
RHYTHMS: Mapping[int, Message] = MappingProxyType(
    {1: say("every week"), 2: say("every two weeks"), 4: say("every four weeks")}
)
"""The weeks between two sessions of a series, in words."""


def shifted(at: datetime, weeks: int, zone: str) -> datetime:
    """The instant (UTC) ``weeks`` after ``at``, or before it, at the same time on the clock of ``zone``.

    Where that clock is put forward over it, the time is later by as much; where it is put back over it, the first of
    the two counts, unless ``at`` is itself the second of two (PEP 495).
    """
    wall = local(at, zone)
    return (wall + timedelta(weeks=weeks)).replace(fold=wall.fold).astimezone(UTC)


def window_after(window: Window, weeks: int) -> AskedWindow:
    """The same hours of the local day ``weeks`` later. Of hours that come twice that day both are in it."""
    return AskedWindow(window.day + timedelta(weeks=weeks), window.start_minute, window.end_minute)


def weeks_of(windows: Sequence[Window], zone: str) -> Interval | None:
    """The calendar weeks of the windows, Monday to Sunday on the clock of ``zone``, in which a session of a series may
    be; None without windows."""
    if not windows:
        return None
    first, last = (pick(each.day for each in windows) for pick in (min, max))
    monday, sunday = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    return Interval(local_day(monday, zone).start, local_day(sunday, zone).end)


def look_from(windows: Sequence[Window], zone: str, *, now: datetime) -> datetime | None:
    """From when on hours are looked for: once the last window is no further ahead than sessions are planned.

    None where that is so already, or without windows.
    """
    if not windows:
        return None
    found = local_day(max(each.day for each in windows), zone).end - timedelta(days=HORIZON_DAYS)
    return found if found > now else None


def rhythm_words(times: int, weeks: int) -> Message:
    """How often a series is, and how many times."""
    return count("%(rhythm)s, %(num)s time", "%(rhythm)s, %(num)s times", times, rhythm=RHYTHMS[weeks])


def place_words(place: int, times: int, weeks: int) -> Message:
    """Which session of its series one is."""
    return say("%(place)s of %(times)s, %(rhythm)s", place=place, times=times, rhythm=RHYTHMS[weeks])
