"""What each one reads: complete as text and as HTML, the right hour on every clock, and nobody else's address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from medixchange.calendars import lint
from medixchange.i18n import words
from medixchange.i18n.offer import LANGUAGES
from medixchange.outbox.letters import Letter
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.guests import Guest
from medixchange.sessions.invites import Kind, letter, preview
from medixchange.sessions.models import Role
from medixchange.sessions.occasions import Occasion
from medixchange.times.intervals import Interval
from tests import make
from tests.sessions.stage import ACTOR, DESK, NOW, SENDER, at, desk_again, news, read, send, set_up

CERTAIN = ("confirmed", "address", "room", "languages")
GONE: tuple[Kind, ...] = ("cancelled", "removed")
AT_THE_SAME_HOUR: tuple[Kind, ...] = ("room", "languages", "address", "parted")
KINDS: tuple[Kind, ...] = ("hold", "confirmed", "moved", *AT_THE_SAME_HOUR, *GONE)
SPAN = Interval(datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 8, 45, tzinfo=UTC))
WAS = Interval(SPAN.start - timedelta(days=1), SPAN.end - timedelta(days=1))


def guest(role: Role = Role.EXPERT, *, zone: str = "Asia/Shanghai", language: str = "en") -> Guest:
    return Guest(
        person_id=7,
        name="Zhang San 张三",
        email="zhang@example.org",
        language=language,
        zone=zone,
        role=role,
        leg="zh>fr" if role is Role.INTERPRETER else "",
        institution="The First Affiliated Hospital" if role is Role.EXPERT else "",
        seed="a" * 22,
    )


def occasion(span: Interval = SPAN, *guests: Guest, zone: str = "Africa/Kigali") -> Occasion:
    return Occasion(
        uid="0123456789@medixchange",
        sequence=3,
        status="TENTATIVE",
        topic="Oxygen therapy & 氧疗",
        questions="How low may the saturation go?",
        hospital="King Faisal Hospital",
        city="Kigali",
        zone=zone,
        room="West Lake room",
        join_url="https://rooms.example.org/west-lake",
        span=span,
        mode="interpreter",
        speech="zh",
        audience="fr",
        created=NOW,
        modified=NOW,
        guests=guests or (guest(),),
    )


def plain(html: str) -> str:
    """The words of a page, as a reader sees them."""
    body = re.sub(r"(?s)<head>.*?</head>|<[^>]+>", " ", html)
    return " ".join(body.replace("&amp;", "&").replace("&#39;", "'").split())


def of_kind(kind: Kind, reader: Guest | None = None) -> Letter:
    about = replace(occasion(), status="CONFIRMED" if kind in CERTAIN else "CANCELLED" if kind in GONE else "TENTATIVE")
    return letter(kind, about, reader or guest(), now=NOW, was=WAS if kind == "moved" else None, reason="A power cut")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_as_text_and_as_html_all_that_its_reader_must_know(kind: Kind, role: Role) -> None:
    shown = read(of_kind(kind, guest(role)))

    told = [
        "Oxygen therapy & 氧疗",
        "King Faisal Hospital",
        "Kigali",
        "Zhang San 张三",
        "Tue, 1 Dec 2026, 10:00–10:45",
        "Tue, 1 Dec 2026, 16:00–16:45",
        "In Chinese, interpreted into French and back.",
    ]
    if kind not in GONE:
        told += ["West Lake room", DESK.links.url("answer", "a" * 22)]
    if kind in CERTAIN:
        told += ["https://rooms.example.org/west-lake"]
    elif kind not in GONE:
        told += ["You get the link to join by mail once the session is certain."]
    if kind not in GONE and role is not Role.LIAISON:
        told += ["How low may the saturation go?"]
    if kind == "moved":
        told += ["Mon, 30 Nov 2026, 10:00–10:45", "Mon, 30 Nov 2026, 16:00–16:45"]
    if kind == "cancelled":
        told += ["A power cut"]
    assert [words for words in told if words not in " ".join(shown.text.split())] == []
    assert [words for words in told if words not in plain(shown.html)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_that_ends_something_asks_for_nothing(kind: Kind) -> None:
    shown = read(of_kind(kind))

    assert ("/answer/" in shown.text, "/answer/" in shown.html) == ((kind not in GONE),) * 2


@pytest.mark.parametrize("answer", ["NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_asks_those_alone_who_gave_no_answer_and_so_does_its_calendar(kind: Kind, answer: str) -> None:
    shown = read(of_kind(kind, replace(guest(), partstat=answer)))

    html, raw = plain(shown.html), re.sub(r"\r\n[ \t]", "", shown.calendar or "")
    asks = kind not in GONE and answer == "NEEDS-ACTION"
    assert [("Can you come?" in each) for each in (shown.text, html)] == [asks] * 2
    assert ("Accept or decline" in html) == asks
    assert ("PARTSTAT=NEEDS-ACTION;" in raw, "RSVP=TRUE" in raw) == (asks, asks)
    has_answer = kind not in GONE and not asks
    assert ("See or change your answer" in html) == has_answer
    told = {
        "If you cannot come after all, please": has_answer and answer != "DECLINED",
        "If you can come after all, please": has_answer and answer == "DECLINED",
        "You are asked to come": kind not in GONE and answer in ("NEEDS-ACTION", "TENTATIVE"),
        "You come as an expert.": has_answer and answer == "ACCEPTED",
        "You have said that you cannot come.": has_answer and answer == "DECLINED",
        "so does your answer": has_answer and kind in AT_THE_SAME_HOUR,
        "You have not said yet": asks and kind in (*AT_THE_SAME_HOUR, "confirmed"),
        "Everybody is asked anew.": asks and kind == "moved",
        "even if you have answered before": asks and kind == "moved",
    }
    for each in (" ".join(shown.text.split()), html):
        assert {words: words in each for words in told} == told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", AT_THE_SAME_HOUR)
def test_in_every_language_the_news_asks_those_alone_who_gave_no_answer(kind: Kind, language: str) -> None:
    said = words(language, "Africa/Kigali").gettext

    open_, answered = (
        read(of_kind(kind, replace(guest(language=language), partstat=each))) for each in ("NEEDS-ACTION", "ACCEPTED")
    )

    question, stays = (
        said("Can you come? Please answer on this page:"),
        said("Its time stays, and so does your answer."),
    )
    assert [(question in each.text, stays in each.text) for each in (open_, answered)] == [(True, False), (False, True)]


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_certain_leads_to_a_room(kind: Kind) -> None:
    told = of_kind(kind)
    shown, entry = read(told), told.calendar

    assert entry is not None
    places = (shown.text, shown.html, entry.meeting.description, entry.meeting.conference or "")
    assert {"rooms.example.org" in each for each in places} == {kind in CERTAIN}
    is_held = entry.meeting.status == "TENTATIVE"
    assert ("You get the link to join by mail" in entry.meeting.description) == is_held


@pytest.mark.parametrize(
    ("role", "task"),
    [
        (Role.EXPERT, "You are asked to come as an expert."),
        (Role.INTERPRETER, "You are asked to interpret between Chinese and French."),
        (Role.LIAISON, "You are invited for the hospital that asked."),
    ],
)
@pytest.mark.parametrize("kind", ["hold", "confirmed", "moved"])
def test_a_letter_says_what_its_reader_is_asked_to_do(kind: Kind, role: Role, task: str) -> None:
    shown = read(of_kind(kind, guest(role)))

    assert (task in shown.text, task in plain(shown.html)) == (True, True)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("hold", "Please answer: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("confirmed", "Confirmed: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("moved", "New time: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("parted", "Changed: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("room", "Another room: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("languages", "Changed: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("address", "New address: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("cancelled", "Cancelled: Oxygen therapy & 氧疗 with King Faisal Hospital"),
        ("removed", "You are not needed any more: Oxygen therapy & 氧疗 with King Faisal Hospital"),
    ],
)
def test_the_subject_says_what_has_happened(kind: Kind, subject: str) -> None:
    assert read(of_kind(kind)).subject == subject


@pytest.mark.parametrize(("answer", "named"), [("ACCEPTED", "Your place"), ("DECLINED", "Your answer")])
def test_whoever_has_answered_before_the_first_letter_went_is_not_asked_by_its_subject(answer: str, named: str) -> None:
    shown = read(of_kind("hold", replace(guest(), partstat=answer)))

    assert shown.subject == f"{named}: Oxygen therapy & 氧疗 with King Faisal Hospital"


@pytest.mark.parametrize("answer", ["NEEDS-ACTION", "ACCEPTED", "DECLINED"])
def test_of_a_session_that_is_certain_who_has_declined_reads_of_no_place(answer: str) -> None:
    reader = replace(guest(), partstat=answer)

    shown = read(letter("hold", replace(occasion(), status="CONFIRMED"), reader, now=NOW))

    has_declined = answer == "DECLINED"
    for each in (shown.text, plain(shown.html)):
        assert ("your place in it is new" in each) != has_declined
        assert ("It is certain: this session takes place." in each) == has_declined


@pytest.mark.parametrize("answer", ["NEEDS-ACTION", "ACCEPTED", "DECLINED"])
def test_a_change_at_the_same_hour_asks_those_alone_anew_who_gave_no_answer(answer: str) -> None:
    shown = read(letter("moved", occasion(), replace(guest(), partstat=answer), now=NOW, was=SPAN))

    for each in (shown.text, plain(shown.html)):
        assert "The people or the room of this session have changed; its time stays." in each
        assert ("Everybody is asked anew." in each) == (answer == "NEEDS-ACTION")


def test_a_change_at_the_same_hour_shows_one_hour() -> None:
    shown = read(letter("moved", occasion(), guest(), now=NOW, was=SPAN))

    assert shown.subject.startswith("Changed: ")
    assert shown.text.count("10:00–10:45") == 1
    assert "Old time" not in shown.text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("zh-Hans", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_marked_with_its_language_and_its_direction(kind: Kind, language: str, direction: str) -> None:
    shown = read(of_kind(kind, guest(language=language)))

    assert f'<html lang="{language}" dir="{direction}">' in shown.html


@pytest.mark.parametrize("kind", KINDS)
def test_the_calendar_of_a_letter_names_the_organizer_and_its_reader_only(kind: Kind) -> None:
    raw = (read(of_kind(kind)).calendar or "").encode()

    method = "CANCEL" if kind in GONE else "REQUEST"
    assert lint.check(raw, method=method, addresses=frozenset({SENDER.email, "zhang@example.org"})) == []
    assert {address.decode() for address in re.findall(rb"mailto:(\S+)", raw.replace(b"\r\n ", b""))} == {
        SENDER.email,
        "zhang@example.org",
    }


def test_every_letter_of_a_whole_life_names_nobody_elses_address(db: Session) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    confirm(db, session, actor=ACTOR, now=NOW)
    send(db)
    desk_again(db, stage)
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)
    send(db)
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    written = [Letter.from_json(each.payload) for each in news(db, session)]
    assert [each.kind for each in written] == [
        *["hold"] * 3,
        *["confirmed"] * 3,
        *["removed", "hold", "moved", "moved"],
        *["cancelled"] * 3,
    ]
    everybody = {each.to_email for each in written}
    for each in written:
        assert each.calendar is not None
        shown = read(each)
        raw = (shown.calendar or "").encode()
        assert lint.check(raw, method=each.calendar.method, addresses=frozenset({SENDER.email, each.to_email})) == []
        others = everybody - {each.to_email}
        assert [other for other in others if other in f"{shown.subject}{shown.text}{shown.html}{raw.decode()}"] == []


def test_the_preview_is_what_approving_sends(db: Session) -> None:
    stage = set_up(db)
    shown = [read(each) for each in preview(db, stage.tuesday, now=NOW)]

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    sent = [read(Letter.from_json(each.payload)) for each in news(db, session)]
    link = re.compile(r"https://mx\.example\.org/answer/\S+?(?=[\"<\s])")
    assert [(each.to, each.subject, link.sub("", each.text), link.sub("", each.html)) for each in shown] == [
        (each.to, each.subject, link.sub("", each.text), link.sub("", each.html)) for each in sent
    ]


@pytest.mark.parametrize(
    ("day", "zone", "line", "start"),
    [
        ("2026-12-01", "Asia/Shanghai", "Beijing (UTC+8): Tue, 1 Dec 2026, 16:00–16:45", "20261201T160000"),
        ("2026-12-01", "Africa/Kigali", "Kigali (UTC+2): Tue, 1 Dec 2026, 10:00–10:45", "20261201T100000"),
        ("2026-12-01", "Asia/Colombo", "Colombo (UTC+5:30): Tue, 1 Dec 2026, 13:30–14:15", "20261201T133000"),
        ("2026-12-01", "Asia/Kathmandu", "Kathmandu (UTC+5:45): Tue, 1 Dec 2026, 13:45–14:30", "20261201T134500"),
        ("2026-10-29", "Africa/Cairo", "Cairo (UTC+3): Thu, 29 Oct 2026, 11:00–11:45", "20261029T110000"),
        ("2026-10-30", "Africa/Cairo", "Cairo (UTC+2): Fri, 30 Oct 2026, 10:00–10:45", "20261030T100000"),
        ("2027-04-29", "Africa/Cairo", "Cairo (UTC+2): Thu, 29 Apr 2027, 10:00–10:45", "20270429T100000"),
        ("2027-04-30", "Africa/Cairo", "Cairo (UTC+3): Fri, 30 Apr 2027, 11:00–11:45", "20270430T110000"),
        ("2026-10-31", "America/New_York", "New York (UTC−4): Sat, 31 Oct 2026, 04:00–04:45", "20261031T040000"),
        ("2026-11-02", "America/New_York", "New York (UTC−5): Mon, 2 Nov 2026, 03:00–03:45", "20261102T030000"),
        ("2026-09-18", "Africa/Casablanca", "Casablanca (UTC+1): Fri, 18 Sept 2026, 09:00–09:45", "20260918T090000"),
        ("2026-09-21", "Africa/Casablanca", "Casablanca (UTC+0): Mon, 21 Sept 2026, 08:00–08:45", "20260921T080000"),
        ("2027-06-01", "Africa/Casablanca", "Casablanca (UTC+0): Tue, 1 Jun 2027, 08:00–08:45", "20270601T080000"),
    ],
)
@pytest.mark.parametrize("kind", ["hold", "cancelled"])
def test_ten_in_kigali_is_the_right_hour_elsewhere_in_letter_and_calendar_alike(
    kind: Kind, day: str, zone: str, line: str, start: str
) -> None:
    at_eight = datetime.fromisoformat(f"{day}T08:00:00+00:00")
    reader = guest(zone=zone)
    held = occasion(Interval(at_eight, at_eight + timedelta(minutes=45)), reader)

    shown = read(letter(kind, held, reader, now=NOW))

    place, _, clock = line.partition(": ")
    raw = re.sub(r"\r\n[ \t]", "", shown.calendar or "")
    assert line in shown.text.splitlines()
    assert f"{place.replace(' (', ' · ').rstrip(')')} {clock}" in plain(shown.html)
    assert f"DTSTART;TZID={zone}:{start}\r\n" in raw
    assert line in raw.replace("\\,", ",")


def test_the_hospital_comes_first_and_beijing_second_on_every_clock(db: Session) -> None:
    hospital = make.hospital(db, "Hospital of Cairo", city="Cairo", country="EG", zone="Africa/Cairo")
    reader = guest(zone="America/New_York")

    shown = read(letter("hold", occasion(SPAN, reader, zone=hospital.zone), reader, now=NOW))

    lines = [line.partition(" (")[0] for line in shown.text.splitlines() if "(UTC" in line]
    assert lines == ["Cairo", "Beijing", "New York"]


def test_at_is_ten_on_the_clock_of_kigali() -> None:
    assert at(1, 10) == SPAN.start
