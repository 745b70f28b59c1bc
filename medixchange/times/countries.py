"""Which zones a country keeps, as the tz database's own table says (zone.tab)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from medixchange.times.zones import ZONES


def _table() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            if name in ZONES:
                found.setdefault(country, []).append(name)
    # The table leaves out that most of China keeps Beijing time also where another clock is in use beside it.
    found["CN"] = ["Asia/Shanghai"]
    return MappingProxyType({country: tuple(names) for country, names in sorted(found.items())})


_ZONES_OF = _table()

COUNTRIES = frozenset(_ZONES_OF)
"""The countries that keep a clock (ISO 3166 alpha-2)."""


def zones_of(country: str) -> tuple[str, ...]:
    """The zones of ``country``, the most peopled first as the table has them; none for an unknown one."""
    return _ZONES_OF.get(country, ())
