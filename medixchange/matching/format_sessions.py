"""The shapes of sessions in an instance file: of a plan, of an earlier one, and those that stand."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from medixchange.matching.format_values import Instant, Name, Names
from medixchange.matching.requests import MOST_PARTIES

MOST_JOINT = MOST_PARTIES - 1
STRICT = ConfigDict(strict=True, extra="forbid")


@with_config(STRICT)
class AsAgreed(TypedDict):
    """How the session that a request has already is interpreted."""

    team: Annotated[int, Field(ge=0, le=9)]
    consecutive: bool
    minutes: Annotated[int, Field(ge=1, le=4 * 1440)]


@with_config(STRICT)
class Spoken(TypedDict):
    """What every session of a plan says beside its experts."""

    request: Name
    start: Instant
    speech: Name
    audience: Name
    interpreters: Annotated[list[Name], Field(max_length=40)]
    others: NotRequired[Annotated[list[Name], Field(max_length=MOST_JOINT)]]
    consecutive: NotRequired[bool]


@with_config(STRICT)
class Planned(Spoken):
    """A session of a plan."""

    experts: Annotated[list[Name], Field(min_length=1, max_length=10)]


@with_config(STRICT)
class Earlier(Spoken):
    """A session of an earlier plan."""

    experts: Annotated[list[Name], Field(max_length=10)]
    minutes: NotRequired[Annotated[int, Field(ge=1, le=4 * 1440)]]


@with_config(STRICT)
class Standing(TypedDict):
    """A session of nobody's request here, which takes its people's time all the same."""

    start: Instant
    end: Instant
    hospital: Name
    experts: Names
    interpreters: Names
    guests: NotRequired[Annotated[list[Name], Field(max_length=MOST_JOINT)]]
    room: NotRequired[Annotated[int, Field(ge=1, le=1_000)]]
