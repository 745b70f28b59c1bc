"""Who asked the same is found among many open requests without reading them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from medixchange.intake.alike import MOST_COMPARED, alike
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.people.models import Hospital
from medixchange.tokens import seed
from tests import make
from tests.matching.weekly import Stage

NOW = make.NOW
MANY = 2000


@contextmanager
def read() -> Iterator[list[object]]:
    """The rows of requests, hospitals and windows that are read meanwhile."""
    rows: list[object] = []

    def note(row: object, _context: object) -> None:
        rows.append(row)

    for table in (SessionRequest, RequestWindow, Hospital):
        event.listen(table, "load", note)
    yield rows
    for table in (SessionRequest, RequestWindow, Hospital):
        event.remove(table, "load", note)


def crowd(db: Session, like: SessionRequest, hospital: Hospital, *, many: int) -> None:
    """Open requests of another hospital on the same topic and in the same languages, on other days than ``like``."""
    kept = like.model_dump(exclude={"id", "reference", "hospital_id", "contact_email", "confirm_seed", "status_seed"})
    made = [
        SessionRequest(
            **kept,
            reference=seed()[:20],
            hospital_id=hospital.id,
            contact_email=f"{seed()}@example.net",
            confirm_seed=seed(),
            status_seed=seed(),
        )
        for _ in range(many)
    ]
    db.add_all(made)
    db.flush()
    day = make.next_week(1) + timedelta(days=9)
    db.add_all(
        RequestWindow(request_id=each.id, position=1, day=day, start_minute=9 * 60, end_minute=12 * 60) for each in made
    )
    db.flush()


def request(db: Session, name: str, **facts: Any) -> SessionRequest:
    return make.request(db, make.hospital(db, name, city=name), **facts)


def test_among_two_thousand_open_requests_few_rows_are_read_and_the_nearest_is_found(db: Session) -> None:
    asked = request(db, "Kigali")
    other = make.hospital(db, "Huye")
    crowd(db, request(db, "Musanze", specialties=["dialysis"]), other, many=MANY - 300)
    crowd(db, request(db, "Rubavu", windows=[(make.next_week(4), 9 * 60, 12 * 60)]), other, many=300)
    near = request(db, "Gondar")
    asked_id, near_id = asked.id, near.id
    db.commit()
    db.expunge_all()

    with read() as rows:
        found = alike(db, db.get_one(SessionRequest, asked_id), now=NOW)

    assert found[0].request.id == near_id
    assert found[0].likeness.hours == 3
    assert len(rows) <= 3 * MOST_COMPARED + 3


@pytest.mark.parametrize(
    "facts",
    [
        {"specialties": ["dialysis"]},
        {"minutes": 105},
        {"look_from": NOW + timedelta(days=9)},
        {"second_audience": {"fr": 3}},
    ],
)
def test_what_could_not_join_takes_no_place_among_those_compared(facts: dict[str, Any], db: Session) -> None:
    asked = request(db, "Kigali", second_audience={"sw": 4})
    for number in range(MOST_COMPARED):
        request(db, f"City {number}", urgency=3, **facts)
    fits = request(db, "Gondar")

    assert [each.request.id for each in alike(db, asked, now=NOW)] == [fits.id]


def test_who_has_joined_or_leads_and_whose_contact_is_the_same_is_not_suggested(db: Session) -> None:
    asked = request(db, "Kigali", contact_email="Aline@example.org")
    leads = request(db, "Gondar")
    request(db, "Mekelle", joined_id=leads.id, state="joined")
    request(db, "Harare", contact_email="aline@EXAMPLE.org")
    make.request(db, db.get_one(Hospital, asked.hospital_id))

    assert alike(db, asked, now=NOW) == []


def test_of_a_series_the_session_alone_is_suggested_that_shares_most(db: Session) -> None:
    request = make.request(db, make.hospital(db), windows=[(make.next_week(1) + timedelta(weeks=1), 9 * 60, 12 * 60)])
    weekly = Stage(db, make.hospital(db, "Clinic"), contact_email="weekly@clinic.example.org").requests
    alone = make.request(db, make.hospital(db, "Other"), contact_email="other@clinic.example.org")

    assert [each.request.id for each in alike(db, request, now=NOW)] == [weekly[1].id, alone.id]
