"""Days on which a country or a hospital is closed: what can be closed, twice, together, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from medixchange.availability import closing, queries
from medixchange.availability.closing import Closing
from medixchange.availability.windows import MOST_CLOSED, Closed, anywhere, why_off
from medixchange.db import Database
from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import history
from medixchange.messages import say
from medixchange.times.intervals import Interval
from tests import make
from tests.sessions.stage import ACTOR, NOW

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 3)
MOURNING = Closing(FIRST, LAST, "National mourning", country="CN")
SPAN = Interval(NOW, NOW + timedelta(days=56))


def close(db: Session, what: Closing) -> int:
    return closing.close(db, what, actor=ACTOR, now=NOW).id


def ahead(db: Session, *, now: datetime = NOW) -> list[str]:
    return [period.name for period, _ in closing.ahead(db, now=now, most=10)]


def test_days_of_a_country_and_of_a_hospital_are_read_by_place(db: Session) -> None:
    kigali = make.hospital(db)
    close(db, MOURNING)
    close(db, Closing(FIRST, FIRST, "Stocktaking", hospital_id=kigali.id))

    found = queries.closed(db, SPAN)

    mourning = Closed(FIRST, LAST, "National mourning", "CN")
    stocktaking = Closed(FIRST, FIRST, "Stocktaking", f"hospital:{kigali.id}")
    assert (found.of("CN"), found.of("RW"), found.of("RW", kigali.id)) == ((mourning,), (), (stocktaking,))
    assert [(each.name, hospital and hospital.id) for each, hospital in closing.ahead(db, now=NOW, most=10)] == [
        ("National mourning", None),
        ("Stocktaking", kigali.id),
    ]


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (FIRST - timedelta(days=1), "The last day is before"),
        (FIRST + timedelta(days=MOST_CLOSED), "at most"),
    ],
)
def test_days_in_no_order_and_too_many_are_refused(db: Session, last: date, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        close(db, Closing(FIRST, last, "Strike", country="FR"))

    assert ahead(db) == []


def test_days_that_are_over_are_not_closed_and_those_that_were_closed_before_stay(db: Session) -> None:
    number, over = close(db, MOURNING), datetime(2026, 12, 4, 12, tzinfo=UTC)

    with pytest.raises(Refusal, match="These days are over"):
        closing.close(db, replace(MOURNING, country="RW"), actor=ACTOR, now=over)

    assert closing.close(db, MOURNING, actor=ACTOR, now=over).id == number


def test_a_day_is_closed_once_at_a_place_and_the_same_row_twice_changes_nothing(db: Session) -> None:
    number = close(db, MOURNING)

    again = close(db, MOURNING)
    for name, first, last in (("Mourning", FIRST, LAST), ("Fair", LAST, LAST + timedelta(days=9))):
        with pytest.raises(Refusal, match="closed there already"):
            close(db, Closing(first, last, name, country="CN"))
    close(db, Closing(FIRST, LAST, "Mourning", country="RW"))

    assert (again, ahead(db)) == (number, ["National mourning", "Mourning"])
    assert [entry.verb for entry in history(db, f"closed:{number}")] == ["close-days"]


def test_two_who_close_the_same_days_at_once_close_them_once(database: Database) -> None:
    with database.read() as looking:
        assert closing._there(looking, MOURNING) is None
    with database.write() as db:
        close(db, MOURNING)

    with database.write() as db, pytest.MonkeyPatch.context() as late:
        late.setattr(closing, "_there", lambda *_: None)  # looked before the other one wrote
        with pytest.raises(Refusal, match="in this very moment"):
            close(db, MOURNING)


def test_days_that_are_opened_again_are_gone_and_can_be_closed_anew(db: Session) -> None:
    number = close(db, MOURNING)
    period, _ = closing.by_id(db, number)

    for _ in range(2):
        closing.open_again(db, period, actor=ACTOR, now=NOW)

    assert (queries.closed(db, SPAN).of("CN"), ahead(db)) == ((), [])
    assert [entry.verb for entry in history(db, f"closed:{number}")] == ["close-days", "open-days"]
    with pytest.raises(NotFound):
        closing.by_id(db, number)
    assert close(db, MOURNING) != number


def test_days_are_ahead_until_they_are_over_everywhere(db: Session) -> None:
    close(db, MOURNING)

    over = datetime(2026, 12, 4, 12, tzinfo=UTC)
    assert (ahead(db, now=over - timedelta(seconds=1)), ahead(db, now=over)) == (["National mourning"], [])
    assert anywhere(FIRST, LAST).start == datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_a_recorded_day_is_named_before_the_weekend_and_public_holidays() -> None:
    closed = (Closed(FIRST, LAST, "100 % strike", "CN"),)

    assert why_off(LAST, "CN", closed) == say("%(name)s, a day off", name="100 % strike")
    assert why_off(date(2026, 12, 5), "CN", closed) == say("the weekend")
    assert why_off(date(2026, 12, 4), "CN", closed) is None
