"""The demo's world passes the real importer and holds what it promises."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from medixchange.db import Database
from medixchange.demo import organizer
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.people.models import Hospital, InterpreterPair, Organizer, Person
from medixchange.samples import world
from medixchange.times.holidays import holidays_of

NOW = datetime(2026, 11, 26, 20, tzinfo=UTC)


def test_the_world_has_the_people_and_places_it_promises(database: Database) -> None:
    rows = world.load(database, now=NOW)

    assert rows == {"hospitals": 19, "panels": 3, "rooms": 4, "experts": 24, "interpreters": 10, "requests": 24}
    with database.read() as db:
        cities = {hospital.city for hospital in db.exec(select(Hospital))}
        pairs = {(pair.source, pair.target) for pair in db.exec(select(InterpreterPair))}
    assert cities >= {
        "Kigali", "Addis Ababa", "Johannesburg", "Harare", "Jakarta", "Makassar", "Jayapura", "Accra",
        "Colombo", "Kathmandu", "Cairo", "Casablanca",
    }  # fmt: skip  # names, which nobody reads one by one
    assert {("zh", other) for other in ("en", "fr", "id", "am", "ar", "pt")} <= pairs
    assert {("en", other) for other in ("rw", "fr", "id")} <= pairs


def test_every_address_of_the_world_is_an_example(database: Database) -> None:
    world.load(database, now=NOW)

    with database.read() as db:
        strangers = [person.email for person in db.exec(select(Person)) if not person.email.endswith(".example.org")]
    assert strangers == []


def test_every_window_of_the_world_lies_ahead(database: Database) -> None:
    world.load(database, now=NOW)

    with database.read() as db:
        days = [window.day for window in db.exec(select(RequestWindow))]
    assert min(days) > NOW.date()


def test_every_request_of_the_world_was_asked_before(database: Database) -> None:
    world.load(database, now=NOW)

    with database.read() as db:
        asked = [request.created_at for request in db.exec(select(SessionRequest))]
    assert max(asked) < NOW


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_the_week_of_the_story_is_worked_everywhere_and_within_reach(today: date) -> None:
    week = world.story_week(datetime.combine(today, time(12), UTC))

    off = [holidays_of(code, week, week + timedelta(days=4)) for code in world.COUNTRIES_OF_THE_STORY]
    thursday = week + timedelta(days=3)
    off += [holidays_of(code, thursday, thursday) for code in world.COUNTRIES_OF_THURSDAY]
    assert (week.weekday(), off) == (0, [{}] * 6)
    # The last windows lie twelve days later; a search looks eight weeks ahead.
    assert timedelta(days=8) <= week - today <= timedelta(days=44)


def test_somebody_decides_at_the_desk_of_the_demo(database: Database) -> None:
    organizer.appoint(database, now=NOW)

    with database.read() as db:
        deciding = db.exec(select(Person.email).join(Organizer, col(Organizer.person_id) == col(Person.id))).all()
    assert deciding == [organizer.ORGANIZER]
