"""Sentences, days and times as readers of different languages and zones see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.i18n import LANGUAGES, negotiate, words
from medixchange.i18n.ethiopian import EthiopianDate, ethiopian_date
from medixchange.messages import (
    Term,
    count,
    country,
    instant,
    language,
    listed,
    say,
    specialty,
)

AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
HOUR_AND_A_HALF = timedelta(minutes=90)


@pytest.mark.parametrize(
    ("at", "zone", "shown"),
    [
        (AT, "Africa/Kigali", "Tue, 1 Dec 2026, 10:00 (Kigali, UTC+2)"),
        (AT, "Asia/Shanghai", "Tue, 1 Dec 2026, 16:00 (Beijing, UTC+8)"),
        (AT, "Asia/Colombo", "Tue, 1 Dec 2026, 13:30 (Colombo, UTC+5:30)"),
        (AT, "Asia/Kathmandu", "Tue, 1 Dec 2026, 13:45 (Kathmandu, UTC+5:45)"),
        (AT, "America/New_York", "Tue, 1 Dec 2026, 03:00 (New York, UTC−5)"),
        (AT, "UTC", "Tue, 1 Dec 2026, 08:00 (UTC)"),
        (datetime(2026, 10, 29, 8, tzinfo=UTC), "Africa/Cairo", "Thu, 29 Oct 2026, 11:00 (Cairo, UTC+3)"),
        (datetime(2026, 10, 30, 8, tzinfo=UTC), "Africa/Cairo", "Fri, 30 Oct 2026, 10:00 (Cairo, UTC+2)"),
        (datetime(2026, 9, 19, 8, tzinfo=UTC), "Africa/Casablanca", "Sat, 19 Sept 2026, 09:00 (Casablanca, UTC+1)"),
        (datetime(2026, 9, 21, 8, tzinfo=UTC), "Africa/Casablanca", "Mon, 21 Sept 2026, 08:00 (Casablanca, UTC+0)"),
    ],
)
def test_a_moment_shows_at_its_right_hour_in_every_city(at: datetime, zone: str, shown: str) -> None:
    assert words("en", zone).placed(at) == shown


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("en", "Tue, 1 Dec 2026, 10:00–11:30"),
        ("zh-Hans", "2026年12月1日周二 10:00–11:30"),
        ("fr", "mar. 1 déc. 2026, 10:00–11:30"),
        ("id", "Sel, 1 Des 2026 10:00–11:30"),
        ("ar", "الثلاثاء، 1 ديسمبر 2026، \u206610:00–11:30\u2069"),
    ],
)
def test_a_span_reads_as_the_language_writes_it_on_a_clock_of_24_hours(tag: str, shown: str) -> None:
    assert words(tag, "Africa/Kigali").span(AT, AT + HOUR_AND_A_HALF) == shown


def test_a_span_over_midnight_names_both_days() -> None:
    late = words("en", "Asia/Shanghai")

    shown = late.span(AT + timedelta(hours=7), AT + timedelta(hours=9))
    short = late.hours(AT + timedelta(hours=7), AT + timedelta(hours=9))

    assert shown == "Tue, 1 Dec 2026, 23:00 – Wed, 2 Dec 2026, 01:00"
    assert short == "23:00–01:00 +1"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        words("en").moment(AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("tag", "places"),
    [
        ("en", ["Kigali", "Beijing", "Kathmandu", "Kolkata", "Makassar", "Buenos Aires"]),
        ("zh-Hans", ["基加利", "加德满都", "加尔各答", "望加锡", "布宜诺斯艾利斯"]),
        ("fr", ["Kigali", "Katmandou", "Calcutta", "Macassar", "Buenos Aires"]),
    ],
)
def test_places_are_named_in_the_readers_language(tag: str, places: list[str]) -> None:
    zones = ["Africa/Kigali", "Asia/Shanghai", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Makassar"]
    zones = [*zones, "America/Argentina/Buenos_Aires"]

    shown = [words(tag).place(zone) for zone in zones if tag == "en" or zone != "Asia/Shanghai"]

    assert shown == places


@pytest.mark.parametrize(
    ("day", "ethiopian"),
    [
        (date(2007, 9, 12), EthiopianDate(2000, 1, 1)),  # the Ethiopian millennium
        (date(2026, 9, 11), EthiopianDate(2019, 1, 1)),
        (date(2023, 9, 11), EthiopianDate(2015, 13, 6)),  # a leap year's last day
        (date(2026, 1, 7), EthiopianDate(2018, 4, 29)),  # Christmas
    ],
)
def test_a_day_has_its_ethiopian_date(day: date, ethiopian: EthiopianDate) -> None:
    assert ethiopian_date(day) == ethiopian


@given(st.dates(date(2020, 1, 1), date(2099, 12, 30)))
def test_the_ethiopian_calendar_counts_every_day_once(day: date) -> None:
    today, tomorrow = ethiopian_date(day), ethiopian_date(day + timedelta(days=1))

    follows = [
        EthiopianDate(today.year, today.month, today.day + 1),
        EthiopianDate(today.year, today.month + 1, 1),
        EthiopianDate(today.year + 1, 1, 1),
    ]
    assert tomorrow in follows
    assert today.day <= (6 if today.month == 13 else 30)


def test_nine_in_the_morning_in_addis_ababa_is_three_oclock() -> None:
    nine = datetime(2026, 12, 1, 6, tzinfo=UTC)

    assert words("en").ethiopian(nine) == "22 Hedar 2019, 3:00 in the morning (Ethiopian time)"
    assert words("en").local_count(nine, "Africa/Addis_Ababa") == words("en").ethiopian(nine)
    assert words("en").local_count(nine, "Africa/Kigali") is None


def test_a_message_is_said_with_its_values_in_the_readers_words() -> None:
    message = say(
        "%(who)s: %(topic)s, %(where)s, %(how)s, %(at)s",
        who="Aline",
        topic=specialty("intensive-care"),
        where=country("RW"),
        how=listed([language("fr"), language("zh-Hans"), "Klingon"]),
        at=instant(AT, place="Asia/Kathmandu"),
    )

    said = words("en", "Africa/Kigali").say(message)

    assert said == (
        "Aline: Intensive care, Rwanda, French, Simplified Chinese and Klingon, "
        "Tue, 1 Dec 2026, 13:45 (Kathmandu, UTC+5:45)"
    )


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term("clock", "09:30"), "09:30"),
        (Term("day", "2026-12-01"), "Tue, 1 Dec 2026"),
        (Term("zone", "Asia/Shanghai"), "Beijing"),
        (Term("specialty", "dowsing"), "dowsing"),
        (1234, "1,234"),
        ("as it is", "as it is"),
    ],
)
def test_every_kind_of_value_is_said(term: Term | int | str, said: str) -> None:
    assert words("en", "Africa/Kigali").say(term) == said


def test_the_number_chooses_the_form() -> None:
    hours = [words("en").say(count("%(num)s minute", "%(num)s minutes", num)) for num in (1, 2)]

    assert hours == ["1 minute", "2 minutes"]


def test_names_inside_arabic_sentences_keep_their_own_direction() -> None:
    said = words("ar").say(say("No such sentence: %(name)s", name="Li Na"))

    assert said == "No such sentence: \u2068Li Na\u2069"


def test_arabic_names_inside_other_sentences_do_not_turn_what_follows() -> None:
    said = words("en").say(say("%(name)s, 5 days off at %(place)s", name="حداد", place="Kigali 基加利"))

    assert said == "\u2068حداد\u2069, 5 days off at Kigali 基加利"


@pytest.mark.parametrize(
    ("header", "stored", "tag"),
    [
        (None, None, "en"),
        ("fr-CA,en;q=0.5", None, "fr"),
        ("zh-TW;q=0.4, id;q=0.9", None, "id"),
        ("zh-CN", None, "zh-Hans"),
        ("am, ar;q=0.3", None, "ar"),
        ("fr;q=0, id;q=0.1", None, "id"),
        ("fr;q=much, *, ;;,", None, "en"),
        ("fr", "id", "id"),
        ("fr", "am", "fr"),
        ("en-XA", None, "en-XA"),
    ],
)
def test_the_language_is_the_best_that_reader_and_house_share(header: str | None, stored: str | None, tag: str) -> None:
    assert negotiate(header, stored) == tag


@given(st.text(max_size=200))
def test_no_header_breaks_the_negotiation(header: str) -> None:
    assert negotiate(header) in {*LANGUAGES, "en-XA"}


def test_a_person_whose_language_is_not_on_offer_reads_english() -> None:
    assert words("am").language == "en"


def test_the_pseudo_locale_disguises_words_and_leaves_placeholders() -> None:
    said = words("en-XA").say(say("Open %(page)s", page="x%(y)s"))

    assert said == "[Öpéñ x%(y)s ~~~~]"


def test_a_colon_is_written_as_the_language_writes_it() -> None:
    as_elsewhere = dict.fromkeys(LANGUAGES, ": ")

    assert {tag: words(tag).colon for tag in LANGUAGES} == as_elsewhere | {"zh-Hans": "：", "fr": "\u00a0: "}


def test_a_semicolon_is_written_as_the_language_writes_it() -> None:
    as_elsewhere = dict.fromkeys(LANGUAGES, "; ")
    own = {"zh-Hans": "；", "ar": "؛ ", "fr": "\u00a0; "}

    assert {tag: words(tag).semicolon for tag in LANGUAGES} == as_elsewhere | own


def test_sentences_follow_each_other_as_the_language_sets_them() -> None:
    assert {tag: words(tag).gap for tag in LANGUAGES} == {tag: "" if tag == "zh-Hans" else " " for tag in LANGUAGES}
