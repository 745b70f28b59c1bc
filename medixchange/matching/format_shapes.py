"""The shape of an instance file (FORMAT.md): every key, its type and its range, checked by pydantic.

What one value cannot say by itself (ids that repeat, names of nobody, a deadline before its earliest) is looked at in
``format_checks``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, ConfigDict, FailFast, Field, TypeAdapter, with_config
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

INSTANCE = "medix-match-instance/1"
MOST = {
    "requests": 20_000,
    "experts": 10_000,
    "interpreters": 2_000,
    "hospitals": 10_000,
    "countries": 300,
    "confirmed": 20_000,
    "tentative": 20_000,
}
"""How many of each a file may hold."""
MOST_SLOTS = 20_000
"""How many slots a horizon may have: a year of half-hours."""

_STRICT = ConfigDict(strict=True, extra="forbid")
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


Instant = Annotated[str, _is("instant", lambda text: _INSTANT.fullmatch(text) and datetime.fromisoformat(text))]
Local = Annotated[str, _is("local", lambda text: _LOCAL.fullmatch(text) and datetime.fromisoformat(text))]
Day = Annotated[str, _is("day", lambda text: _DAY.fullmatch(text) and date.fromisoformat(text))]
Clock = Annotated[str, _is("clock", _CLOCK.fullmatch)]
Name = Annotated[str, _is("name", lambda text: len(text) <= 100 and text.isprintable() and text.strip())]
Weekday = Annotated[int, Field(ge=0, le=6)]
Level = Annotated[int, Field(ge=1, le=5)]
Points = Annotated[int, Field(ge=0, le=1_000_000)]
Rest = Annotated[int, Field(ge=0, le=7 * 1440)]
Times = Annotated[int, Field(ge=0, le=1_000)]
Minutes = Annotated[int, Field(ge=0, le=100_000)]
Hours = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Names = Annotated[list[Name], Field(max_length=10_000), FailFast()]
Languages = Annotated[dict[Name, Level], Field(max_length=100)]


@with_config(_STRICT)
class Horizon(TypedDict):
    """Which weeks are planned, on which grid."""

    start: Instant
    weeks: Annotated[int, Field(ge=1, le=53)]
    slot_minutes: Literal[5, 10, 15, 20, 30, 60]


@with_config(_STRICT)
class Country(TypedDict):
    """Days off."""

    weekend: Annotated[list[Weekday], Field(max_length=7)]
    holidays: Annotated[list[Day], Field(max_length=10_000), FailFast()]


@with_config(_STRICT)
class House(TypedDict):
    """The policy."""

    hospital_hard: Hours
    hospital_soft: Hours
    expert_hard: Hours
    expert_soft: Hours
    lang_min_expert: Level
    lang_min_audience: Level
    relay: Name
    pair_over_minutes: Annotated[int, Field(ge=0, le=1440)]
    hospital_rest_min: NotRequired[Annotated[int, Field(ge=0, le=0)]]


@with_config(_STRICT)
class Modes(TypedDict):
    """Points by how the two sides converse."""

    direct: Points
    interpreter: Points
    relay: Points


@with_config(_STRICT)
class Coefficients(TypedDict):
    """The weights of the score."""

    serve: Annotated[dict[Literal["1", "2", "3"], Points], Field(min_length=3, max_length=3)]
    lang: Modes
    lang_aud: Modes
    specialty: Points
    window: Points
    humane_hospital: Points
    humane_expert: Points
    humane_interp: Points
    continuity: Points
    soon: Points
    interp_cost: Points
    fair: Points
    stable_start: Points
    stable_expert: Points
    stable_interpreter: NotRequired[Points]


@with_config(_STRICT)
class Asking(TypedDict):
    """A hospital."""

    id: Name
    country: Name
    tz: Name


@with_config(_STRICT)
class Stretch(TypedDict):
    """Hours of a weekday."""

    weekday: Weekday
    start: Clock
    end: Clock


@with_config(_STRICT)
class Wish(Stretch):
    """A window that a hospital prefers."""

    weight: Annotated[int, Field(ge=1, le=100)]


@with_config(_STRICT)
class Request(TypedDict):
    """What one hospital wants."""

    id: Name
    hospital: Name
    duration_min: Annotated[int, Field(ge=1, le=1440)]
    specialties: Annotated[list[Name], Field(min_length=1, max_length=3)]
    audience: Languages
    windows: Annotated[list[Wish], Field(max_length=20)]
    earliest: Instant
    deadline: Instant
    urgency: Annotated[int, Field(ge=1, le=3)]
    panel_min: Annotated[int, Field(ge=1, le=3)]
    panel_max: Annotated[int, Field(ge=1, le=3)]
    exclude: Names
    continuity: Name | None
    weekend_ok: bool


@with_config(_STRICT)
class Somebody(TypedDict):
    """What experts and interpreters share."""

    id: Name
    country: Name
    tz: Name
    availability: Annotated[list[Stretch], Field(max_length=100)]
    blackout: Annotated[list[Annotated[list[Local], Field(min_length=2, max_length=2)]], Field(max_length=100)]
    rest_min: Rest
    exclude_hospitals: Names


@with_config(_STRICT)
class Answering(Somebody):
    """An expert."""

    specialties: Annotated[dict[Name, Annotated[int, Field(ge=1, le=3)]], Field(max_length=100)]
    languages: Languages
    max_day: Times
    max_week: Times
    max_month: Times
    past_load: Times


@with_config(_STRICT)
class Joining(Somebody):
    """An interpreter."""

    pairs: Annotated[list[Annotated[list[Name], Field(min_length=2, max_length=2)]], Field(max_length=100)]
    max_min_day: Minutes
    max_min_week: Minutes


@with_config(_STRICT)
class Planned(TypedDict):
    """A session of a plan."""

    request: Name
    start: Instant
    experts: Annotated[list[Name], Field(min_length=1, max_length=10)]
    speech: Name
    audience: Name
    interpreters: Annotated[list[Name], Field(max_length=10)]


Sessions = Annotated[list[Planned], FailFast()]


@with_config(_STRICT)
class Instance(TypedDict):
    """The whole file."""

    format: Literal["medix-match-instance/1"]
    name: NotRequired[str]
    seed: NotRequired[int]
    horizon: Horizon
    rooms: Annotated[int, Field(ge=1, le=1_000)]
    countries: dict[Name, Country]
    policy: House
    weights: Coefficients
    hospitals: Annotated[list[Asking], FailFast()]
    requests: Annotated[list[Request], FailFast()]
    experts: Annotated[list[Answering], FailFast()]
    interpreters: Annotated[list[Joining], FailFast()]
    confirmed: NotRequired[Sessions]
    tentative: NotRequired[Sessions]


INSTANCES: TypeAdapter[Any] = TypeAdapter(Instance)
