"""Seeded instances of the exchange format: of the sizes that planning is measured with, and tiny ones for tests.

    python -m bench.instances SHAPE SEED > instance.json

Whoever gives the same shape and seed gets the same instance.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from holidays import country_holidays

Data = dict[str, Any]
Item = TypeVar("Item")

WEIGHTS: Data = {
    "serve": {"1": 1000, "2": 2000, "3": 4000},
    "lang": {"direct": 100, "interpreter": 60, "relay": 20},
    "lang_aud": {"direct": 15, "interpreter": 10, "relay": 5},
    "specialty": 20, "window": 100, "humane_hospital": 10, "humane_expert": 6, "humane_interp": 4, "continuity": 60,
    "soon": 1, "interp_cost": 10, "fair": 3, "stable_start": 60, "stable_expert": 20,
}  # fmt: skip  # a table
POLICY: Data = {
    "hospital_hard": ["08:00", "20:00"], "hospital_soft": ["09:00", "17:00"],
    "expert_hard": ["07:00", "22:30"], "expert_soft": ["09:00", "18:00"],
    "lang_min_expert": 4, "lang_min_audience": 3, "relay": "en", "pair_over_minutes": 60, "hospital_rest_min": 0,
}  # fmt: skip  # a table
TOPICS = (
    "critical-care", "respiratory", "infectious-disease", "infection-control", "emergency", "nursing", "public-health",
    "laboratory", "imaging", "vaccination", "obstetrics", "paediatrics", "cardiology", "hospital-management",
    "nephrology", "surgery", "psychiatry", "pharmacy", "tcm", "oncology",
)  # fmt: skip  # a table


@dataclass(frozen=True)
class Place:
    """A country with a zone, how often hospitals are there, and what their staff speaks beside English."""

    country: str
    zone: str
    share: int
    tongue: str | None = None
    weekend: tuple[int, ...] = (5, 6)


ASKING = (
    Place("ZA", "Africa/Johannesburg", 28), Place("ET", "Africa/Addis_Ababa", 20, "am"),
    Place("RW", "Africa/Kigali", 17, "rw"), Place("ZW", "Africa/Harare", 15), Place("CM", "Africa/Douala", 12, "fr"),
    Place("KE", "Africa/Nairobi", 11), Place("BR", "America/Sao_Paulo", 10, "pt"),
    Place("DZ", "Africa/Algiers", 10, "ar", (4, 5)), Place("EG", "Africa/Cairo", 10, "ar", (4, 5)),
    Place("AO", "Africa/Luanda", 9, "pt"), Place("MZ", "Africa/Maputo", 8, "pt"), Place("ID", "Asia/Jakarta", 7, "id"),
    Place("ID", "Asia/Jayapura", 5, "id"), Place("IN", "Asia/Kolkata", 6, None, (6,)),
    Place("NP", "Asia/Kathmandu", 4, None, (5,)), Place("MM", "Asia/Yangon", 3), Place("SN", "Africa/Dakar", 6, "fr"),
    Place("GB", "Europe/London", 5), Place("PH", "Asia/Manila", 5), Place("PE", "America/Lima", 4, "es"),
    Place("US", "America/New_York", 2),
)  # fmt: skip  # a table
ANSWERING = (
    Place("CN", "Asia/Shanghai", 63), Place("CN", "Asia/Urumqi", 20), Place("FR", "Europe/Paris", 5, "fr"),
    Place("SG", "Asia/Singapore", 4), Place("GB", "Europe/London", 3), Place("US", "America/Los_Angeles", 2),
    Place("AU", "Australia/Sydney", 2), Place("PT", "Europe/Lisbon", 1, "pt"),
)  # fmt: skip  # a table
INTERPRETING = (
    Place("CN", "Asia/Shanghai", 77), Place("RW", "Africa/Kigali", 9), Place("KE", "Africa/Nairobi", 7),
    Place("GB", "Europe/London", 5), Place("ET", "Africa/Addis_Ababa", 2),
)  # fmt: skip  # a table
PAIRS = (
    (("en", "zh"), 16), (("es", "zh"), 8), (("pt", "zh"), 8), (("ar", "zh"), 7), (("en", "id"), 6), (("am", "en"), 6),
    (("fr", "zh"), 6), (("en", "fr"), 5), (("ar", "en"), 4), (("en", "pt"), 4), (("am", "zh"), 2), (("en", "rw"), 2),
    (("id", "zh"), 1),
)  # fmt: skip  # a table


@dataclass(frozen=True)
class Shape:
    """How many of everything; ``tight`` makes caps, hours and rooms scarce, so that every rule bites."""

    requests: int
    experts: int
    interpreters: int
    hospitals: int
    rooms: int
    weeks: int
    slot_minutes: int = 30
    topics: int = len(TOPICS)
    tight: bool = False


SHAPES = {
    "S": Shape(20, 30, 8, 10, 1, 2, topics=8),
    "M": Shape(200, 150, 24, 60, 2, 4),
    "L": Shape(1_000, 500, 56, 200, 3, 8),
    "XL": Shape(10_000, 3_000, 300, 1_500, 24, 12),
    "Q": Shape(500, 1_000, 100, 200, 6, 4),
    "tiny": Shape(3, 4, 3, 2, 1, 1, slot_minutes=60, topics=2, tight=True),
    "small": Shape(6, 7, 5, 3, 1, 1, topics=3, tight=True),
}


def instance(shape: str, seed: int) -> Data:
    """The instance of one of ``SHAPES`` with this seed."""
    return _Maker(SHAPES[shape], Random(f"{shape}-{seed}")).instance(f"{shape}-{seed}", seed)


class _Maker:
    def __init__(self, shape: Shape, chance: Random) -> None:
        self.shape, self.chance = shape, chance
        # In spring clocks change in Europe and America, in autumn in the south; Eid and Easter fall between.
        self.start = date(2027, 3, 8) if not shape.tight else chance.choice((date(2027, 3, 22), date(2027, 10, 25)))
        self.days = 7 * shape.weeks

    def instance(self, name: str, seed: int) -> Data:
        """The whole of it."""
        shape = self.shape
        hospitals = [self._hospital(number) for number in range(shape.hospitals)]
        experts = [self._expert(number, hospitals) for number in range(shape.experts)]
        interpreters = [self._interpreter(number) for number in range(shape.interpreters)]
        places = {each["country"] for each in (*hospitals, *experts, *interpreters)}
        found: Data = {
            "format": "medix-match-instance/1",
            "name": name,
            "seed": seed,
            "horizon": {
                "start": self.start.strftime("%Y-%m-%dT00:00Z"),
                "weeks": shape.weeks,
                "slot_minutes": shape.slot_minutes,
            },
            "rooms": shape.rooms,
            "countries": {country: self._country(country) for country in sorted(places)},
            "policy": POLICY,
            "weights": WEIGHTS,
            "hospitals": [{key: each[key] for key in ("id", "country", "tz")} for each in hospitals],
            "requests": [self._request(number, hospitals, experts) for number in range(shape.requests)],
            "experts": experts,
            "interpreters": interpreters,
            "confirmed": [],
            "tentative": [],
        }
        return found

    def _country(self, country: str) -> Data:
        place = next(each for each in (*ASKING, *ANSWERING, *INTERPRETING) if each.country == country)
        last = self.start + timedelta(days=self.days)
        known = country_holidays(country, years={self.start.year, last.year})
        days = [day.isoformat() for day in sorted(known) if self.start <= day <= last]
        return {"weekend": list(place.weekend), "holidays": days}

    def _place(self, places: Sequence[Place]) -> Place:
        return self.chance.choices(places, [each.share for each in places])[0]

    def _hospital(self, number: int) -> Data:
        place = self._place(ASKING)
        return {"id": f"H{number:04}", "country": place.country, "tz": place.zone, "tongue": place.tongue}

    def _topics(self, most: int) -> list[str]:
        """Different topics, the common ones more often."""
        topics, found = TOPICS[: self.shape.topics], list[str]()
        weights = [1 / (place + 3) for place in range(len(topics))]
        while len(found) < min(most, len(topics)):
            topic = self.chance.choices(topics, weights)[0]
            if topic not in found:
                found.append(topic)
        return found

    def _expert(self, number: int, hospitals: list[Data]) -> Data:
        chance, place = self.chance, self._place(ANSWERING)
        languages = {"zh": chance.choice((5, 5, 5, 4))}
        if place.country != "CN" or chance.random() < 0.4:
            languages["en"] = chance.choice((5, 4, 4, 3))
        if place.tongue or chance.random() < 0.15:
            languages[place.tongue or chance.choice(("fr", "ru", "pt", "id", "es", "ar"))] = chance.choice((4, 5))
        return {
            **self._person(f"E{number:04}", place),
            "specialties": {topic: chance.randint(1, 3) for topic in self._topics(chance.choice((1, 2, 2, 3)))},
            "languages": languages,
            "rest_min": chance.choice((30, 30, 60, 120)),
            "max_day": chance.choice((1, 1, 2)),
            "max_week": chance.choice((1, 1, 2, 3)),
            "max_month": chance.choice((1, 2, 3, 4)),
            "exclude_hospitals": [chance.choice(hospitals)["id"]] if chance.random() < self._odds(0.08) else [],
            "past_load": chance.choice((0, 0, 1, 2, 3, 5, 8)),
        }

    def _interpreter(self, number: int) -> Data:
        chance, place = self.chance, self._place(INTERPRETING)
        pairs = [list(chance.choices([pair for pair, _ in PAIRS], [share for _, share in PAIRS])[0])]
        if chance.random() < 0.35:
            pairs.append(["en", chance.choice(("fr", "ar", "id", "pt", "zh"))])
        return {
            **self._person(f"I{number:04}", place),
            "pairs": pairs,
            "rest_min": chance.choice((30, 30, 60)),
            "max_min_day": chance.choice((120, 120, 180, 240)),
            "max_min_week": chance.choice((360, 480, 720)) if not self.shape.tight else chance.choice((120, 240)),
            "exclude_hospitals": ["H0000"] if chance.random() < self._odds(0.02) else [],
        }

    def _odds(self, usual: float) -> float:
        """A rare thing is frequent where everything is tight."""
        return max(usual, 0.2) if self.shape.tight else usual

    def _person(self, name: str, place: Place) -> Data:
        """Hours on some weekdays, sometimes in two parts or past midnight, and days away."""
        chance = self.chance
        hours = []
        for weekday in sorted(chance.sample(range(7), chance.choice((2, 3, 3, 4, 4, 5)))):
            begin = chance.choice(range(7 * 60, 18 * 60, 30))
            end = min(24 * 60, begin + chance.choice((150, 240, 360, 480, 600)))
            hours.append({"weekday": weekday, "start": _clock(begin), "end": _clock(end)})
            if end == 24 * 60:
                hours.append({"weekday": (weekday + 1) % 7, "start": "00:00", "end": "02:00"})
        away = []
        for _ in range(chance.choice((0, 0, 1, 2))):
            first = self.start + timedelta(days=chance.randrange(self.days))
            last = first + timedelta(days=chance.choice((1, 1, 2, 5)))
            away.append([f"{first}T00:00", f"{last}T00:00"])
        return {
            "id": name, "country": place.country, "tz": place.zone, "availability": hours, "blackout": away,
        }  # fmt: skip  # one line says it

    def _request(self, number: int, hospitals: list[Data], experts: list[Data]) -> Data:
        chance, hospital = self.chance, self.chance.choice(hospitals)
        audience = {"en": chance.choice((2, 3, 4, 4, 5))}
        if hospital["tongue"]:
            audience = {hospital["tongue"]: 5, "en": chance.choice((1, 2, 2, 3, 4))}
        first = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)
        earliest = first + timedelta(days=chance.randrange(max(1, self.days - 6)))
        span = chance.choice((4, 5, 7, 7, 10, 14, 14, 21, 28, 28))
        deadline = min(earliest + timedelta(days=span), first + timedelta(days=self.days))
        least = chance.choice((1, 1, 1, 2))
        return {
            "id": f"R{number:05}",
            "hospital": hospital["id"],
            "duration_min": chance.choice((60, 60, 60, 90, 120) if self.shape.slot_minutes < 60 else (60, 60, 120)),
            "specialties": self._topics(chance.choice((1, 1, 2, 2, 3))),
            "audience": audience,
            "windows": [self._window() for _ in range(chance.choice((0, 1, 2, 2, 3)))],
            "earliest": earliest.strftime("%Y-%m-%dT%H:%MZ"),
            "deadline": deadline.strftime("%Y-%m-%dT%H:%MZ"),
            "urgency": chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 2, 3)),
            "panel_min": least,
            "panel_max": chance.randint(least, 3),
            "exclude": [chance.choice(experts)["id"]] if chance.random() < self._odds(0.08) else [],
            "continuity": chance.choice(experts)["id"] if chance.random() < 0.25 else None,
            "weekend_ok": chance.random() < 0.2,
        }

    def _window(self) -> Data:
        begin = self.chance.choice(range(9 * 60, 16 * 60, 60))
        end = begin + self.chance.choice((120, 180, 240, 300))
        weight = self.chance.choice((100, 70, 50, 30))
        return {"weekday": self.chance.randrange(5), "start": _clock(begin), "end": _clock(end), "weight": weight}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


if __name__ == "__main__":
    json.dump(instance(sys.argv[1], int(sys.argv[2])), sys.stdout)
