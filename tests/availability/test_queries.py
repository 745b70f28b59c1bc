"""What people said about when they are there, and what they gave, read for many at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from medixchange.availability import queries
from medixchange.availability.models import DayException, LeavePeriod, Load
from medixchange.availability.windows import DayHours, Hours, Leave, Weekly
from medixchange.times.intervals import Interval
from tests import make

SPAN = Interval(datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 11, tzinfo=UTC))


def test_hours_come_with_their_exceptions_and_leave_as_far_as_they_touch_the_span(db: Session) -> None:
    zhang, li, silent = make.person(db), make.person(db), make.person(db)
    make.weekly_hours(db, zhang.id, [(2, 480, 720), (0, 480, 720)])
    db.add_all(
        [
            DayException(person_id=zhang.id, day=date(2026, 5, 6), start_minute=600, end_minute=660),
            DayException(person_id=zhang.id, day=date(2026, 5, 7)),
            DayException(person_id=zhang.id, day=date(2026, 6, 7)),
            LeavePeriod(person_id=li.id, first_day=date(2026, 4, 1), last_day=date(2026, 5, 4)),
            LeavePeriod(person_id=li.id, first_day=date(2026, 3, 1), last_day=date(2026, 3, 4)),
        ]
    )
    db.flush()

    found = queries.hours(db, SPAN)

    assert found == {
        zhang.id: Hours(
            (Weekly(0, 480, 720), Weekly(2, 480, 720)),
            (DayHours(date(2026, 5, 6), ((600, 660),)), DayHours(date(2026, 5, 7), ())),
        ),
        li.id: Hours(leave=(Leave(date(2026, 4, 1), date(2026, 5, 4)),)),
    }
    assert queries.hours(db, SPAN, ids=[silent.id]) == {}


def test_a_load_counts_once_in_the_span_in_which_it_ends(db: Session) -> None:
    zhang, li = make.person(db), make.person(db)
    hour = timedelta(hours=1)
    for number, end in enumerate((SPAN.start, SPAN.start + hour, SPAN.end, SPAN.end + hour)):
        db.add(Load(person_id=zhang.id, session_uid=f"session-{number}", starts_at=end - hour, ends_at=end))
    db.flush()

    assert queries.loads(db, SPAN) == {zhang.id: 2}
    assert queries.loads(db, SPAN, ids=[li.id]) == {}
