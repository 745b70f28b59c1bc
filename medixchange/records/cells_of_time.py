"""Cells that say when: days, hours of the week, absences, windows and lengths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from medixchange.intake.windows import MOST_MINUTES, MOST_WINDOWS
from medixchange.messages import say
from medixchange.records.cells import WrongCell, number, parts
from medixchange.times.grid import QUARTER
from medixchange.times.zones import in_years

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, order=True)
class Hours:
    """One stretch of the week: weekday 0 is Monday, minutes of the local day."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True)
class Days:
    """The local days from ``first`` to ``last``, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class OtherDay:
    """Other hours on one local day, instead of those of its week; none where the day is closed."""

    day: date
    hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class WindowOnDay:
    """A stretch of one local day, in minutes."""

    day: date
    start: int
    end: int


def session_length(cell: str) -> int:
    """How long a session lasts, in minutes: quarters of an hour up to eight hours."""
    minutes = number(QUARTER, MOST_MINUTES)(cell)
    if minutes % QUARTER:
        raise WrongCell(say("Write a number of minutes that is a multiple of 15, such as 60."))
    return minutes


def day(cell: str) -> date:
    """A day as ISO 8601 writes it, from 2020 to 2099."""
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        raise WrongCell(say("“%(cell)s” is no day; write year-month-day, such as 2026-12-01.", cell=cell)) from None
    if not in_years(found):
        raise WrongCell(say("%(cell)s is too far away; give a day from 2020 to 2099.", cell=cell))
    return found


def clock_range(cell: str) -> tuple[int, int]:
    """Minutes of the local day from "09:00-12:30"; 24:00 is its end."""
    form = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", cell)
    if form is None or any(int(form[i]) > 59 for i in (2, 4)):
        raise WrongCell(say("“%(cell)s” is no stretch of hours; write one such as 09:00-12:30.", cell=cell))
    start, end = int(form[1]) * 60 + int(form[2]), int(form[3]) * 60 + int(form[4])
    if start > 1439 or end > 1440:
        raise WrongCell(say("“%(cell)s” runs past the end of the day; 24:00 is the last minute.", cell=cell))
    return start, end


def hours(cell: str) -> tuple[Hours, ...]:
    """A week as "Mon-Fri 08:00-12:00 14:00-18:00; Sat 09:00-12:00"."""
    found: list[Hours] = []
    for piece in parts(cell):
        days, *ranges = piece.split()
        for weekday in _weekdays(days):
            found += [Hours(weekday, *clock_range(stretch)) for stretch in ranges]
        if not ranges:
            raise WrongCell(say("“%(piece)s” has no hours; write some, such as Mon-Fri 08:00-12:00.", piece=piece))
    if not found:
        raise WrongCell(say("Give the hours of a week, such as Mon-Fri 08:00-12:00 14:00-18:00."))
    return tuple(found)


def leave(cell: str) -> tuple[Days, ...]:
    """Absences as "2027-02-01..2027-02-14; 2027-05-03"."""
    found = []
    for piece in parts(cell):
        first, dots, last = piece.partition("..")
        days = Days(day(first), day(last) if dots else day(first))
        if days.last < days.first:
            raise WrongCell(say("“%(piece)s” ends before it begins; write the earlier day first.", piece=piece))
        found.append(days)
    return tuple(found)


def exceptions(cell: str) -> tuple[OtherDay, ...]:
    """Days with other hours as "2026-12-24 closed; 2026-12-26 09:00-12:00 14:00-16:00"."""
    found: dict[date, OtherDay] = {}
    for piece in parts(cell):
        on, *ranges = piece.split()
        if not ranges:
            raise WrongCell(say("“%(piece)s” has no hours; write some, or closed.", piece=piece))
        hours_there = () if ranges == ["closed"] else tuple(clock_range(stretch) for stretch in ranges)
        other = OtherDay(day(on), hours_there)
        if other.day in found:
            raise WrongCell(
                say("“%(piece)s” names its day a second time; write all hours of a day together.", piece=piece)
            )
        found[other.day] = other
    return tuple(found.values())


def windows(cell: str) -> tuple[WindowOnDay, ...]:
    """One to three windows of hospital time as "2026-12-01 09:30-12:00; 2026-12-03 09:00-11:00"."""
    found = []
    for piece in parts(cell):
        on, _, stretch = piece.partition(" ")
        window = WindowOnDay(day(on), *clock_range(stretch.strip()))
        if window.end <= window.start or window.start % QUARTER or window.end % QUARTER:
            raise WrongCell(say("“%(piece)s” must end after it begins, both on a quarter of an hour.", piece=piece))
        found.append(window)
    if not 1 <= len(found) <= MOST_WINDOWS:
        raise WrongCell(say("Give one to three windows, such as 2026-12-01 09:30-12:00."))
    return tuple(found)


def _weekdays(cell: str) -> list[int]:
    """The weekdays of "Mon", "Mon-Fri" or "Tue,Thu"."""
    found: list[int] = []
    for piece in cell.split(","):
        first, dash, last = piece.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise WrongCell(
                say(
                    "“%(piece)s” is no day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun.",
                    piece=piece,
                )
            )
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last) if dash else WEEKDAYS.index(first)
        found += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return found
