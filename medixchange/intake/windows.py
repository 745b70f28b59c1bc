"""When a hospital's team could join: windows on its own clock, checked against days, hours and clocks that move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, field_validator

from medixchange.languages.texts import Picked, Wrong
from medixchange.messages import Message, say
from medixchange.times.grid import QUARTER
from medixchange.times.intervals import Interval
from medixchange.times.zones import AmbiguousLocalTime, NoSuchLocalTime, instants, local, resolve, stretch

MOST_WINDOWS = 3
LENGTHS = (45, 60, 90)
FIRST_MINUTE, LAST_MINUTE, STEP_MINUTES = 6 * 60, 22 * 60, 2 * QUARTER
HORIZON_DAYS = 56
LEAD_DAYS = 2
OFFERED: Mapping[str, int] = {
    f"{minute // 60:02}:{minute % 60:02}": minute for minute in range(FIRST_MINUTE, LAST_MINUTE + 1, STEP_MINUTES)
}
"""The times of day that forms offer, with their minute of the local day."""


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


Clock = Annotated[str, Picked(5, say("Choose a time from the list."), optional=True)]
Fold = Literal["", "0", "1"]


class WindowsStep(BaseModel):
    """When the hospital's team could join: up to three windows on its own clock."""

    asks: ClassVar[Mapping[str, Message]] = {
        "day1": say("Choose at least one day."),
        "minutes": say("Choose how long the session should be."),
        "windows_only": say("Choose whether other hours are possible too."),
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
    minutes: Literal["45", "60", "90"]
    windows_only: Literal["only", "open"]

    @field_validator("from1", "to1", "from2", "to2", "from3", "to3")
    @classmethod
    def _offered(cls, clock: str) -> str:
        if clock and clock not in OFFERED:
            raise Wrong(say("Choose a time from the list."))
        return clock

    @property
    def length(self) -> int:
        """The session's length in minutes."""
        return int(self.minutes)

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
            OFFERED[getattr(self, f"from{number}")],
            OFFERED[getattr(self, f"to{number}")],
            int(fold["from"]) if fold["from"] else None,
            int(fold["to"]) if fold["to"] else None,
        )


def bookable_days(zone: str, *, now: datetime) -> list[date]:
    """The local days of ``zone`` that windows may lie on: from the day after tomorrow, eight weeks long."""
    today = local(now, zone).date()
    return [today + timedelta(days=ahead) for ahead in range(LEAD_DAYS, LEAD_DAYS + HORIZON_DAYS)]


def window_faults(step: WindowsStep, zone: str, *, now: datetime) -> dict[str, Message]:
    """What is wrong with the windows on the clock of ``zone``, by field: parts left out, days too near or far,
    hours that a moved clock skips or repeats, windows shorter than the session."""
    days = bookable_days(zone, now=now)
    faults: dict[str, Message] = {}
    for number in range(1, MOST_WINDOWS + 1):
        missing = step.missing(number)
        if number == 1 or len(missing) < len(PARTS):
            told = say("Fill in day, start and end of window %(number)s.", number=number)
            faults |= dict.fromkeys(missing, told)
    for number, window in step.windows.items():
        faults |= _faults(number, window, zone, days, step.length)
    return faults


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

    Windows that the form cannot say on that clock (another day at one end, hours it does not offer) are left out.
    """
    found: dict[str, Any] = {"minutes": step.minutes, "windows_only": step.windows_only}
    number = 0
    for window in step.windows.values():
        hours = hours_of(window, before)
        edges = [local(at, after) for at in (hours.start, hours.end)] if hours else []
        words = [f"{edge:%H:%M}" for edge in edges]
        if hours is None or edges[0].date() != edges[1].date() or not OFFERED.keys() >= set(words):
            continue
        number += 1
        found[f"day{number}"] = edges[0].date().isoformat()
        for part, edge, clock in zip(("from", "to"), edges, words, strict=True):
            found[f"{part}{number}"] = clock
            if len(instants(edge.date(), OFFERED[clock], after)) > 1:
                found[f"{part}{number}_fold"] = str(edge.fold)
    return found


def _faults(number: int, window: AskedWindow, zone: str, days: list[date], length: int) -> dict[str, Message]:
    if not days[0] <= window.day <= days[-1]:
        return {f"day{number}": say("Choose a day from the list.")}
    bounds = (("from", window.start_minute, window.start_fold), ("to", window.end_minute, window.end_fold))
    moved: dict[str, Message] = {}
    for part, minute, fold in bounds:
        try:
            resolve(window.day, minute, zone, fold=fold)
        except AmbiguousLocalTime as refused:
            moved[f"{part}{number}_fold"] = refused.message
        except NoSuchLocalTime as refused:
            moved[f"{part}{number}"] = refused.message
    if moved:
        return moved
    hours = hours_of(window, zone) if window.start_minute < window.end_minute else None
    if hours is None or hours.minutes < length:
        told = say(
            "Window %(number)s is shorter than the session; end it at least %(minutes)s minutes after it begins.",
            number=number,
            minutes=length,
        )
        return {f"to{number}": told}
    return {}
