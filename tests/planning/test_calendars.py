"""Weekends, clock changes, odd offsets, midnights, weeks and months: where a session can be, worked out by hand."""

from __future__ import annotations

from typing import Any

from tests.planning.cases import Data, case, expert, hospital, request
from tests.planning.test_special_cases import PLAIN, outcome


def hours(start: str, end: str, *weekdays: int) -> list[Data]:
    """Hours of some weekdays."""
    return [{"weekday": day, "start": start, "end": end} for day in weekdays or range(7)]


def starts(given: Data) -> dict[str, str]:
    """When each request is served in the best plan."""
    _, served = outcome(given)
    return {name: told[0] for name, told in served.items()}


def asked(earliest: str, deadline: str, *, at: dict[str, Any] | None = None, **facts: Any) -> Data:
    """One hospital with one request between two instants; ``at`` says what is special about it."""
    special = at or {}
    wanted = request(1, earliest, deadline, **special.pop("request", {}))
    rules = special.pop("policy", {})
    given = case(hospitals=[hospital(1, **special)], requests=[wanted], **{"experts": [expert(1)], **facts})
    given["policy"].update(rules)
    return given


def test_a_weekend_of_friday_and_saturday_is_kept_by_the_hospitals_clock() -> None:
    algiers = {"AA": {"weekend": [4, 5], "holidays": []}}
    late = "2027-03-11T22:30Z"  # Thursday 23:30 in Algiers

    kept = asked(
        late, "2027-03-15T00:00Z", at={"tz": "Africa/Algiers", "request": {"weekend_ok": False}}, countries=algiers
    )
    worked = asked(late, "2027-03-15T00:00Z", at={"tz": "Africa/Algiers"}, countries=algiers)

    # Sunday begins at 23:00 UTC on Saturday, two whole days later.
    assert outcome(kept) == (PLAIN - 2, {"R1": ("2027-03-13T23:00Z", "E1")})
    assert starts(worked) == {"R1": late}


def test_a_holiday_of_the_experts_country_lasts_its_local_day() -> None:
    countries = {"AA": {"weekend": [], "holidays": []}, "CN": {"weekend": [5, 6], "holidays": ["2027-03-10"]}}
    given = asked(
        "2027-03-09T15:30Z",
        "2027-03-14T00:00Z",
        countries=countries,
        experts=[expert(1, country="CN", tz="Asia/Shanghai")],
    )

    # 23:30 on the ninth in Shanghai reaches into the holiday, which ends at 16:00 UTC.
    assert starts(given) == {"R1": "2027-03-10T16:00Z"}


def test_the_hospitals_morning_comes_an_hour_sooner_once_its_clock_is_put_forward() -> None:
    london = {"tz": "Europe/London", "policy": {"hospital_hard": ["09:00", "10:00"]}}

    before = asked("2027-03-27T00:00Z", "2027-03-29T00:00Z", at={**london}, start="2027-03-22T00:00Z")
    after = asked("2027-03-27T12:00Z", "2027-03-29T00:00Z", at={**london}, start="2027-03-22T00:00Z")

    assert starts(before) == {"R1": "2027-03-27T09:00Z"}
    assert starts(after) == {"R1": "2027-03-28T08:00Z"}


def test_a_session_over_the_hour_that_is_skipped_ends_an_hour_later_on_the_wall() -> None:
    night = {"tz": "Europe/London", "policy": {"hospital_hard": ["00:00", "02:00"]}}
    noon = "2027-03-28T12:00Z"

    fits = asked("2027-03-28T00:00Z", noon, at={**night}, start="2027-03-22T00:00Z")
    ends_at_half_past_two = asked("2027-03-28T00:30Z", noon, at={**night}, start="2027-03-22T00:00Z")

    assert starts(fits) == {"R1": "2027-03-28T00:00Z"}
    assert starts(ends_at_half_past_two) == {}


def test_an_hour_that_comes_twice_holds_a_session_of_two_and_one_that_is_skipped_none() -> None:
    paris = {"tz": "Europe/Paris", "availability": hours("02:00", "03:00", 6)}
    two = {"request": {"duration_min": 120}}

    back = asked(
        "2027-10-25T00:00Z", "2027-11-01T00:00Z", at=two, start="2027-10-25T00:00Z", experts=[expert(1, **paris)]
    )
    forward = asked("2027-03-22T00:00Z", "2027-03-29T00:00Z", start="2027-03-22T00:00Z", experts=[expert(1, **paris)])

    # Paris shows 02:00 at midnight UTC and again at one.
    assert starts(back) == {"R1": "2027-10-31T00:00Z"}
    assert starts(forward) == {}


def test_the_experts_evening_moves_with_the_experts_clock_alone() -> None:
    new_york = {"tz": "America/New_York", "availability": hours("18:00", "19:00")}
    given = asked("2027-03-13T23:30Z", "2027-03-15T00:00Z", start="2027-03-08T00:00Z", experts=[expert(1, **new_york)])

    # On the thirteenth 18:00 was 23:00 UTC; the clock goes forward on the fourteenth, then it is 22:00.
    assert starts(given) == {"R1": "2027-03-14T22:00Z"}


def test_offsets_of_quarters_need_a_grid_of_quarters() -> None:
    kathmandu = {"tz": "Asia/Kathmandu", "policy": {"hospital_hard": ["09:00", "10:00"]}}
    kolkata = {"tz": "Asia/Kolkata", "policy": {"hospital_hard": ["09:00", "10:00"]}}
    week = ("2027-03-08T00:00Z", "2027-03-15T00:00Z")

    assert starts(asked(*week, at={**kathmandu}, slot=15)) == {"R1": "2027-03-08T03:15Z"}
    assert starts(asked(*week, at={**kathmandu}, slot=30)) == {}
    assert starts(asked(*week, at={**kolkata}, slot=30)) == {"R1": "2027-03-08T03:30Z"}
    assert starts(asked(*week, at={**kolkata}, slot=60)) == {}


def test_hours_that_meet_at_midnight_are_one_stretch() -> None:
    evening, night = hours("22:00", "24:00", 0), hours("00:00", "02:00", 1)
    almost = hours("22:00", "23:59", 0)
    shanghai = {"tz": "Asia/Shanghai"}
    span, long = ("2027-03-08T15:00Z", "2027-03-14T00:00Z"), {"request": {"duration_min": 120}}

    whole = asked(*span, at={**long}, experts=[expert(1, **shanghai, availability=evening + night)])
    broken = asked(*span, at={**long}, experts=[expert(1, **shanghai, availability=almost + night)])

    assert starts(whole) == {"R1": "2027-03-08T15:00Z"}
    assert starts(broken) == {"R1": "2027-03-08T16:00Z"}  # from midnight on, when the night's hours hold two


def two_requests(first: str, second: str, *, start: str, weeks: int = 1, **who: Any) -> Data:
    """Two hospitals, each of which can come at one hour only, and one expert."""
    dates = [(each, f"{each[:11]}{int(each[11:13]) + 1:02}:00Z") for each in (first, second)]
    return case(
        start=start,
        weeks=weeks,
        hospitals=[hospital(1), hospital(2)],
        requests=[request(number, *each) for number, each in enumerate(dates, 1)],
        experts=[expert(1, **who)],
    )


def test_a_day_counts_by_the_experts_clock() -> None:
    around_midnight_there = ("2027-03-08T15:00Z", "2027-03-08T16:00Z")
    start = "2027-03-08T00:00Z"

    there = two_requests(*around_midnight_there, start=start, tz="Asia/Shanghai", max_day=1)
    here = two_requests(*around_midnight_there, start=start, max_day=1)

    assert len(starts(there)) == 2
    assert len(starts(here)) == 1


def test_a_week_goes_on_over_the_end_of_a_year() -> None:
    start = "2026-12-28T00:00Z"  # Monday of the 53rd week of 2026, which ends on 3 January

    same = two_requests("2026-12-31T10:00Z", "2027-01-02T10:00Z", start=start, weeks=2, max_week=1)
    next_one = two_requests("2026-12-31T10:00Z", "2027-01-04T10:00Z", start=start, weeks=2, max_week=1)
    next_one_there = two_requests(
        "2026-12-31T10:00Z", "2027-01-03T16:00Z", start=start, weeks=2, max_week=1, tz="Asia/Shanghai"
    )

    assert len(starts(same)) == 1
    assert len(starts(next_one)) == 2
    assert len(starts(next_one_there)) == 2


def test_a_month_ends_by_the_experts_clock() -> None:
    start = "2027-03-29T00:00Z"

    over_the_end = two_requests("2027-03-31T10:00Z", "2027-04-01T10:00Z", start=start, max_month=1)
    both_in_april_there = two_requests(
        "2027-03-31T16:00Z", "2027-04-01T10:00Z", start=start, max_month=1, tz="Asia/Shanghai"
    )
    far_apart = two_requests("2027-04-01T10:00Z", "2027-04-30T10:00Z", start=start, weeks=5, max_month=1)

    assert len(starts(over_the_end)) == 2
    assert len(starts(both_in_april_there)) == 1
    assert len(starts(far_apart)) == 1
