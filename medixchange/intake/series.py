"""The dates of a series: the same hours on the hospital's own clock, again every few weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from medixchange.intake.windows import HORIZON_DAYS, AskedWindow, Window
from medixchange.messages import Message, Term, count, say
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


def stretch_of(windows: Sequence[Window], weeks: int, zone: str) -> Interval | None:
    """In which a session may be that comes again after ``weeks``; None without windows.

    The calendar weeks of the windows, Monday to Sunday on the clock of ``zone``; where these are more than ``weeks``,
    as many weeks from the first day on, so that the stretches of a series do not overlap unless the windows of one are
    changed. Windows that lie further apart are all in it.
    """
    if not windows:
        return None
    begins, ends = _days_of(windows)
    monday, sunday = begins - timedelta(days=begins.weekday()), ends + timedelta(days=6 - ends.weekday())
    if sunday - monday < timedelta(weeks=weeks):
        begins, ends = monday, sunday
    else:
        ends = max(ends, begins + timedelta(weeks=weeks, days=-1))
    return Interval(local_day(begins, zone).start, local_day(ends, zone).end)


def too_far_apart(windows: Sequence[Window], weeks: int) -> Message | None:
    """Why these cannot be the windows of a session that comes again after ``weeks``, None where they can: windows that
    span as much would let two sessions of the series change places."""
    if not windows:
        return None
    begins, ends = _days_of(windows)
    if ends - begins < timedelta(weeks=weeks):
        return None
    return count(
        "The windows of this series must lie within %(num)s day; choose a day that is nearer to the others.",
        "The windows of this series must lie within %(num)s days; choose a day that is nearer to the others.",
        7 * weeks,
    )


def out_of_turn(day: date, after: date | None, before: date | None) -> Message | None:
    """Why a session of a series cannot be asked for ``day``, None where it can: an earlier one asks for days up to
    ``after``, a later one for days from ``before`` on."""
    if after is not None and day <= after:
        return say(
            "An earlier session of this series is asked for %(day)s; choose a later day.",
            day=Term("day", after.isoformat()),
        )
    if before is not None and day >= before:
        return say(
            "A later session of this series is asked for %(day)s; choose an earlier day.",
            day=Term("day", before.isoformat()),
        )
    return None


def _days_of(windows: Sequence[Window]) -> tuple[date, date]:
    days = sorted(each.day for each in windows)
    return days[0], days[-1]


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
