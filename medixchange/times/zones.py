"""Wall clocks: IANA zones, and what happens to local times where a clock is put forward or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from medixchange.errors import Refusal
from medixchange.messages import Term, Value, say
from medixchange.times.intervals import Interval

MIN_YEAR, MAX_YEAR = 2020, 2099
MOST_EDGES = 2**16
"""How many times of local days are kept as instants: more than a search of eight weeks asks for; 25 MB."""


def _known() -> frozenset[str]:
    """The tzdata package's own list, without the fixed offsets, whose signs mislead (Etc/GMT+2 is UTC-2)."""
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return frozenset(name for name in names if "/" in name and not name.startswith("Etc/")) | {"UTC"}


ZONES = _known()


class UnknownZone(Refusal):
    """A name that is no IANA zone of the tzdata in use."""

    status = 422


class NoSuchLocalTime(Refusal):
    """A wall clock time that is skipped where the clock is put forward."""

    status = 422


class AmbiguousLocalTime(Refusal):
    """A wall clock time that comes twice where the clock is put back."""

    status = 422


def is_zone(name: str) -> bool:
    """Whether ``name`` is an IANA zone that this program takes."""
    return name in ZONES


@cache
def zone(name: str) -> ZoneInfo:
    """The zone called ``name``; kept, since ZoneInfo itself keeps only eight and would read the others each time anew.

    Raises UnknownZone, with what to write instead.
    """
    if name not in ZONES:
        raise UnknownZone(say("“%(name)s” is no time zone; choose one such as Africa/Kigali.", name=name[:64]))
    return ZoneInfo(name)


def in_years(day: date) -> bool:
    """Whether ``day`` is in the years that this program plans for."""
    return MIN_YEAR <= day.year <= MAX_YEAR


def local(at: datetime, name: str) -> datetime:
    """The instant ``at`` on the wall clock of zone ``name``."""
    return at.astimezone(zone(name))


def instants(day: date, minute: int, name: str) -> tuple[datetime, ...]:
    """The instants (UTC) at which the clock of zone ``name`` shows ``minute`` of the local ``day``.

    None where the clock is put forward over it, two (earlier first) where it is put back over it.
    ``minute`` runs from 0 to 1440, which is the midnight that ends the day (PEP 495 folds).
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    info = zone(name)
    found = (wall.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = (at for at in found if at.astimezone(info).replace(tzinfo=None, fold=0) == wall)
    return tuple(sorted(set(shown)))


def resolve(day: date, minute: int, name: str, *, fold: int | None = None) -> datetime:
    """The one instant (UTC) of a local time; ``fold`` 0 or 1 chooses where there are two.

    Raises NoSuchLocalTime and AmbiguousLocalTime, which say what to choose.
    """
    found = instants(day, minute, name)
    told: dict[str, Value] = {
        "clock": clock_words(minute),
        "day": Term("day", day.isoformat()),
        "zone": Term("zone", name),
    }
    if not found:
        raise NoSuchLocalTime(
            say(
                "The clock in %(zone)s is put forward over %(clock)s on %(day)s; choose an earlier or a later time.",
                **told,
            )
        )
    if len(found) == 2 and fold is None:
        raise AmbiguousLocalTime(
            say(
                "The clock in %(zone)s shows %(clock)s twice on %(day)s; say whether you mean the first or the second.",
                **told,
            )
        )
    return found[min(fold or 0, len(found) - 1)]


def stretch(day: date, start_minute: int, end_minute: int, name: str) -> Interval | None:
    """The instants between two times of the local ``day``, as people mean hours of presence.

    An end at or before the start is on the next day. A start in a gap begins where the gap ends, an end in a gap
    ends there; where the clock is put back both readings count, so the stretch is the longer one: whoever
    is there "from one to three" is there all the while. None when nothing is left of it.
    """
    ends_next_day = end_minute <= start_minute
    start = _edge(day, start_minute, name, last=False)
    end = _edge(day + timedelta(days=1) if ends_next_day else day, end_minute, name, last=True)
    return Interval(start, end) if start < end else None


def local_day(day: date, name: str) -> Interval:
    """The local ``day`` from midnight to midnight: 23 to 25 hours where the clock moves."""
    return Interval(_edge(day, 0, name, last=False), _edge(day + timedelta(days=1), 0, name, last=False))


def clock_words(minute: int) -> str:
    """A minute of the day as "09:30"; 1440 is "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


@lru_cache(MOST_EDGES)
def _edge(day: date, minute: int, name: str, *, last: bool) -> datetime:
    found = instants(day, minute, name)
    if found:
        return found[-1 if last else 0]
    # In a gap the offset from before reads the wall clock as an instant after it, the offset from after as one
    # before it (PEP 495); the gap itself is the first instant at which the new offset holds.
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    info = zone(name)
    low = wall.replace(tzinfo=info, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=info, fold=0).astimezone(UTC)
    before = low.astimezone(info).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(info).utcoffset() == before else (low, middle)
    return high.replace(second=0, microsecond=0)
