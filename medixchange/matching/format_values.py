"""The values that an instance file is made of: texts of one form each, and numbers within their limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, FailFast, Field
from pydantic_core import PydanticCustomError

INSTANCE = "medix-match-instance/1"
MOST = {
    "requests": 20_000,
    "experts": 10_000,
    "interpreters": 2_000,
    "hospitals": 10_000,
    "countries": 300,
    "confirmed": 20_000,
    "tentative": 20_000,
    "standing": 20_000,
}
"""How many of each a file may hold."""
MOST_SLOTS = 20_000
"""How many slots a horizon may have: a year of half-hours."""
MOST_STARTS = 60_000_000
"""How many slots times requests: more than twice as many as ten thousand requests over eight weeks of half-hours have,
which are planned in minutes and 1.5 GB."""

_INSTANT = re.compile(r"20[2-9][0-9]-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]Z")
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def _is(kind: str, holds: Callable[[str], object]) -> AfterValidator:
    """Takes a text as it is where ``holds`` says so; ``kind`` is the type of the fault otherwise."""

    def check(text: str) -> str:
        try:
            good = holds(text)
        except ValueError:
            good = None
        if not good:
            raise PydanticCustomError("instance", "not {kind}", {"kind": kind})
        return text

    return AfterValidator(check)


def _is_name(text: str) -> bool:
    return len(text) <= 100 and text.isprintable() and bool(text.strip())


Instant = Annotated[str, _is("instant", lambda text: _INSTANT.fullmatch(text) and datetime.fromisoformat(text))]
Local = Annotated[str, _is("local", lambda text: _LOCAL.fullmatch(text) and datetime.fromisoformat(text))]
Day = Annotated[str, _is("day", lambda text: _DAY.fullmatch(text) and date.fromisoformat(text))]
Clock = Annotated[str, _is("clock", _CLOCK.fullmatch)]
Name = Annotated[str, _is("name", _is_name)]
Zone = Annotated[str, _is("zone", _is_name)]
"""What could be one; whether it is, is looked up later."""
SLOTS = (5, 10, 15, 20, 30, 60)


def _is_slot(minutes: int) -> int:
    """A number of minutes as it is where it may be the length of a slot; a Literal would take 30.0 for 30."""
    if minutes not in SLOTS:
        *some, last = map(str, SLOTS)
        raise PydanticCustomError("literal_error", "not a slot", {"expected": f"{', '.join(some)} or {last}"})
    return minutes


Slot = Annotated[int, AfterValidator(_is_slot)]
"""Minutes of one slot."""
Weekday = Annotated[int, Field(ge=0, le=6)]
Level = Annotated[int, Field(ge=1, le=5)]
Points = Annotated[int, Field(ge=0, le=1_000_000)]
Rest = Annotated[int, Field(ge=0, le=7 * 1440)]
Times = Annotated[int, Field(ge=0, le=1_000)]
Minutes = Annotated[int, Field(ge=0, le=100_000)]
Hours = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Names = Annotated[list[Name], Field(max_length=10_000), FailFast()]
Languages = Annotated[dict[Name, Level], Field(max_length=100)]
Free = Annotated[list[Annotated[list[Instant], Field(min_length=2, max_length=2)]], Field(max_length=5_000), FailFast()]
"""Stretches of instants, each from and to."""
