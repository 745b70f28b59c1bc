"""Hours that a whole country keeps free: rows of data, each with its days, its hours and its name.

Sources: China's midday rest (PRODUCT.md; hospitals' published clinic hours); Umuganda, Rwanda, Official Gazette,
Law 53/2007 (last Saturday of the month, from 08:00, with the walk there and the meeting after); the Friday prayer falls
after the sun's noon, 12:00 to 14:00 local time covers it in each country listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from medixchange.messages import N_, Message
from medixchange.times.intervals import Interval
from medixchange.times.zones import stretch

SATURDAY, FRIDAY = 5, 4
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Custom:
    """What ``country`` (ISO 3166) keeps free: minutes of the local day on ``weekdays`` (0 is Monday)."""

    country: str
    name: str
    start: int
    end: int
    weekdays: frozenset[int] = frozenset(range(7))
    last_of_month: bool = False

    @property
    def message(self) -> Message:
        """The custom's name, to be translated."""
        return Message(self.name)

    def applies(self, day: date) -> bool:
        """Whether the custom is kept on the local ``day``."""
        is_last = (day + WEEK).month != day.month
        return day.weekday() in self.weekdays and (is_last or not self.last_of_month)


MIDDAY_REST = N_("the midday rest")
FRIDAY_PRAYER = N_("the Friday prayer")
UMUGANDA = N_("Umuganda, the community work of the month's last Saturday")

FRIDAY_PRAYER_COUNTRIES = (
    "AE", "AF", "BD", "BH", "BN", "DJ", "DZ", "EG", "GM", "GN", "ID", "IQ", "IR", "JO", "KM", "KW", "LB", "LY",
    "MA", "ML", "MR", "MV", "MY", "NE", "OM", "PK", "PS", "QA", "SA", "SD", "SN", "SO", "SY", "TN", "TR", "YE",
)  # fmt: skip  # codes, which nobody reads one by one

CUSTOMS: tuple[Custom, ...] = (
    Custom("CN", MIDDAY_REST, 12 * 60, 14 * 60),
    Custom("RW", UMUGANDA, 7 * 60, 12 * 60, frozenset({SATURDAY}), last_of_month=True),
    *(Custom(country, FRIDAY_PRAYER, 12 * 60, 14 * 60, frozenset({FRIDAY})) for country in FRIDAY_PRAYER_COUNTRIES),
)


def customs_on(country: str, day: date) -> tuple[Custom, ...]:
    """What ``country`` keeps free on the local ``day``."""
    return tuple(custom for custom in CUSTOMS if custom.country == country and custom.applies(day))


def closed(country: str, first: date, last: date, zone: str) -> tuple[tuple[Interval, Custom], ...]:
    """The stretches that ``country`` keeps free in ``zone`` on the local days ``first`` to ``last``."""
    found = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        for custom in customs_on(country, day):
            kept = stretch(day, custom.start, custom.end, zone)
            if kept is not None:
                found.append((kept, custom))
    return tuple(found)
