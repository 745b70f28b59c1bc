"""Every clock that is kept somewhere, for people to choose from."""

from __future__ import annotations

from datetime import datetime

from medixchange.i18n import Words
from medixchange.times.countries import COUNTRIES, zones_of

Choice = tuple[str, str]


def by_country(words: Words, *, now: datetime) -> list[tuple[str, str, list[Choice]]]:
    """Code and name of each country by name, with its zones and their distance from UTC now."""
    named = sorted((words.country(code), code) for code in COUNTRIES)
    return [(code, name, [(zone, described(words, zone, now=now)) for zone in zones_of(code)]) for name, code in named]


def described(words: Words, zone: str, *, now: datetime) -> str:
    """A zone by its place and its distance from UTC now."""
    return f"{words.place(zone)} · {words.offset(now, zone)}"
