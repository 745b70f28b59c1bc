"""What a zone is called, and how far it is from UTC: always a city and an offset, never an abbreviation."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from medixchange.messages import N_

NAMED = MappingProxyType({"Asia/Shanghai": N_("Beijing")})
"""Zones that people know by another city than CLDR's: all of China keeps Beijing time."""


def exemplar_city(zone: str, locale: Locale) -> str:
    """CLDR's city for the IANA ``zone`` in the words of ``locale``, else the last part of its name.

    CLDR keeps some zones under the names they had before (Asia/Calcutta), so those are tried as well.
    """
    for name in _names(zone):
        if city := locale.time_zones.get(name, {}).get("city"):
            return str(city)
    return zone.rpartition("/")[2].replace("_", " ")


def offset(at: datetime, zone: str) -> str:
    """The distance of ``zone``'s clock from UTC at the aware moment ``at``: "UTC+2", "UTC+5:45", "UTC−3"."""
    distance = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = round(distance.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


@lru_cache(maxsize=1024)
def _names(zone: str) -> tuple[str, ...]:
    canonical: dict[str, str] = dict(get_global("zone_aliases"))
    today = canonical.get(zone, zone)
    return (zone, today, *(old for old, new in canonical.items() if new == today))
