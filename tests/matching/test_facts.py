"""The rows as the problem that is solved: who, when, in which languages, and what stands already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.availability.models import LeavePeriod
from medixchange.availability.windows import Closed
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions
from medixchange.matching.facts import horizon, problem_of, problem_of_queue
from medixchange.matching.fingerprint import fingerprint
from medixchange.matching.format import read_instance
from medixchange.matching.format_write import write_instance
from medixchange.matching.masks import Place, hospital_masks
from medixchange.matching.models import MatchState
from medixchange.matching.presence import joined
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Mask, Person
from medixchange.matching.words import cause
from medixchange.messages import Term, instant, say
from medixchange.people.models import Person as RowPerson
from medixchange.policies.values import Policy
from medixchange.times.grid import Grid, runs, slots_of
from medixchange.times.intervals import Interval
from medixchange.times.zones import local, local_day, resolve
from tests import make
from tests.statements import noted

NOW = make.NOW


def allowed(mask: Mask, problem: Problem, zone: str, day: date) -> list[str]:
    """The quarters of one local day that a mask allows, as the clock shows them."""
    walls = (local(problem.grid.at(slot), zone) for slot in slots_of(mask.slots))
    return [f"{wall:%H:%M}" for wall in walls if wall.date() == day]


def mask_of(person: Person, kind: str) -> Mask:
    """The mask of one kind."""
    return next(mask for mask in person.masks if mask.kind == kind)


@pytest.mark.parametrize(("minute", "second"), [(0, 0), (7, 1), (14, 59)])
def test_the_horizon_is_eight_weeks_from_the_next_quarter_of_an_hour(minute: int, second: int) -> None:
    found = horizon(datetime(2026, 11, 23, 8, minute, second, tzinfo=UTC))

    assert (found.start, found.end) == (
        datetime(2026, 11, 23, 8, 15, tzinfo=UTC),
        datetime(2027, 1, 18, 8, 15, tzinfo=UTC),
    )


def test_a_request_brings_its_hospital_windows_and_languages(db: Session) -> None:
    tuesday, saturday = make.next_week(1), make.next_week(5)
    request = make.request(
        db,
        make.hospital(db),
        windows=[(tuesday, 9 * 60, 12 * 60), (saturday, 9 * 60, 10 * 60)],
        languages={"zh-Hans": 3, "en": 4},
        urgency=2,
        audience_size=40,
        interpreting="own",
    )

    problem = problem_of(db, request, now=NOW)

    asked = problem.requests[0]
    facts = (asked.minutes, asked.specialties, asked.audience, asked.urgency, asked.seats)
    assert facts == (60, ("intensive-care",), {"zh": 3, "en": 4}, 2, 40)
    assert (asked.interpreting, asked.own_interpreters) == (False, True)
    assert (asked.earliest, asked.deadline) == (problem.grid.start, problem.grid.end)
    assert asked.weekend_ok  # who names a Saturday works on Saturdays
    assert [(window.weight, window.day) for window in asked.windows] == [(100, tuesday), (90, saturday)]
    first = resolve(tuesday, 9 * 60, "Africa/Kigali")
    assert [problem.grid.at(slot) for slot in slots_of(asked.windows[0].slots)] == [
        first + timedelta(minutes=15 * n) for n in range(12)
    ]


def test_an_expert_brings_hours_of_their_own_clock_without_the_midday_rest(db: Session) -> None:
    make.expert(db, hours=[(1, 8 * 60, 18 * 60)])
    request = make.request(db, make.hospital(db))

    problem = problem_of(db, request, now=NOW)

    zhang, tuesday = problem.experts[0], make.next_week(1)
    kinds = [mask.kind for mask in zhang.masks]
    hours = allowed(mask_of(zhang, "hours"), problem, "Asia/Shanghai", tuesday)
    rest = allowed(mask_of(zhang, "custom"), problem, "Asia/Shanghai", tuesday)
    # No leave, nothing declined and no notice: only what blocks is a mask.
    assert kinds == ["hours", "humane", "holiday", "custom"]
    assert (hours[0], hours[-1], len(hours)) == ("08:00", "17:45", 40)
    assert not {"12:00", "13:45"} & {*rest}
    assert {"11:45", "14:00"} <= {*rest}


def test_leave_says_until_when_and_notice_begins_now(db: Session) -> None:
    zhang = make.expert(db, notice_hours=48)
    db.add(LeavePeriod(person_id=zhang.person_id, first_day=date(2026, 12, 1), last_day=date(2026, 12, 3)))
    db.flush()

    problem = problem_of(db, make.request(db, make.hospital(db)), now=NOW)

    expert = problem.experts[0]
    leave, notice = (mask_of(expert, kind) for kind in ("leave", "notice"))
    assert [block.what for block in leave.blocks] == [say("back after %(day)s", day=Term("day", "2026-12-03"))]
    assert problem.grid.at(next(slots_of(notice.slots))) == NOW + timedelta(hours=48)


def test_a_saturday_that_makes_up_for_a_holiday_is_worked_with_the_usual_hours(db: Session) -> None:
    make.expert(db)
    request = make.request(db, make.hospital(db))

    problem = problem_of(db, request, now=datetime(2026, 1, 26, 8, tzinfo=UTC))

    hours = mask_of(problem.experts[0], "hours")
    worked, free = (allowed(hours, problem, "Asia/Shanghai", date(2026, 2, day)) for day in (14, 7))
    assert (worked[0], worked[-1], free) == ("08:00", "17:45", [])


def test_an_expert_presents_only_in_languages_in_which_they_follow_questions(db: Session) -> None:
    make.expert(db, languages={"zh-Hans": (5, 5), "zh-Hant": (2, 3), "en": (0, 5), "fr": (2, 3), "pt": (3, 2)})

    problem = problem_of(db, make.request(db, make.hospital(db)), now=NOW)

    assert [(each.speaking, each.speaking_only) for each in problem.experts] == [
        ({"zh": 5, "pt": 2}, frozenset({"en"}))
    ]


def test_an_interpreter_brings_pairs_as_they_are_spoken(db: Session) -> None:
    make.interpreter(db, pairs=[("zh-Hans", "fr"), ("fr", "zh-Hans")])

    problem = problem_of(db, make.request(db, make.hospital(db)), now=NOW)

    assert [each.pairs for each in problem.interpreters] == [frozenset({("zh", "fr"), ("fr", "zh")})]


def test_only_who_takes_part_is_read(db: Session) -> None:
    make.expert(db, "Zhang San 张三")
    make.expert(db, "Li Si 李四", active=False)
    make.interpreter(db, active=False)
    make.room(db, "West Lake room")
    make.room(db, "Old room", active=False)

    problem = problem_of(db, make.request(db, make.hospital(db)), now=NOW)

    assert [each.name for each in problem.experts] == ["Zhang San 张三"]
    assert [each.name for each in problem.rooms] == ["West Lake room"]
    assert problem.interpreters == ()


def test_what_was_approved_for_others_is_held_and_for_the_request_itself_is_not(db: Session) -> None:
    hospital, zhang, room = make.hospital(db), make.expert(db), make.room(db)
    mine, other = make.request(db, hospital), make.request(db, hospital, topic="Dialysis")
    at = resolve(make.next_week(1), 9 * 60, "Africa/Kigali")
    for request in (mine, other):
        actions.approve(db, make.match(db, request, starts_at=at, panel=[zhang], room=room))

    problem = problem_of(db, mine, now=NOW)

    [held] = problem.held
    words = say(
        "%(topic)s with %(hospital)s on %(at)s", topic="Dialysis", hospital="King Faisal Hospital", at=instant(at)
    )
    assert (held.start, held.end, held.name) == (at, at + timedelta(hours=1), words)
    assert (held.experts, held.hospital, held.room) == ((str(zhang.person_id),), str(hospital.id), str(room.id))


def test_the_expert_of_the_hospitals_last_session_on_a_topic_should_come_again(db: Session) -> None:
    kigali, room = make.hospital(db), make.room(db)
    zhang, li, other = make.expert(db), make.expert(db), make.expert(db, specialties={"pediatrics": 3})
    request = make.request(db, kigali)
    coming = problem_of(db, request, now=NOW).requests[0].continuity
    for expert, days in ((zhang, 40), (li, 20), (other, 10)):
        held = make.match(db, make.request(db, kigali), starts_at=NOW - timedelta(days=days), panel=[expert], room=room)
        held.state = MatchState.APPROVED
    ahead = make.match(db, make.request(db, kigali), starts_at=NOW + timedelta(days=3), panel=[zhang], room=room)
    ahead.state = MatchState.APPROVED
    db.flush()

    asked = problem_of(db, request, now=NOW).requests[0]
    elsewhere = problem_of(db, make.request(db, make.hospital(db, "Huye")), now=NOW).requests[0]

    assert (coming, asked.continuity, elsewhere.continuity) == (None, str(li.person_id), None)


def test_a_session_that_a_hospital_joined_is_its_last_one_too(db: Session) -> None:
    kigali, huye, room = make.hospital(db), make.hospital(db, "Huye"), make.room(db)
    zhang, li = make.expert(db), make.expert(db)
    for hospitals, expert, days in (([huye], zhang, 40), ([kigali, huye], li, 20)):
        leads, *others = (make.request(db, each) for each in hospitals)
        for each in others:
            each.joined_id = leads.id
        held = make.match(db, leads, starts_at=NOW - timedelta(days=days), panel=[expert], room=room)
        held.state = MatchState.APPROVED
    db.flush()

    asked = [problem_of(db, make.request(db, each), now=NOW).requests[0] for each in (kigali, huye)]
    itself = problem_of(db, others[0], now=NOW).requests[0]

    assert [each.continuity for each in asked] == [str(li.person_id), str(li.person_id)]
    assert itself.continuity == str(zhang.person_id)


def test_equal_inputs_have_an_equal_hash_and_others_another(db: Session) -> None:
    hospital = make.hospital(db)
    make.expert(db)
    request = make.request(db, hospital)

    def hashed(now: datetime = NOW) -> str:
        return fingerprint(problem_of(db, request, now=now), str(request.id))

    first, again, later = hashed(), hashed(), hashed(NOW + timedelta(hours=1))
    make.expert(db, "Li Si 李四")
    assert (first == again, first == later, first == hashed()) == (True, False, False)


def test_all_requests_that_wait_are_one_problem_beside_the_sessions_that_stand(db: Session) -> None:
    kigali, huye, demo = make.hospital(db), make.hospital(db, "Huye"), make.hospital(db, "Demo")
    demo.is_demo = True
    first, second, third = make.request(db, huye), make.request(db, kigali), make.request(db, demo)
    settled, unconfirmed = make.request(db, kigali), make.request(db, kigali)
    settled.state, unconfirmed.state = RequestState.APPROVED, RequestState.SENT
    zhang, room = make.expert(db), make.room(db)
    at = resolve(make.next_week(2), 9 * 60, "Africa/Kigali")
    stands = make.match(db, settled, starts_at=at, panel=[zhang], room=room)
    stands.state = MatchState.APPROVED
    db.flush()

    ours, theirs = problem_of_queue(db, now=NOW), problem_of_queue(db, now=NOW, is_demo=True)

    assert [each.id for each in ours.requests] == [str(first.id), str(second.id)]
    assert [each.id for each in ours.hospitals] == [str(huye.id), str(kigali.id)]
    assert [(each.hospital, each.experts) for each in ours.held] == [(str(kigali.id), (str(zhang.person_id),))]
    assert ([each.id for each in theirs.requests], theirs.experts, theirs.rooms) == ([str(third.id)], (), ())
    for each in (first, second):
        alone = problem_of(db, each, now=NOW)
        assert replace(ours, requests=alone.requests, hospitals=alone.hospitals) == alone


def test_who_said_no_to_an_hour_is_asked_for_it_by_no_other_request_either(db: Session) -> None:
    zhang, hospital, at = make.expert(db), make.hospital(db), resolve(make.next_week(2), 9 * 60, "Africa/Kigali")
    match = make.match(db, make.request(db, hospital), starts_at=at, panel=[zhang], room=make.room(db))
    actions.decline(db, match.id, zhang.person_id, now=NOW)
    db.flush()

    problem = problem_of(db, make.request(db, hospital), now=NOW)

    busy = mask_of(problem.experts[0], "busy")
    assert [problem.grid.at(slot) for slot in slots_of(problem.grid.full & ~busy.slots)] == [
        at + timedelta(minutes=15 * each) for each in range(4)
    ]
    assert [each.what for each in busy.blocks] == [say("declined when asked for %(at)s", at=instant(at))]


def test_the_number_of_queries_does_not_grow_with_the_people_and_requests(database: Database) -> None:
    counts = []
    for people in (1, 3):
        with database.write() as db:
            for number in range(people):
                make.expert(db, f"Expert {people} {number}", panel=make.panel(db))
                make.interpreter(db, f"Interpreter {people} {number}")
                make.room(db)
            request_id = make.request(db, make.hospital(db)).id
        counts.append(queries_of(database, request_id))

    assert 0 < counts[0] == counts[1]


def queries_of(database: Database, request_id: int) -> int:
    """How many statements reading the problem of one request, and that of all, takes."""
    with noted(database) as sent, database.read() as db:
        problem_of(db, db.get_one(SessionRequest, request_id), now=NOW)
        problem_of_queue(db, now=NOW)
    return len(sent)


def test_a_holiday_is_a_whole_local_day_even_where_the_clock_moves() -> None:
    grid = Grid(datetime(2025, 4, 22, tzinfo=UTC), 6 * 96)

    masks = hospital_masks(Place("Africa/Cairo", "EG"), grid=grid, policy=Policy())

    [sinai] = next(mask for mask in masks if mask.kind == "holiday").blocks[-1:]
    # Sinai Liberation Day of 2025 has 23 hours: it begins at 01:00, as midnight is skipped.
    assert [grid.interval(*run) for run in runs(sinai.slots)] == [
        Interval(datetime(2025, 4, 24, 22, tzinfo=UTC), datetime(2025, 4, 25, 21, tzinfo=UTC))
    ]


def test_a_holiday_is_named() -> None:
    grid = Grid(datetime(2026, 9, 21, tzinfo=UTC), 7 * 96)

    masks = hospital_masks(Place("Asia/Shanghai", "CN"), grid=grid, policy=Policy())

    blocks = next(mask for mask in masks if mask.kind == "holiday").blocks
    assert {block.what.text for block in blocks} == {"Mid-Autumn Festival"}


def test_holidays_of_a_year_that_is_not_announced_yet_are_said_to_be_provisional() -> None:
    grid = Grid(datetime(2098, 9, 29, tzinfo=UTC), 4 * 96)

    masks = hospital_masks(Place("Asia/Shanghai", "CN"), grid=grid, policy=Policy())

    names = [block.what.text for block in next(mask for mask in masks if mask.kind == "holiday").blocks]
    assert {*names} == {"%(name)s (not announced yet)"}


def test_a_newcomer_and_one_back_from_leave_are_lent_what_their_peers_gave(db: Session) -> None:
    long_ago, new = NOW - timedelta(days=900), NOW - timedelta(days=1)
    peers = [make.expert(db, f"Peer {number}", joined=long_ago, gave=4) for number in range(3)]
    newcomer, back = make.expert(db, "Newcomer", joined=new), make.expert(db, "Back", joined=long_ago)
    away = LeavePeriod(person_id=back.person_id, first_day=date(2026, 6, 1), last_day=date(2026, 11, 20))
    make.expert(db, "Stranger", joined=new, specialties={"nephrology": 2})
    make.expert(db, "Retired", joined=long_ago, gave=40, active=False)
    demo = make.expert(db, "Demo", joined=long_ago, gave=40)
    db.get_one(RowPerson, demo.person_id).is_demo = True
    db.add(away)
    request = make.request(db, make.hospital(db))

    problem = problem_of(db, request, now=NOW)
    some = problem_of(db, request, now=NOW, only=frozenset({newcomer.person_id}))

    lent = {each.name: each.lent for each in problem.experts}
    assert lent == {"Peer 0": 0, "Peer 1": 0, "Peer 2": 0, "Newcomer": 3, "Back": 3, "Stranger": 0}
    assert {each.past_load for each in problem.experts if each.id in {str(peer.person_id) for peer in peers}} == {4}
    assert [each.lent for each in some.experts] == [0]


def test_closed_days_are_holidays_with_their_names_for_all_who_are_there(db: Session) -> None:
    tuesday, wednesday = make.next_week(1), make.next_week(2)
    kigali, huye = make.hospital(db), make.hospital(db, "Huye")
    make.expert(db)
    make.interpreter(db)
    for what in (
        Closing(tuesday, tuesday, "100 % strike", country="CN"),
        Closing(wednesday, wednesday, "Stocktaking", hospital_id=kigali.id),
    ):
        closing.close(db, what, actor="person:1", now=NOW)

    problem, other = (problem_of(db, make.request(db, each), now=NOW) for each in (kigali, huye))

    (expert,), (interpreter,) = problem.experts, problem.interpreters
    for who, zone, day, name in (
        (expert, "Asia/Shanghai", tuesday, "100 % strike"),
        (interpreter, "Asia/Shanghai", tuesday, "100 % strike"),
        (problem.hospitals[0], "Africa/Kigali", wednesday, "Stocktaking"),
    ):
        mask = next(mask for mask in who.masks if mask.kind == "holiday")
        closed = problem.grid.mask([local_day(day, zone)])
        assert (allowed(mask, problem, zone, day), cause(mask, closed)) == ([], say("%(what)s", what=name))
    closed = problem.grid.mask([local_day(wednesday, "Africa/Kigali")])
    assert [cause(mask, closed) for mask in other.hospitals[0].masks if mask.kind == "holiday"] == [None]


def test_a_day_that_organizers_close_is_the_holiday_of_the_calendar_whatever_either_calls_it() -> None:
    grid, first, last = Grid(datetime(2026, 9, 24, tzinfo=UTC), 96), date(2026, 9, 20), date(2026, 9, 25)
    recorded = Place("Asia/Shanghai", "CN", (Closed(first, last, "Moon Festival", "CN"),))
    own = Place("Asia/Shanghai", "CN", (Closed(first, last, "Moon Festival", "hospital:7"),))

    shut = [
        next(mask for mask in hospital_masks(place, grid=grid, policy=Policy()) if mask.kind == "holiday").blocks
        for place in (recorded, own)
    ]

    assert [[(block.day, block.what.text == "Mid-Autumn Festival") for block in blocks] for blocks in shut] == [
        [("CN 2026-09-25", True), ("CN 2026-09-24", False), ("CN 2026-09-25", False)],
        [("CN 2026-09-25", True), ("hospital:7 2026-09-24", False), ("hospital:7 2026-09-25", False)],
    ]


def test_an_instance_keeps_closed_days(db: Session) -> None:
    tuesday = make.next_week(1)
    request = make.request(db, make.hospital(db), windows_only=False)
    make.expert(db, panel=make.panel(db))
    make.room(db)
    closing.close(db, Closing(tuesday, tuesday, "Strike", country="CN"), actor="person:1", now=NOW)

    problem = problem_of(db, request, now=NOW)

    closed = problem.grid.mask([local_day(tuesday, "Asia/Shanghai")])
    read = read_instance(write_instance(problem))
    assert [joined(each.experts[0].masks, each.grid) & closed for each in (problem, read)] == [0, 0]
