"""When a hospital's team could join: windows on its own clock, checked against days, hours and clocks that move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self

from pydantic import BaseModel, field_validator, model_validator

from medixchange.languages.texts import Picked, Wrong
from medixchange.messages import Message, Term, say
from medixchange.times.grid import QUARTER
from medixchange.times.intervals import Interval
from medixchange.times.zones import AmbiguousLocalTime, NoSuchLocalTime, clock_words, instants, local, resolve, stretch

MOST_WINDOWS = 3
LENGTHS = (45, 60, 90)
"""The lengths that forms offer; requests from elsewhere, and what is agreed on later, may have others."""
MOST_MINUTES = 8 * 60
FIRST_MINUTE, LAST_MINUTE, STEP_MINUTES = 6 * 60, 22 * 60, 2 * QUARTER
HORIZON_DAYS = 56
"""How far ahead sessions are planned."""
LEAD_DAYS = 2
CLOCK: Mapping[str, int] = {clock_words(minute): minute for minute in range(0, 24 * 60 + 1, QUARTER)}
"""Every time of day that a window may begin or end at, with its minute of the local day."""
OFFERED: Mapping[str, int] = {
    clock_words(minute): minute for minute in range(FIRST_MINUTE, LAST_MINUTE + 1, STEP_MINUTES)
}
"""The times of day that forms offer."""

LENGTHS_TAKEN = frozenset(str(minutes) for minutes in range(QUARTER, MOST_MINUTES + 1, QUARTER))
"""Every length that a request may have, as forms write it."""

PARTS = ("day", "from", "to")


class Window(Protocol):
    """What a typed window and its row have in common: a local day, minutes of it, and which of two is meant."""

    @property
    def day(self) -> date:
        """The local day."""

    @property
    def start_minute(self) -> int:
        """The minute of the day at which it begins."""

    @property
    def end_minute(self) -> int:
        """The minute of the day at which it ends."""

    @property
    def start_fold(self) -> int | None:
        """Where the clock shows the start twice: 0 for the first, 1 for the second."""

    @property
    def end_fold(self) -> int | None:
        """The same for the end."""


@dataclass(frozen=True)
class AskedWindow:
    """A stretch of one local day when the hospital would like to meet, as typed."""

    day: date
    start_minute: int
    end_minute: int
    start_fold: int | None = None
    end_fold: int | None = None


WRONG_CLOCK = say("Choose a time from the list.")
WRONG_LENGTH = say("Choose how long the session should be.")
ONCE: Literal["once"] = "once"
Clock = Annotated[str, Picked(5, WRONG_CLOCK, optional=True)]
Fold = Literal["", "0", "1"]


class WindowsStep(BaseModel):
    """When the hospital's team could join: up to three windows on its own clock.

    Every length and quarter of an hour is taken: a request may have others than the form offers, and keeps them.
    """

    asks: ClassVar[Mapping[str, Message]] = {
        "day1": say("Choose at least one day."),
        "minutes": WRONG_LENGTH,
        "windows_only": say("Choose whether other hours are possible too."),
        "rhythm": say("Choose whether it is once or a series."),
        "times": say("Choose how many sessions the series has."),
    }

    day1: date
    from1: Clock = ""
    from1_fold: Fold = ""
    to1: Clock = ""
    to1_fold: Fold = ""
    day2: date | None = None
    from2: Clock = ""
    from2_fold: Fold = ""
    to2: Clock = ""
    to2_fold: Fold = ""
    day3: date | None = None
    from3: Clock = ""
    from3_fold: Fold = ""
    to3: Clock = ""
    to3_fold: Fold = ""
    minutes: Annotated[str, Picked(3, WRONG_LENGTH)]
    windows_only: Literal["only", "open"]
    rhythm: Literal["once", "1", "2", "4"] = ONCE
    times: Literal["", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"] = ""

    @field_validator("from1", "to1", "from2", "to2", "from3", "to3")
    @classmethod
    def _on_a_quarter(cls, clock: str) -> str:
        if clock and clock not in CLOCK:
            raise Wrong(WRONG_CLOCK)
        return clock

    @field_validator("minutes")
    @classmethod
    def _in_quarters(cls, minutes: str) -> str:
        if minutes not in LENGTHS_TAKEN:
            raise Wrong(WRONG_LENGTH)
        return minutes

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.rhythm != ONCE and not self.times:
            raise Wrong.answers({"times": self.asks["times"]})
        return self

    @property
    def length(self) -> int:
        """The session's length in minutes."""
        return int(self.minutes)

    @property
    def series(self) -> tuple[int, int] | None:
        """The weeks between two sessions and how many there are; None for a single one."""
        return None if self.rhythm == ONCE else (int(self.rhythm), int(self.times))

    @property
    def windows(self) -> dict[int, AskedWindow]:
        """The windows that were filled in, by their number on the form."""
        return {number: self._window(number) for number in range(1, MOST_WINDOWS + 1) if not self.missing(number)}

    def missing(self, number: int) -> list[str]:
        """The fields of a window that were left empty."""
        return [f"{part}{number}" for part in PARTS if not getattr(self, f"{part}{number}")]

    def _window(self, number: int) -> AskedWindow:
        fold = {part: getattr(self, f"{part}{number}_fold") for part in ("from", "to")}
        return AskedWindow(
            getattr(self, f"day{number}"),
            CLOCK[getattr(self, f"from{number}")],
            CLOCK[getattr(self, f"to{number}")],
            int(fold["from"]) if fold["from"] else None,
            int(fold["to"]) if fold["to"] else None,
        )


def bookable_days(zone: str, *, now: datetime) -> list[date]:
    """The local days of ``zone`` for windows: from the day after tomorrow, as far as sessions are planned."""
    today = local(now, zone).date()
    return [today + timedelta(days=ahead) for ahead in range(LEAD_DAYS, HORIZON_DAYS)]


def window_faults(step: WindowsStep, zone: str, *, now: datetime) -> dict[str, Message]:
    """What is wrong with the windows on the clock of ``zone``, by field: parts left out, and what is wrong with each
    one."""
    faults: dict[str, Message] = {}
    for number in range(1, MOST_WINDOWS + 1):
        missing = step.missing(number)
        if number == 1 or len(missing) < len(PARTS):
            told = say("Fill in day, start and end of window %(number)s.", number=number)
            faults |= dict.fromkeys(missing, told)
    for number, window in step.windows.items():
        faults |= faults_of(number, window, step.length, zone, now=now)
    return faults


def faults_of(number: int, window: Window, length: int, zone: str, *, now: datetime) -> dict[str, Message]:
    """What is wrong with a window for a session of ``length`` minutes, by field: a day that is over, too near or too
    far, hours that a moved clock skips or repeats, an end before the beginning or too soon after it."""
    wrong_day = day_fault(number, window.day, zone, now=now)
    if wrong_day is not None:
        return {f"day{number}": wrong_day}
    return _moved_clock(number, window, zone) or _too_short(number, window, length, zone)


def day_fault(number: int, day: date, zone: str, *, now: datetime) -> Message | None:
    """Why no session can be planned on the day of a window."""
    today, (first, *_, last) = local(now, zone).date(), bookable_days(zone, now=now)
    if day < today:
        return say("Window %(number)s is on a day that is over; choose a later day.", number=number)
    if day < first:
        return say("Window %(number)s is too soon; choose %(day)s or a later day.", number=number, day=_term(first))
    if day > last:
        return say(
            "Window %(number)s is too far ahead; choose %(day)s or an earlier day.", number=number, day=_term(last)
        )
    return None


def hours_of(window: Window, zone: str) -> Interval | None:
    """The instants of a window; where the clock shows a bound twice and nobody said which, the longer stretch."""
    wide = stretch(window.day, window.start_minute, window.end_minute, zone)
    if wide is None:
        return None
    start, end = wide.start, wide.end
    if window.start_fold is not None:
        start = resolve(window.day, window.start_minute, zone, fold=window.start_fold)
    if window.end_fold is not None:
        end = resolve(window.day, window.end_minute, zone, fold=window.end_fold)
    return Interval(start, end) if start < end else None


def moved(step: WindowsStep, before: str, after: str) -> dict[str, Any]:
    """The answers that keep the moments of all windows where the hospital's clock is ``after`` and no more ``before``.

    Windows that cannot be said on that clock (another day at one end) or lie outside the hours of forms are left out.
    """
    kept = ("minutes", "windows_only", *(("rhythm", "times") if step.series else ()))
    found: dict[str, Any] = {name: getattr(step, name) for name in kept}
    number = 0
    for window in step.windows.values():
        hours = hours_of(window, before)
        edges = [local(at, after) for at in (hours.start, hours.end)] if hours else []
        words = [f"{edge:%H:%M}" for edge in edges]
        if hours is None or edges[0].date() != edges[1].date() or not _are_daytime(words):
            continue
        number += 1
        found[f"day{number}"] = edges[0].date().isoformat()
        for part, edge, clock in zip(("from", "to"), edges, words, strict=True):
            found[f"{part}{number}"] = clock
            if len(instants(edge.date(), CLOCK[clock], after)) > 1:
                found[f"{part}{number}_fold"] = str(edge.fold)
    return found


def _are_daytime(clocks: Sequence[str]) -> bool:
    return all(FIRST_MINUTE <= CLOCK.get(clock, -1) <= LAST_MINUTE for clock in clocks)


def _term(day: date) -> Term:
    return Term("day", day.isoformat())


def _moved_clock(number: int, window: Window, zone: str) -> dict[str, Message]:
    """Hours that the clock skips or shows twice that day, by field."""
    bounds = (("from", window.start_minute, window.start_fold), ("to", window.end_minute, window.end_fold))
    moved: dict[str, Message] = {}
    for part, minute, fold in bounds:
        try:
            resolve(window.day, minute, zone, fold=fold)
        except AmbiguousLocalTime as refused:
            moved[f"{part}{number}_fold"] = refused.message
        except NoSuchLocalTime as refused:
            moved[f"{part}{number}"] = refused.message
    return moved


def _too_short(number: int, window: Window, length: int, zone: str) -> dict[str, Message]:
    if window.end_minute < window.start_minute:
        told = say(
            "Window %(number)s ends before it begins; choose a later end or an earlier beginning.", number=number
        )
        return {f"to{number}": told}
    hours = hours_of(window, zone) if window.start_minute < window.end_minute else None
    if hours is None or hours.minutes < length:
        told = say(
            "Window %(number)s is shorter than the session; end it at least %(minutes)s minutes after it begins.",
            number=number,
            minutes=length,
        )
        return {f"to{number}": told}
    return {}
