"""Requests of a series: their dates by the hospital's own clock, and how they come into being."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from medixchange.errors import Refusal
from medixchange.intake import actions, drafting, queries, unconfirmed
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.intake.promise import answer_by
from medixchange.intake.series import FEWEST, MOST, RHYTHMS, look_from, shifted, stretch_of, too_far_apart, window_after
from medixchange.intake.series_rows import in_series
from medixchange.intake.windows import AskedWindow, hours_of
from medixchange.times.grid import EPOCH
from medixchange.times.intervals import Interval
from medixchange.times.zones import instants, local
from tests import make
from tests.web.answers import languages_step, steps, times_step, topic_step

NOW = make.NOW
ZONES = st.sampled_from(["Africa/Kigali", "Africa/Cairo", "Africa/Casablanca", "Europe/Paris", "Australia/Lord_Howe"])
QUARTERS = st.integers(50 * 365 * 96, 75 * 365 * 96)  # of 2020 to 2045
WEEKS = st.integers(0, (MOST - 1) * max(RHYTHMS))


@given(ZONES, QUARTERS, WEEKS)
def test_a_series_keeps_the_time_on_the_hospitals_own_clock(zone: str, quarter: int, weeks: int) -> None:
    at = EPOCH + quarter * timedelta(minutes=15)

    later = shifted(at, weeks, zone)

    here, there = local(at, zone), local(later, zone)
    wanted = (here + timedelta(weeks=weeks)).replace(tzinfo=None, fold=0)
    shown = instants(wanted.date(), wanted.hour * 60 + wanted.minute, zone)
    if shown:
        assert there.replace(tzinfo=None, fold=0) == wanted
        assert later == shown[min(here.fold, len(shown) - 1)]
    else:  # the clock is put forward over it
        assert timedelta() < abs(there.replace(tzinfo=None, fold=0) - wanted) <= timedelta(hours=1)


@given(ZONES, QUARTERS)
def test_no_weeks_later_is_the_same_moment(zone: str, quarter: int) -> None:
    at = EPOCH + quarter * timedelta(minutes=15)

    assert shifted(at, 0, zone) == at


def test_a_window_keeps_its_hours_over_a_change_of_the_clock() -> None:
    first = AskedWindow(date(2027, 3, 23), 9 * 60, 11 * 60)

    after = window_after(first, 1)

    hours = [hours_of(each, "Europe/Paris") for each in (first, after)]
    assert [each and f"{each.start:%d %H:%M}" for each in hours] == ["23 08:00", "30 07:00"]


def test_a_session_of_a_series_stays_in_the_weeks_of_its_windows() -> None:
    windows = on(date(2027, 3, 25), date(2027, 3, 23))

    assert stretch_of(windows, 1, "Europe/Paris") == Interval(
        datetime.fromisoformat("2027-03-21T23:00+00:00"), datetime.fromisoformat("2027-03-28T22:00+00:00")
    )
    assert (stretch_of([], 1, "Europe/Paris"), look_from([], "Europe/Paris", now=NOW)) == (None, None)


@given(ZONES, st.sampled_from(list(RHYTHMS)), st.lists(st.dates(date(2027, 1, 1), date(2027, 2, 15)), min_size=1))
def test_sessions_of_a_series_cannot_change_places_unless_its_windows_are_refused(
    zone: str, weeks: int, days: list[date]
) -> None:
    windows = on(*days)

    stretches = [stretch_of([window_after(each, place * weeks) for each in windows], weeks, zone) for place in (0, 1)]

    hours = [hours_of(each, zone) for each in windows]
    before, after = [each for each in stretches if each is not None]
    assert all(each is not None and before.start <= each.start < each.end <= before.end for each in hours)
    assert (before.end <= after.start) == (too_far_apart(windows, weeks) is None)


def test_windows_of_a_series_lie_within_its_rhythm() -> None:
    monday = date(2027, 3, 22)
    said = too_far_apart(on(monday, monday + timedelta(days=7)), 1)

    assert (said and said.values["num"], too_far_apart(on(monday, monday + timedelta(days=6)), 1)) == (7, None)
    assert too_far_apart(on(monday, monday + timedelta(days=13)), 2) is None
    assert too_far_apart([], 1) is None


def on(*days: date) -> list[AskedWindow]:
    """Windows from nine to eleven."""
    return [AskedWindow(day, 540, 660) for day in days]


def sent(db: Session, **times: Any) -> SessionRequest:
    """A request as the form sends it, which is not confirmed yet."""
    draft = drafting.begin(db, now=NOW)
    hospital = make.hospital(db)
    for name, given_ in {**steps(hospital.code), "times": times_step(**times)}.items():
        drafting.keep(db, draft, name, given_, now=NOW)
    return actions.submit(db, draft, language="en", now=NOW)


def all_of(db: Session, request: SessionRequest) -> list[SessionRequest]:
    """The requests of its series, in their order."""
    assert request.series_id is not None
    return in_series(db, [request.series_id])[request.series_id]


def test_the_further_requests_come_with_the_confirmation_each_with_its_own_number_and_week(db: Session) -> None:
    first = sent(db, rhythm="2", times="6")
    assert all_of(db, first) == [first]

    actions.confirm(db, first, now=NOW)
    actions.confirm(db, first, now=NOW)

    every = all_of(db, first)
    assert [each.series_place for each in every] == [1, 2, 3, 4, 5, 6]
    assert {each.state.value for each in every} == {"submitted"}
    assert len({each.reference for each in every}) == len({each.status_seed for each in every}) == 6
    assert {(each.topic, each.liaison_id, each.submitted_at) for each in every} == {
        (first.topic, first.liaison_id, NOW)
    }
    days = [[window.day for window in queries.windows_of(db, each)] for each in every]
    steps_ = {later - before for some in zip(*days, strict=True) for before, later in pairwise(some)}
    assert (days[0][0], steps_) == (make.next_week(1), {timedelta(weeks=2)})


def test_what_lies_further_ahead_than_sessions_are_planned_waits_from_the_day_on_which_it_does_not(db: Session) -> None:
    first = sent(db, rhythm="4", times="3")
    actions.confirm(db, first, now=NOW)

    _, second, third = all_of(db, first)

    assert (first.look_from, second.look_from) == (None, None)
    assert third.look_from == datetime.fromisoformat("2026-12-02T22:00+00:00")  # 27 January less eight weeks
    assert queries.waits_since(third) == third.look_from
    assert answer_by(third) == third.look_from + timedelta(days=7)
    assert [each.id for each, _ in queries.queue(db, states=[third.state], looked_for=NOW)] == [first.id, second.id]
    with pytest.raises(Refusal):
        drafting.open_for_change(db, third, now=NOW)


def test_before_it_is_confirmed_a_request_can_become_a_series_another_one_or_none(db: Session) -> None:
    request, found = sent(db), list[tuple[int, int]]()
    for times in ({"rhythm": "1", "times": "4"}, {"rhythm": "4", "times": "2"}, {}):
        draft = drafting.open_for_change(db, request, now=NOW)
        drafting.keep(db, draft, "times", times_step(**times), now=NOW)
        actions.submit(db, draft, language="en", now=NOW)
        found += [(each.weeks, each.times) for each in db.exec(select(RequestSeries))]
        assert drafting.open_for_change(db, request, now=NOW).answers["times"].get("rhythm") == times.get("rhythm")

    assert found == [(1, 4), (4, 2)]
    assert (request.series_id, request.series_place) == (None, None)


def test_changing_one_request_of_a_series_leaves_the_others_as_they_are(db: Session) -> None:
    first = sent(db, rhythm="1", times="3")
    actions.confirm(db, first, now=NOW)
    second = all_of(db, first)[1]

    draft = drafting.open_for_change(db, second, now=NOW)
    drafting.keep(db, draft, "topic", topic_step(topic="Dialysis"), now=NOW)
    drafting.keep(db, draft, "times", times_step(rhythm="4", times="9"), now=NOW)
    drafting.keep(db, draft, "languages", languages_step(), now=NOW)
    actions.submit(db, draft, language="en", now=NOW)

    assert [each.topic for each in all_of(db, first)] == [first.topic, "Dialysis", first.topic]
    assert [(each.weeks, each.times) for each in db.exec(select(RequestSeries))] == [(1, 3)]


def test_a_series_that_nobody_confirms_is_erased_with_its_request(db: Session) -> None:
    sent(db, rhythm="1", times=str(FEWEST))

    unconfirmed.sweep(db, now=NOW + timedelta(days=60))

    assert db.exec(select(col(SessionRequest.id))).all() == db.exec(select(col(RequestSeries.id))).all() == []
