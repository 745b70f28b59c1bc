"""A CSV file comes in whole or not at all, and its faults are named by row and column."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from medixchange.availability.models import ClosedPeriod, DayException, LeavePeriod, WeeklyHours
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.actions import CONFIRM_LASTS
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.matching.models import MatchSearch
from medixchange.outbox.models import Delivery
from medixchange.people.actions import change_profile
from medixchange.people.models import Expert, Hospital, Interpreter, InterpreterPair, Liaison, Person, Room
from medixchange.records.imports import Imported, import_records
from medixchange.records.sheets import Fault

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)

HOSPITALS = """code,name,city,country,zone,approved,liaison_name,liaison_email,liaison_language
king-faisal,King Faisal Hospital,Kigali,RW,Africa/Kigali,yes,Aline Example,aline@king-faisal.example.org,en
"""
PANELS = """code,name,institution,city,country,zone
fahzu,Critical care panel,The First Affiliated Hospital,Hangzhou,CN,Asia/Shanghai
"""
EXPERTS = """email,name,country,zone,language,panels,specialties,languages,hours
zhang@fahzu.example.org,Zhang San 张三,CN,Asia/Shanghai,zh-Hans,fahzu,intensive-care:3,zh:5/5; en:4/4,Mon-Fri 08:00-12:00
"""
INTERPRETERS = """email,name,country,zone,language,pairs,modes,hours
mei@example.org,Mei Example,CN,Asia/Shanghai,zh-Hans,zh>en,simultaneous,Mon-Fri 08:00-18:00
"""
ROOMS = """code,name,join_url
west,West Lake,https://rooms.example.org/west
"""
RETIRING = {"experts": EXPERTS, "interpreters": INTERPRETERS, "rooms": ROOMS}
TABLES: dict[str, type[Expert | Interpreter | Room]] = {"experts": Expert, "interpreters": Interpreter, "rooms": Room}
# ruff: noqa: E501 - rows of a file are as long as they are
REQUESTS = """reference,hospital,contact_name,contact_email,language,topic,specialties,minutes,windows,languages,submitted_on
MX-1001,king-faisal,Aline Example,aline@king-faisal.example.org,en,Oxygen,intensive-care,60,2026-12-01 09:00-12:00,en:5,2026-11-20
"""


def bring(database: Database, kind: str, text: str, *, dry_run: bool = False) -> Imported:
    return import_records(database, kind, text, now=NOW, actor="program", dry_run=dry_run)


def test_a_hospital_comes_with_its_liaison(database: Database) -> None:
    outcome = bring(database, "hospitals", HOSPITALS)

    assert outcome == Imported(1, ())
    with database.read() as db:
        hospital = db.exec(select(Hospital)).one()
        person = db.exec(select(Person)).one()
        liaison = db.exec(select(Liaison)).one()
    assert (hospital.name, hospital.zone, hospital.approved_at) == ("King Faisal Hospital", "Africa/Kigali", NOW)
    assert (person.name, person.language, person.zone) == ("Aline Example", "en", "Africa/Kigali")
    assert (liaison.person_id, liaison.hospital_id) == (person.id, hospital.id)


def test_a_liaison_who_is_known_keeps_what_the_file_does_not_give(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    with database.write() as db:
        person = db.exec(select(Person)).one()
        change_profile(db, person, language="fr", zone="Europe/Paris", actor="person:1", now=NOW)
    moved = HOSPITALS.replace("RW,Africa/Kigali", "ZM,Africa/Lusaka")

    bring(database, "hospitals", moved.replace(",liaison_language", "").replace("org,en", "org"))

    with database.read() as db:
        person = db.exec(select(Person)).one()
    assert (person.language, person.zone, person.country) == ("fr", "Europe/Paris", "RW")


def test_a_new_liaison_reads_english_on_the_hospitals_clock_where_the_file_says_nothing(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS.replace("org,en", "org,"))

    with database.read() as db:
        person = db.exec(select(Person)).one()
    assert (person.language, person.zone, person.country) == ("en", "Africa/Kigali", "RW")


def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    for _ in range(2):
        for kind, text in (("hospitals", HOSPITALS), ("panels", PANELS), ("experts", EXPERTS)):
            assert bring(database, kind, text).faults == ()

    with database.read() as db:
        assert len(db.exec(select(Hospital)).all()) == 1
        assert len(db.exec(select(Expert)).all()) == 1
        assert len(db.exec(select(WeeklyHours)).all()) == 5


def test_hours_of_single_days_and_leave_replace_those_before(database: Database) -> None:
    bring(database, "panels", PANELS)
    text = EXPERTS.replace(",hours\n", ",hours,exceptions,leave\n").removesuffix("\n")

    bring(database, "experts", f"{text},2026-12-01 closed,2027-01-04\n")
    bring(database, "experts", f"{text},2026-12-24 closed; 2026-12-26 09:00-12:00 14:00-16:00,2027-02-01..2027-02-14\n")

    with database.read() as db:
        other = [(each.day, each.start_minute, each.end_minute) for each in db.exec(select(DayException))]
        away = [(each.first_day, each.last_day) for each in db.exec(select(LeavePeriod))]
    assert sorted(other, key=str) == [
        (date(2026, 12, 24), None, None),
        (date(2026, 12, 26), 540, 720),
        (date(2026, 12, 26), 840, 960),
    ]
    assert away == [(date(2027, 2, 1), date(2027, 2, 14))]


def test_a_dry_run_keeps_nothing(database: Database) -> None:
    outcome = bring(database, "hospitals", HOSPITALS, dry_run=True)

    assert outcome == Imported(1, ())
    with database.read() as db:
        assert db.exec(select(Hospital)).all() == []


def test_one_wrong_cell_keeps_the_whole_file_out_and_is_named(database: Database) -> None:
    text = HOSPITALS + "x,Another Hospital,Harare,ZW,Africa/Hararee,yes,,,\n"

    outcome = bring(database, "hospitals", text)

    assert [(fault.row, fault.column, fault.message.text) for fault in outcome.faults] == [
        (3, "zone", "“%(cell)s” is no time zone; write its name, such as Africa/Kigali.")
    ]
    with database.read() as db:
        assert db.exec(select(Hospital)).all() == []


def test_every_fault_of_a_file_is_listed_at_once(database: Database) -> None:
    text = "code,name,join_url\nwest,,ftp://x\nwest,West Lake,https://rooms.example.org/w\n"

    outcome = bring(database, "rooms", text)

    assert [(fault.row, fault.column) for fault in outcome.faults] == [
        (2, "name"),
        (2, "join_url"),
        (3, "code"),
    ]


def test_a_panel_that_is_not_there_is_named(database: Database) -> None:
    outcome = bring(database, "experts", EXPERTS)

    assert [(fault.row, fault.column, fault.message.text) for fault in outcome.faults] == [
        (2, "panels", "There is no panel “%(code)s”; import it first or correct its key.")
    ]
    with database.read() as db:
        assert db.exec(select(Person)).all() == []


def test_a_missing_column_and_an_unknown_one_are_named(database: Database) -> None:
    outcome = bring(database, "panels", "code,name,city,country,zone,colour\n")

    assert [(fault.row, fault.column) for fault in outcome.faults] == [(1, "institution"), (1, "colour")]


@pytest.mark.parametrize(
    ("text", "row", "told"),
    [
        ("", 1, "The file is empty; its first row names the columns."),
        ("\ufeff", 1, "The file is empty; its first row names the columns."),
        ('code,name\n"broken', 2, "This is not a CSV file: %(why)s."),
    ],
)
def test_what_is_no_csv_file_is_refused_in_words(database: Database, text: str, row: int, told: str) -> None:
    outcome = bring(database, "rooms", text)

    assert outcome.rows == 0
    assert [(fault.row, fault.column, fault.message.text) for fault in outcome.faults] == [(row, "", told)]


def test_spreadsheet_habits_are_forgiven(database: Database) -> None:
    text = "\ufeff" + PANELS.replace("\n", "\r\n") + ",,,,,\r\n"

    assert bring(database, "panels", text) == Imported(1, ())


def test_pairs_of_an_interpreter_replace_the_old_ones(database: Database) -> None:
    head = "email,name,country,zone,language,pairs,modes,hours\n"
    row = "mei@example.org,Mei Example,CN,Asia/Shanghai,zh-Hans,{},simultaneous,Mon-Fri 08:00-18:00\n"

    bring(database, "interpreters", head + row.format("zh>en; en>zh"))
    bring(database, "interpreters", head + row.format("zh>fr"))

    with database.read() as db:
        assert [(pair.source, pair.target) for pair in db.exec(select(InterpreterPair))] == [("zh", "fr")]


def test_the_contact_of_a_request_that_was_only_sent_is_asked_to_confirm_it(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    text = REQUESTS.replace("submitted_on", "submitted_on,state").replace("2026-11-20", "2026-11-20,sent")

    bring(database, "requests", text)

    with database.read() as db:
        request = db.exec(select(SessionRequest)).one()
        letters = [(each.kind, each.recipient) for each in db.exec(select(Delivery))]
    assert (request.state, request.confirm_until) == (RequestState.SENT, NOW + CONFIRM_LASTS)
    assert letters == [("confirm-address", "aline@king-faisal.example.org")]


def test_a_submitted_request_is_matched_like_any_other(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)

    outcome = bring(database, "requests", REQUESTS)

    assert outcome == Imported(1, ())
    with database.read() as db:
        assert len(db.exec(select(MatchSearch)).all()) == 1


def test_a_request_that_is_there_already_is_refused(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    bring(database, "requests", REQUESTS)

    outcome = bring(database, "requests", REQUESTS)

    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "reference")]


def test_a_window_in_an_hour_that_the_clock_skips_is_refused(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS.replace("RW,Africa/Kigali", "EG,Africa/Cairo"))

    outcome = bring(database, "requests", REQUESTS.replace("2026-12-01 09:00-12:00", "2027-04-30 00:15-02:00"))

    assert [(fault.row, fault.column, fault.message.text) for fault in outcome.faults] == [
        (
            2,
            "windows",
            "The clock in %(zone)s is put forward over %(clock)s on %(day)s; choose an earlier or a later time.",
        )
    ]


def test_a_kind_that_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(Refusal):
        bring(database, "spaceships", "code\n")


@pytest.mark.parametrize("kind", ["experts", "interpreters", "rooms"])
def test_whoever_is_retired_stays_so_until_a_file_says_otherwise(database: Database, kind: str) -> None:
    bring(database, "panels", PANELS)
    head, row = RETIRING[kind].splitlines()
    stands = []
    for cell in (None, "no", None, "", "yes"):
        text = f"{head}\n{row}\n" if cell is None else f"{head},active\n{row},{cell}\n"
        assert bring(database, kind, text) == Imported(1, ())
        with database.read() as db:
            found: Any = db.exec(select(TABLES[kind])).one()
            stands.append(found.active)

    assert stands == [True, False, False, False, True]


def test_rooms_take_their_defaults(database: Database) -> None:
    bring(database, "rooms", "code,name,join_url\nwest,West Lake,https://rooms.example.org/west\n")

    with database.read() as db:
        room = db.exec(select(Room)).one()
    assert (room.seats, room.channels, room.active) == (100, 0, True)


def test_a_row_with_too_many_cells_says_to_quote_commas(database: Database) -> None:
    outcome = bring(database, "rooms", "code,name,join_url\nwest,West, Lake,https://rooms.example.org/west\n")

    assert outcome.faults == (Fault(2, "join_url", outcome.faults[0].message),)
    assert outcome.faults[0].message.text == (
        "This row has more cells than the header has columns; put quotes around cells with commas."
    )


def test_a_request_can_begin_a_series_whose_further_ones_take_no_reference_of_the_file(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    head, row = REQUESTS.splitlines()
    rows = [f"{head},series_weeks,series_times", f"{row},2,3", f"{row.replace('MX-1001', 'MX-2002')},,"]

    assert bring(database, "requests", "\n".join(rows)) == Imported(2, ())

    with database.read() as db:
        found = db.exec(select(SessionRequest).order_by("id")).all()
    assert [each.series_place for each in found] == [1, None, 2, 3]
    assert len({each.reference for each in found}) == 4


@pytest.mark.parametrize(("state", "number"), [("withdrawn", 3), ("declined", 3), ("submitted", 3), ("sent", 1)])
def test_a_series_stays_one_whatever_became_of_it_and_grows_with_the_confirmation(
    database: Database, state: str, number: int
) -> None:
    bring(database, "hospitals", HOSPITALS)
    head, row = REQUESTS.splitlines()

    bring(database, "requests", f"{head},series_weeks,series_times,state,reason\n{row},2,3,{state},The ward moved.")

    with database.read() as db:
        found = db.exec(select(SessionRequest).order_by("id")).all()
        places = {(each.series_place, each.state.value, each.decided_at is None) for each in found}
        assert {each.series_id for each in found} == {each.id for each in db.exec(select(RequestSeries))}
        assert [each.request_id for each in db.exec(select(MatchSearch))] == [1] * (state == "submitted")
    is_open = state in ("submitted", "sent")
    assert places == {(place, state, is_open) for place in range(1, number + 1)}


def test_windows_that_span_the_rhythm_of_a_series_are_a_fault(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    head, row = REQUESTS.splitlines()
    row = row.replace("2026-12-01 09:00-12:00", "2026-12-01 09:00-12:00; 2026-12-08 09:00-12:00")
    head = f"{head},series_weeks,series_times"

    faults = bring(database, "requests", f"{head}\n{row},1,3").faults

    assert [(each.row, each.column, each.message.values["num"]) for each in faults] == [(2, "windows", 7)]
    assert bring(database, "requests", f"{head}\n{row},2,3") == Imported(1, ())


def test_half_a_series_is_a_fault(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    head, row = REQUESTS.splitlines()

    faults = bring(database, "requests", f"{head},series_weeks\n{row},2").faults

    assert [(each.row, each.column) for each in faults] == [(2, "series_times")]


def test_a_request_may_name_what_a_second_group_follows(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)
    head, row = REQUESTS.splitlines()
    alone = row.replace("MX-1001", "MX-1002")

    outcome = bring(database, "requests", f"{head},second_languages\n{row},fr:4; sw:3\n{alone},\n")

    assert outcome == Imported(2, ())
    with database.read() as db:
        rows = db.exec(select(SessionRequest).order_by(SessionRequest.reference))
        assert [each.second_audience for each in rows] == [{"fr": 4, "sw": 3}, {}]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("fr", "Write “%(piece)s” with its level"),
        ("fr:6", "Write a whole number"),
        ("xx-nowhere:3", "“%(cell)s” is no language"),
        ("fr:4; sw:3; rw:5", "Give %(least)s to %(most)s items"),
        ("en:2", "This is what the first group follows as well"),
    ],
)
def test_what_a_second_group_cannot_follow_is_named_by_row_and_column(
    second: str, told: str, database: Database
) -> None:
    bring(database, "hospitals", HOSPITALS)
    head, row = REQUESTS.splitlines()

    (fault,) = bring(database, "requests", f"{head},second_languages\n{row},{second}\n").faults

    assert (fault.row, fault.column) == (2, "second_languages")
    assert fault.message.text.startswith(told)


CLOSED = """first_day,last_day,name,country,hospital
2026-12-01,2026-12-03,National mourning,cn,
2026-12-02,,Stocktaking,,king-faisal
"""


def test_closed_days_come_in_and_the_same_file_changes_nothing(database: Database) -> None:
    bring(database, "hospitals", HOSPITALS)

    outcomes = [bring(database, "closed-days", CLOSED) for _ in range(2)]

    assert outcomes == [Imported(2, ())] * 2
    with database.read() as db:
        rows = [
            (each.country, each.hospital_id, each.first_day, each.last_day, each.name)
            for each in db.exec(select(ClosedPeriod).order_by(col(ClosedPeriod.id)))
        ]
    assert rows == [
        ("CN", None, date(2026, 12, 1), date(2026, 12, 3), "National mourning"),
        (None, 1, date(2026, 12, 2), date(2026, 12, 2), "Stocktaking"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("2026-12-01,,Strike,RW,king-faisal", "country", "Name either the country or the hospital"),
        ("2026-12-01,,Strike,,", "country", "Name either the country or the hospital"),
        ("2026-12-01,,Strike,XX,", "country", "is no country"),
        ("2026-12-01,,Strike,,nowhere", "hospital", "There is no hospital"),
        ("2026-12-03,2026-12-01,Strike,RW,", "last_day", "The last day is before the first one"),
        ("2026-12-01,2027-12-01,Strike,RW,", "last_day", "Close at most"),
        ("2026-12-02,,Strike,CN,", "first_day", "Some of these days are closed there already"),
        ("2026-11-02,,Strike,CN,", "first_day", "These days are over"),
    ],
)
def test_closed_days_that_cannot_be_are_named_by_row_and_column(
    database: Database, row: str, column: str, why: str
) -> None:
    bring(database, "hospitals", HOSPITALS)
    bring(database, "closed-days", CLOSED)

    outcome = bring(database, "closed-days", f"first_day,last_day,name,country,hospital\n{row}\n")

    (fault,) = outcome.faults
    assert (fault.row, fault.column, why in fault.message.text) == (2, column, True)
