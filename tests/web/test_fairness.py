"""Who waits and who gives, at the desk and as tables for a spreadsheet program."""

from __future__ import annotations

from datetime import timedelta

import pytest

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from tests import make
from tests.make import NOW
from tests.web.conftest import Browser, text_of


@pytest.fixture(autouse=True)
def world(database: Database) -> None:
    """A request of Rwanda that waits, and an expert who gave three hours."""
    with database.write() as db:
        make.request(db, make.hospital(db), languages={"fr": 5}).submitted_at = NOW - timedelta(days=9)
        make.expert(db, "=Busy", gave=3, joined=NOW - timedelta(days=400))


def test_the_longest_wait_is_said_first(organizer: Browser) -> None:
    page = text_of(organizer.get("/desk/fairness").text)

    assert "The longest wait is in Rwanda: 9 days." in page
    assert "The request that waits longest" in page
    assert "French 1 9 9" in page
    assert "=Busy Expert 3 3:00 0 0 0 3" in page


def test_the_request_that_waits_longest_is_a_link_away(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        make.request(db, make.hospital(db, country="ET")).submitted_at = NOW - timedelta(days=2)
        latest = make.request(db, make.hospital(db, country="ID"))
        latest.submitted_at = NOW - timedelta(days=10)
        decided = make.request(db, make.hospital(db), state=RequestState.WITHDRAWN)
        decided.submitted_at = NOW - timedelta(days=30)

    assert (
        f'<a href="/desk/requests/{latest.id}">The request that waits longest</a>'
        in organizer.get("/desk/fairness").text
    )


def test_by_how_many_days_a_country_is_behind_is_told(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        for days in (1, 3):
            make.request(db, make.hospital(db, country="ET")).submitted_at = NOW - timedelta(days=days)

    rows = organizer.get("/desk/fairness/countries.csv").text.replace("\r", "").split("\n")

    # Rwanda's request has waited nine days, Ethiopia's one and three; what is usual is the median of all, three.
    assert rows[0].endswith(",Days they wait longer than is usual")
    assert [row.rpartition(",")[2] for row in rows[1:3]] == ["6", "0"]


@pytest.mark.parametrize(
    ("days", "shown"), [("28", "Four weeks"), ("365", "A year"), ("x", "Half a year"), ("", "Half a year")]
)
def test_how_far_back_it_looks_is_chosen(organizer: Browser, days: str, shown: str) -> None:
    page = organizer.get(f"/desk/fairness?days={days}").text

    assert f'aria-current="page">{shown}</a>' in page


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("countries", "Rwanda,1,9,9,0,0,,0:00,0,0,0"),
        ("languages", "French,1,9,9,0,0,,0:00,0,0"),
        ("people", "'=Busy,Expert,3,3:00,0,0,0,3"),
    ],
)
def test_each_table_is_there_for_a_spreadsheet_program(organizer: Browser, kind: str, row: str) -> None:
    answer = organizer.get(f"/desk/fairness/{kind}.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert row in answer.text.replace("\r", "").split("\n")


def test_there_is_no_other_table(organizer: Browser) -> None:
    assert organizer.get("/desk/fairness/secrets.csv").status_code in {404, 422}
