"""What the cells of an imported file may say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.languages.texts import Wrong
from medixchange.records import cells, cells_of_time
from medixchange.records.cells_of_time import Days, Hours, OtherDay, WindowOnDay


def test_hours_of_a_week_are_read_as_stretches_of_each_day() -> None:
    week = cells_of_time.hours("Mon-Tue 08:00-12:00 14:00-18:00; Sat 21:00-24:00")

    assert sorted(week) == [
        Hours(0, 480, 720),
        Hours(0, 840, 1080),
        Hours(1, 480, 720),
        Hours(1, 840, 1080),
        Hours(5, 1260, 1440),
    ]


def test_a_week_may_run_over_its_end() -> None:
    assert [stretch.weekday for stretch in cells_of_time.hours("Sat-Mon 09:00-12:00")] == [5, 6, 0]


def test_pairs_keep_their_direction() -> None:
    assert cells.pairs("zh>en; en>zh") == (("zh", "en"), ("en", "zh"))


def test_a_script_does_not_matter_for_speaking() -> None:
    assert cells.heard_and_spoken("zh-Hans:5/4; en:3/2") == {"zh": (5, 4), "en": (3, 2)}


def test_leave_is_a_day_or_a_stretch_of_days() -> None:
    assert cells_of_time.leave("2027-02-01..2027-02-14; 2027-05-03") == (
        Days(date(2027, 2, 1), date(2027, 2, 14)),
        Days(date(2027, 5, 3), date(2027, 5, 3)),
    )


def test_exceptions_are_days_with_other_hours_or_none() -> None:
    assert cells_of_time.exceptions("2026-12-24 closed; 2026-12-26 09:00-12:00 14:00-16:00") == (
        OtherDay(date(2026, 12, 24), ()),
        OtherDay(date(2026, 12, 26), ((540, 720), (840, 960))),
    )


def test_windows_are_stretches_of_a_local_day() -> None:
    assert cells_of_time.windows("2026-12-01 09:30-12:00") == (WindowOnDay(date(2026, 12, 1), 570, 720),)


@pytest.mark.parametrize(
    ("read", "cell", "sentence"),
    [
        (cells.code, "King Faisal", "Write a key of small letters, digits and hyphens, such as “king-faisal”."),
        (cells.email, "nobody", "Write a mail address such as name@hospital.org."),
        (cells.yes_or_no, "maybe", "Write yes or no, not “%(cell)s”."),
        (cells.number(1, 3), "4", "Write a whole number from %(least)s to %(most)s, not “%(cell)s”."),
        (cells.number(1, 3), "٣٣٣٣٣٣٣٣٣٣", "Write a whole number from %(least)s to %(most)s, not “%(cell)s”."),
        (cells.country, "ZZ", "“%(cell)s” is no country; write its two letters, such as RW."),
        (cells.zone, "UTC+2", "“%(cell)s” is no time zone; write its name, such as Africa/Kigali."),
        (cells.reading_language, "qq-zz", "“%(cell)s” is no language; write its tag, such as en, fr or zh-Hans."),
        (cells.text(3), "four", "Shorten this to %(most)s characters: it has %(length)s."),
        (cells.text(9), "\u202e", "Fill in this field."),
        (cells_of_time.day, "1.12.2026", "“%(cell)s” is no day; write year-month-day, such as 2026-12-01."),
        (cells_of_time.day, "1999-01-01", "%(cell)s is too far away; give a day from 2020 to 2099."),
        (cells_of_time.hours, "Mon 9-12", "“%(cell)s” is no stretch of hours; write one such as 09:00-12:30."),
        (cells_of_time.hours, "Mon 09:00-25:00", "“%(cell)s” runs past the end of the day; 24:00 is the last minute."),
        (
            cells_of_time.hours,
            "Lundi 09:00-12:00",
            "“%(piece)s” is no day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun.",
        ),
        (cells_of_time.hours, "Mon", "“%(piece)s” has no hours; write some, such as Mon-Fri 08:00-12:00."),
        (
            cells_of_time.leave,
            "2027-02-14..2027-02-01",
            "“%(piece)s” ends before it begins; write the earlier day first.",
        ),
        (cells.pairs, "zh-en", "Write “%(piece)s” as from>into, such as zh>en."),
        (cells.pairs, "zh>zh", "“%(piece)s” names one language twice; write two."),
        (
            cells_of_time.windows,
            "2026-12-01 12:00-09:00",
            "“%(piece)s” must end after it begins, both on a quarter of an hour.",
        ),
        (cells_of_time.windows, "; ; ", "Give one to three windows, such as 2026-12-01 09:30-12:00."),
        (
            cells.levels(cells.spoken_language, 1, 5, items=2),
            "en:5; fr:4; ar:3",
            "Give %(least)s to %(most)s items with semicolons between.",
        ),
        (cells_of_time.session_length, "50", "Write a number of minutes that is a multiple of 15, such as 60."),
        (cells.join_address, "http://rooms.example.org", "Write the room's address, beginning with https://."),
        (cells.reference, "1001", "Write a reference of capital letters, a hyphen and digits, such as MX-1001."),
        (cells.specialty, "wizardry", "“%(cell)s” is no specialty; write one of %(all)s."),
    ],
)
def test_a_wrong_cell_is_answered_with_what_to_write(read: Callable[[str], Any], cell: str, sentence: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(cell)

    assert wrong.value.message.text == sentence


@pytest.mark.parametrize(
    ("read", "cell", "kept"),
    [
        (cells.text(20), "King\u202e \ufeffFaisal\x07\u2069", "King Faisal"),
        (cells.text(20), "King\r\nFaisal", "King Faisal"),
        (cells.paragraphs(20), "one \u202d\r\n\r\n\r\n\r\ntwo", "one\n\ntwo"),
        (cells.email, "\u202aAline@King-Faisal.example.org\ufeff", "aline@king-faisal.example.org"),
        (cells.join_address, "https://rooms.example.org/\u202egnp.exe", "https://rooms.example.org/gnp.exe"),
    ],
)
def test_a_cell_is_cleaned_as_a_form_is(read: Callable[[str], str], cell: str, kept: str) -> None:
    assert read(cell) == kept


@given(st.text(max_size=60))
def test_whatever_a_cell_says_it_is_read_or_refused(cell: str) -> None:
    readers: tuple[Callable[[str], Any], ...] = (
        cells.code, cells.email, cells.country, cells.zone, cells.reading_language, cells.pairs,
        cells.heard_and_spoken, cells.number(0, 9), cells.join_address, cells_of_time.day, cells_of_time.hours,
        cells_of_time.leave, cells_of_time.exceptions, cells_of_time.windows,
    )  # fmt: skip  # every reader there is, at a glance

    for read in readers:
        with suppress(Wrong):
            assert read(cell) is not None
