"""The demo's world: CSV files read by the real importer, moved by whole weeks so that they lie ahead."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from importlib.resources import files

from medixchange.db import Database
from medixchange.journal.record import PROGRAM
from medixchange.records.imports import import_records
from medixchange.times.holidays import holidays_of

ORDER = ("hospitals", "panels", "rooms", "experts", "interpreters", "requests")
FIRST_MONDAY = date(2026, 1, 5)  # the files call this the coming Monday
COUNTRIES_OF_THE_STORY = ("CN", "RW", "ID", "GH")
THURSDAY, COUNTRIES_OF_THURSDAY = timedelta(days=3), ("MA", "SN")
"""When hospitals in Casablanca and Dakar share a session: the one day that suits both."""
ONE_WEEK = timedelta(days=7)
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


class WorldFault(Exception):
    """A file of the demo world does not pass the importer."""


def story_week(now: datetime) -> date:
    """The Monday of the week in which most hospitals want a session: the first after the coming one whose five
    days are worked wherever most of the story plays, and the Thursday where its hospitals share a session."""
    monday = _coming_monday(now) + ONE_WEEK
    while _is_broken(monday):
        monday += ONE_WEEK
    return monday


def _is_broken(monday: date) -> bool:
    """Whether somebody of the story is off work in that week."""
    friday, thursday = monday + timedelta(days=4), monday + THURSDAY
    return any(holidays_of(country, monday, friday) for country in COUNTRIES_OF_THE_STORY) or any(
        holidays_of(country, thursday, thursday) for country in COUNTRIES_OF_THURSDAY
    )


def load(database: Database, *, now: datetime) -> dict[str, int]:
    """Import every file and return how many rows each brought.

    Raises WorldFault when a cell is wrong.
    """
    return {kind: _load(database, kind, now) for kind in ORDER}


def sheet(kind: str, *, now: datetime) -> str:
    """The CSV text of ``kind``, its days moved: what is past in the files stays past, what lies ahead is planned
    from the week of the story on."""
    text = files("medixchange.samples").joinpath("world", f"{kind}.csv").read_text("utf-8")
    past, ahead = (monday - ONE_WEEK - FIRST_MONDAY for monday in (_coming_monday(now), story_week(now)))

    def moved(found: re.Match[str]) -> str:
        day = date.fromisoformat(found[0])
        return (day + (past if day < FIRST_MONDAY else ahead)).isoformat()

    return DAY.sub(moved, text)


def _coming_monday(now: datetime) -> date:
    return now.date() + timedelta(days=7 - now.weekday())


def _load(database: Database, kind: str, now: datetime) -> int:
    outcome = import_records(database, kind, sheet(kind, now=now), now=now, actor=PROGRAM)
    if outcome.faults:
        raise WorldFault(f"{kind}.csv: {outcome.faults[0]}")
    return outcome.rows
