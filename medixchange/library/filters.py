"""What somebody wants to see of the shelf: a topic, a country, a hospital, a language, a year or month, and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from urllib.parse import urlencode

from medixchange.documents.tongues import NAMES
from medixchange.languages.specialties import SPECIALTIES
from medixchange.languages.texts import clean_line

MOST_TEXT = 200
MOST_CODE = 80
_COUNTRY = re.compile(r"[A-Z]{2}")
_DATE = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True)
class Filters:
    """What is asked for; empty where anything will do. ``when`` is "2026" or "2026-11", ``hospital`` its
    code."""

    topic: str = ""
    country: str = ""
    hospital: str = ""
    language: str = ""
    when: str = ""
    text: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set, by name, in their order."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def query(self, **others: str) -> str:
        """The filters as the query of an address, with ``others`` in place of some of them or beside them."""
        whole = {**{each.name: getattr(self, each.name) for each in fields(self)}, **others}
        return urlencode({name: value for name, value in whole.items() if value})

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last day that ``when`` means."""
        if not self.when:
            return None
        year, _, month = self.when.partition("-")
        first = date(int(year), int(month or 1), 1)
        last = date(first.year, 12, 31) if not month else _next_month(first) - timedelta(days=1)
        return first, last


def read_filters(asked: Mapping[str, str]) -> Filters:
    """The filters that an address asks for; what cannot be meant is left out."""
    topic, country, language = (asked.get(name, "") for name in ("topic", "country", "language"))
    when = asked.get("when", "")
    return Filters(
        topic=topic if topic in SPECIALTIES else "",
        country=country if _COUNTRY.fullmatch(country) else "",
        hospital=clean_line(asked.get("hospital", "")[:MOST_CODE]),
        language=language if language in NAMES else "",
        when=when if _DATE.fullmatch(when) else "",
        text=clean_line(asked.get("text", "")[: 2 * MOST_TEXT])[:MOST_TEXT],
    )


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
