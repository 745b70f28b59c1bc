"""A plain small instance to say special cases with: one country, UTC on every wall, everybody free all week."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from bench.instances import POLICY, WEIGHTS

Data = dict[str, Any]
ALWAYS = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]
OPEN = ["00:00", "24:00"]


def hospital(number: int, **given: Any) -> Data:
    """Hospital ``number``, at Greenwich time."""
    return {"id": f"H{number}", "country": "AA", "tz": "UTC", **given}


def request(number: int, earliest: str, deadline: str, **given: Any) -> Data:
    """A request of an hour from hospital ``number``, whose audience speaks English."""
    return {
        "id": f"R{number}", "hospital": f"H{number}", "duration_min": 60, "specialties": ["tcm"],
        "audience": {"en": 3}, "windows": [], "earliest": earliest, "deadline": deadline, "urgency": 1,
        "panel_min": 1, "panel_max": 1, "exclude": [], "continuity": None, "weekend_ok": True, **given,
    }  # fmt: skip  # a table


def expert(number: int, **given: Any) -> Data:
    """An expert of one topic who speaks English."""
    return {
        "id": f"E{number}", "country": "AA", "tz": "UTC", "availability": ALWAYS, "blackout": [], "rest_min": 0,
        "exclude_hospitals": [], "specialties": {"tcm": 1}, "languages": {"en": 5}, "max_day": 9, "max_week": 9,
        "max_month": 9, "past_load": 0, **given,
    }  # fmt: skip  # a table


def interpreter(number: int, **given: Any) -> Data:
    """An interpreter between Chinese and English."""
    return {
        "id": f"I{number}", "country": "AA", "tz": "UTC", "availability": ALWAYS, "blackout": [], "rest_min": 0,
        "exclude_hospitals": [], "pairs": [["zh", "en"]], "max_min_day": 900, "max_min_week": 900, **given,
    }  # fmt: skip  # a table


def session(number: int, start: str, *experts: str, **given: Any) -> Data:
    """A session of request ``number`` in English."""
    return {
        "request": f"R{number}", "start": start, "experts": list(experts or (f"E{number}",)), "speech": "en",
        "audience": "en", "interpreters": [], **given,
    }  # fmt: skip  # a table


def case(*, start: str = "2027-03-08T00:00Z", weeks: int = 1, slot: int = 30, **given: Any) -> Data:
    """An instance of the parts that are given, every hour of which is a working hour."""
    hours = dict.fromkeys(("hospital_hard", "hospital_soft", "expert_hard", "expert_soft"), OPEN)
    return deepcopy(
        {
            "format": "medix-match-instance/1", "name": "case", "seed": 0,
            "horizon": {"start": start, "weeks": weeks, "slot_minutes": slot}, "rooms": 9,
            "countries": {"AA": {"weekend": [], "holidays": []}}, "policy": {**POLICY, **hours}, "weights": WEIGHTS,
            "hospitals": [], "requests": [], "experts": [], "interpreters": [], "confirmed": [], "tentative": [],
            **given,
        }
    )  # fmt: skip  # a table
