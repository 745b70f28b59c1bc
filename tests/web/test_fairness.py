"""Who waits and who gives, at the desk and as tables for a spreadsheet program."""

from __future__ import annotations

from datetime import timedelta

import pytest

from medixchange.db import Database
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
    assert "French 1 9 9" in page
    assert "=Busy Expert 3 3:00 0 0 0 3" in page


@pytest.mark.parametrize(
    ("days", "shown"), [("28", "Four weeks"), ("365", "A year"), ("x", "Half a year"), ("", "Half a year")]
)
def test_how_far_back_it_looks_is_chosen(organizer: Browser, days: str, shown: str) -> None:
    page = organizer.get(f"/desk/fairness?days={days}").text

    assert f'aria-current="page">{shown}</a>' in page


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("countries", "Rwanda,1,9,9,0,0,,0:00,0,0"),
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
