"""The shape of an instance file (FORMAT.md): every key, its type and its range, checked by pydantic.

What one value cannot say by itself (ids that repeat, names of nobody, a deadline before its earliest) is looked at in
``format_checks``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import FailFast, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from medixchange.matching.format_sessions import MOST_JOINT, STRICT, AsAgreed, Earlier, Planned, Standing
from medixchange.matching.format_values import (
    Clock,
    Day,
    Free,
    Hours,
    Instant,
    Languages,
    Level,
    Local,
    Minutes,
    Name,
    Names,
    Points,
    Rest,
    Slot,
    Times,
    Weekday,
    Zone,
)  # fmt: skip  # a list
from medixchange.matching.requests import MOST_URGENT

_Team = Annotated[list[Annotated[int, Field(ge=1, le=366 * 1440)]], Field(min_length=2, max_length=2)]
Teams = Annotated[list[_Team], Field(min_length=1, max_length=9)]
"""Up to how many minutes how many interpreters."""


@with_config(STRICT)
class Horizon(TypedDict):
    """Which weeks are planned, on which grid."""

    start: Instant
    weeks: Annotated[int, Field(ge=1, le=53)]
    slot_minutes: Slot


@with_config(STRICT)
class Country(TypedDict):
    """Days off."""

    weekend: Annotated[list[Weekday], Field(max_length=7)]
    holidays: Annotated[list[Day], Field(max_length=10_000), FailFast()]


@with_config(STRICT)
class Passages(TypedDict):
    """How consecutive interpreting is done: how long a session takes then in percent, and by how many."""

    percent: Annotated[int, Field(ge=100, le=400)]
    team: Annotated[int, Field(ge=1, le=6)]


@with_config(STRICT)
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
    team_sizes: NotRequired[Teams]
    relay_last: NotRequired[bool]
    multilingual_team: NotRequired[Annotated[int, Field(ge=1, le=9)]]
    consecutive: NotRequired[Passages]
    hospital_rest_min: NotRequired[Annotated[int, Field(ge=0, le=0)]]


@with_config(STRICT)
class Modes(TypedDict):
    """Points by how the two sides converse."""

    direct: Points
    interpreter: Points
    relay: Points


@with_config(STRICT)
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
    consecutive: NotRequired[Points]
    fair: Points
    stable_start: Points
    stable_expert: Points
    stable_interpreter: NotRequired[Points]


@with_config(STRICT)
class Asking(TypedDict):
    """A hospital."""

    id: Name
    country: Name
    tz: Zone
    free: NotRequired[Free]
    working: NotRequired[Free]


@with_config(STRICT)
class Stretch(TypedDict):
    """Hours of a weekday."""

    weekday: Weekday
    start: Clock
    end: Clock


@with_config(STRICT)
class Wish(TypedDict):
    """A window that a hospital prefers, of a weekday or of one day."""

    weekday: NotRequired[Weekday]
    day: NotRequired[Day]
    start: Clock
    end: Clock
    free: NotRequired[Free]
    weight: Annotated[int, Field(ge=1, le=100)]


@with_config(STRICT)
class Listening(TypedDict):
    """A further audience of a session."""

    hospital: Name
    audience: Languages
    windows: Annotated[list[Wish], Field(max_length=20)]
    windows_only: NotRequired[bool]
    weekend_ok: bool


@with_config(STRICT)
class Request(TypedDict):
    """What one hospital wants, or several together."""

    id: Name
    hospital: Name
    duration_min: Annotated[int, Field(ge=1, le=1440)]
    specialties: Annotated[list[Name], Field(min_length=1, max_length=3)]
    audience: Languages
    windows: Annotated[list[Wish], Field(max_length=20)]
    earliest: Instant
    deadline: Instant
    urgency: Annotated[int, Field(ge=1, le=MOST_URGENT)]
    panel_min: Annotated[int, Field(ge=1, le=3)]
    panel_max: Annotated[int, Field(ge=1, le=3)]
    exclude: Names
    continuity: Name | None
    weekend_ok: bool
    windows_only: NotRequired[bool]
    interpreting: NotRequired[bool]
    seats: NotRequired[Annotated[int, Field(ge=0, le=100_000)]]
    rise: NotRequired[Annotated[int, Field(ge=0, le=100_000)]]
    joint: NotRequired[Annotated[list[Listening], Field(max_length=MOST_JOINT)]]
    agreed: NotRequired[AsAgreed]


@with_config(STRICT)
class Somebody(TypedDict):
    """What experts and interpreters share."""

    id: Name
    country: Name
    tz: Zone
    availability: Annotated[list[Stretch], Field(max_length=100)]
    blackout: Annotated[list[Annotated[list[Local], Field(min_length=2, max_length=2)]], Field(max_length=100)]
    rest_min: Rest
    free: NotRequired[Free]
    exclude_hospitals: Names


@with_config(STRICT)
class Answering(Somebody):
    """An expert."""

    specialties: Annotated[dict[Name, Annotated[int, Field(ge=1, le=3)]], Field(max_length=100)]
    languages: Languages
    max_day: Times
    max_week: Times
    max_month: Times
    past_load: Times


@with_config(STRICT)
class Joining(Somebody):
    """An interpreter."""

    pairs: Annotated[list[Annotated[list[Name], Field(min_length=2, max_length=2)]], Field(max_length=100)]
    max_min_day: Minutes
    max_min_week: Minutes
    simultaneous: NotRequired[bool]
    consecutive: NotRequired[bool]


@with_config(STRICT)
class Size(TypedDict):
    """What a room holds; null for no limit."""

    seats: Annotated[int, Field(ge=0, le=100_000)] | None
    channels: Annotated[int, Field(ge=0, le=100)] | None


@with_config(STRICT)
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
    confirmed: NotRequired[Annotated[list[Planned], FailFast()]]
    tentative: NotRequired[Annotated[list[Earlier], FailFast()]]
    standing: NotRequired[Annotated[list[Standing], FailFast()]]
    room_sizes: NotRequired[Annotated[list[Size], Field(max_length=1_000)]]


INSTANCES: TypeAdapter[Any] = TypeAdapter(Instance)
