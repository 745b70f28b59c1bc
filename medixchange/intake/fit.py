"""How hours of a hospital lie on the experts' clock: where working hours meet, and how well a window fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from medixchange.availability.windows import Closed, why_off
from medixchange.messages import Message, say
from medixchange.templating import EXPERT_ZONE
from medixchange.times.grid import QUARTER
from medixchange.times.intervals import Interval, intersection
from medixchange.times.zones import stretch

EXPERT_COUNTRY = "CN"
WORKING = ((9 * 60, 12 * 60), (14 * 60, 18 * 60))
AWAKE = ((7 * 60, 22 * 60),)
HOSPITAL_WORKING = ((8 * 60, 18 * 60),)
STEP = timedelta(minutes=QUARTER)

Kind = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Fit:
    """How well a window fits the experts: its kind, and the same in words."""

    kind: Kind
    message: Message


@dataclass(frozen=True)
class Overlap:
    """The longest stretch that both sides share on a day; in ``working`` hours, or only early or late."""

    hours: Interval
    working: bool


def best_overlap(zone: str, day: date) -> Overlap | None:
    """Where the hospital's ``day`` in ``zone`` meets the experts', or None where only nights would meet."""
    for ours, theirs in ((HOSPITAL_WORKING, WORKING), (AWAKE, AWAKE)):
        here = list(_stretches(ours, zone, day, day))
        there = _stretches(theirs, EXPERT_ZONE, day - timedelta(days=1), day + timedelta(days=1))
        shared = intersection(here, there)
        if shared:
            longest = max(shared, key=lambda each: (each.minutes, -each.start.timestamp()))
            return Overlap(longest, theirs is WORKING)
    return None


def fit(window: Interval, minutes: int, closed: Iterable[Closed] = ()) -> Fit:
    """How well ``window`` fits the experts, whose country has these days ``closed``, for a session of ``minutes``."""
    quarters = [window.start + number * STEP for number in range(window.minutes // QUARTER)]
    there = [at.astimezone(ZoneInfo(EXPERT_ZONE)) for at in quarters]
    off = {at.date(): why_off(at.date(), EXPERT_COUNTRY, closed) for at in there}
    working = [off[at.date()] is None and _within(WORKING, at) for at in there]
    if working and all(working):
        return Fit("ok", say("good: working hours in Beijing"))
    if sum(working) * QUARTER >= minutes:
        return Fit("ok", say("good: partly in working hours in Beijing"))
    reasons = [reason for reason in off.values() if reason is not None]
    if reasons and len(reasons) == len(off):
        return Fit("warn", say("hard: in China it is %(reason)s", reason=reasons[0]))
    if any(_within(AWAKE, at) for at in there):
        return Fit("warn", say("fair: early or late in Beijing"))
    return Fit("bad", say("hard: night in Beijing"))


def _within(hours: tuple[tuple[int, int], ...], at: datetime) -> bool:
    return any(start <= at.hour * 60 + at.minute < end for start, end in hours)


def _stretches(hours: tuple[tuple[int, int], ...], zone: str, first: date, last: date) -> Iterator[Interval]:
    day = first
    while day <= last:
        for start, end in hours:
            found = stretch(day, start, end, zone)
            if found is not None:
                yield found
        day += timedelta(days=1)


def expert_offset(day: date, zone: str) -> timedelta:
    """How far the experts' clock is ahead of the clock of ``zone`` around noon of ``day`` there."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return (noon.astimezone(ZoneInfo(EXPERT_ZONE)).utcoffset() or timedelta()) - (noon.utcoffset() or timedelta())
