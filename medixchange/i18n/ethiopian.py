"""The Ethiopian way to say a moment: thirteen months, and hours counted from dawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from medixchange.messages import N_

ZONE = "Africa/Addis_Ababa"

MONTHS = (
    N_("Meskerem"),
    N_("Tekemt"),
    N_("Hedar"),
    N_("Tahsas"),
    N_("Ter"),
    N_("Yekatit"),
    N_("Megabit"),
    N_("Miazia"),
    N_("Genbot"),
    N_("Sene"),
    N_("Hamle"),
    N_("Nehasse"),
    N_("Pagumen"),
)
"""Names of the months in CLDR's English spelling; twelve of thirty days, and Pagumen of five or six."""

PARTS_OF_DAY = (
    N_("%(clock)s at night"),
    N_("%(clock)s in the morning"),
    N_("%(clock)s in the afternoon"),
    N_("%(clock)s in the evening"),
)
"""The quarters of a day from midnight on, each of six hours, as Amharic names them with the hour."""

_EPOCH = 1723856  # Julian day number on which the Ethiopian cycle of four years is anchored
_ORDINAL_TO_JULIAN = 1721425
_CYCLE = 4 * 365 + 1


@dataclass(frozen=True, order=True)
class EthiopianDate:
    """A day in the Ethiopian calendar (Amete Mihret): month 1 to 13, day 1 to 30."""

    year: int
    month: int
    day: int


def ethiopian_date(day: date) -> EthiopianDate:
    """The Ethiopian date of the Gregorian ``day``.

    Source of the rule: Dershowitz and Reingold, Calendrical Calculations: the Coptic cycle of 1461 days.
    """
    cycles, rest = divmod(day.toordinal() + _ORDINAL_TO_JULIAN - _EPOCH, _CYCLE)
    last_day_of_leap_year = rest // (_CYCLE - 1)
    in_year = rest % 365 + 365 * last_day_of_leap_year
    year = 4 * cycles + rest // 365 - last_day_of_leap_year
    return EthiopianDate(year, in_year // 30 + 1, in_year % 30 + 1)


def ethiopian_clock(clock: time) -> str:
    """The hour counted from six in the morning or evening: 09:00 is "3:00", 12:30 is "6:30"."""
    return f"{(clock.hour - 6) % 12 or 12}:{clock.minute:02d}"


def part_of_day(clock: time) -> str:
    """The message with ``%(clock)s`` that says in which quarter of the day the hour is meant."""
    return PARTS_OF_DAY[clock.hour // 6]
