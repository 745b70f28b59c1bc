"""Rows for when people can, and for the time that sessions have taken."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from medixchange.db import Row


class WeeklyHours(Row, table=True):
    """One stretch of a person's week in the person's zone; minutes of the local day.

    ``end_minute`` at or before ``start_minute`` runs over midnight; weekday 0 is Monday.
    """

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_in_range"),
        CheckConstraint("start_minute BETWEEN 0 AND 1439 AND end_minute BETWEEN 0 AND 1440", name="minutes_in_day"),
    )

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    weekday: int
    start_minute: int
    end_minute: int


class DayException(Row, table=True):
    """Other hours on one local day; the rows of a day replace its weekly hours, empty minutes close it."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    day: date
    start_minute: int | None = None
    end_minute: int | None = None


class LeavePeriod(Row, table=True):
    """A person is away from the first to the last local day, both included."""

    __table_args__ = (CheckConstraint("last_day >= first_day", name="days_in_order"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    first_day: date
    last_day: date


PERSON, ROOM, HOSPITAL = "person", "room", "hospital"
"""What has time that can be taken."""


def named(kind: str, number: int) -> str:
    """How claims name what they take, and closed days the hospital whose they are: ``person:7``."""
    return f"{kind}:{number}"


IN_FORCE = text("removed_at IS NULL")


def _once(place: str) -> Index:
    """What is closed at a ``place`` begins on a day once."""
    name = f"uq_closedperiod_{place}"
    return Index(name, place, "first_day", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)


class ClosedPeriod(Row, table=True):
    """Nobody works in a country (ISO 3166), or at one hospital, from the first to the last local day, both included.

    ``name`` is what is kept then, as somebody wrote it. From ``starts_at`` to ``ends_at`` it is one of these days
    somewhere on earth. What was taken back stays as a row, so that searches know of it.
    """

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("(country IS NULL) <> (hospital_id IS NULL)", name="country_or_hospital"),
        _once("country"),
        _once("hospital_id"),
    )

    id: int = Field(default=None, primary_key=True)
    country: str | None = Field(default=None, max_length=2)
    hospital_id: int | None = Field(default=None, foreign_key="hospital.id")
    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime = Field(index=True)
    name: str = Field(max_length=120)
    recorded_at: datetime
    recorded_by: str = Field(max_length=60)
    removed_at: datetime | None = Field(default=None, index=True)


class SlotClaim(Row, table=True):
    """One quarter of an hour of one resource is taken; the primary key refuses a second taker.

    ``resource`` is as ``named`` says;
    ``slot`` counts quarters of an hour since the Unix epoch.
    """

    resource: str = Field(primary_key=True, max_length=40)
    slot: int = Field(primary_key=True)
    session_uid: str = Field(index=True, max_length=120)


class Load(Row, table=True):
    """Hours that a person gives to a session: what caps and fairness count."""

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    session_uid: str = Field(primary_key=True, index=True, max_length=120)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
