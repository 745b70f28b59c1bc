"""An invitation is one letter to one person, whole in text and in HTML, with the calendar where programs look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlmodel import Session

from medixchange.calendars import lint
from medixchange.db import Database
from medixchange.outbox.compose import compose
from medixchange.outbox.letters import Letter
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.guests import Guest
from medixchange.sessions.invites import letter
from medixchange.sessions.models import Role
from medixchange.sessions.occasions import Occasion
from medixchange.times.intervals import Interval
from tests.calendars.readers import vobject_reader
from tests.outbox.letters import NOW, calendars, read, send, signin
from tests.outbox.office import Office
from tests.sessions.stage import ACTOR, DESK, SENDER, at, set_up

TEN_IN_KIGALI = datetime(2026, 12, 1, 8, tzinfo=UTC)


def invitation(
    starts_at: datetime = TEN_IN_KIGALI,
    *,
    hospital: str = "Africa/Kigali",
    topic: str = "Oxygen therapy",
    **facts: Any,
) -> Letter:
    """A tentative hold of half an hour at a hospital whose clock is that of ``hospital``, for one expert."""
    who = {"name": "Zhang San", "email": "zhang@example.org", "language": "en", "zone": "Asia/Shanghai"}
    guest = Guest(person_id=1, role=Role.EXPERT, seed="s" * 22, institution="First Hospital", **{**who, **facts})
    occasion = Occasion(
        uid="0d4f8a62@medixchange",
        sequence=0,
        status="TENTATIVE",
        topic=topic,
        questions="How low may the saturation go?",
        hospital="King Faisal Hospital",
        city="Kigali",
        zone=hospital,
        room="West Lake room",
        join_url="https://rooms.example.org/1",
        span=Interval(starts_at, starts_at + timedelta(minutes=30)),
        mode="direct",
        speech="en",
        audience="en",
        created=NOW,
        modified=NOW,
        guests=(guest,),
    )
    return letter("hold", occasion, guest, now=NOW)


def written(promised: Letter) -> EmailMessage:
    """The letter as a mail program reads it."""
    return read(compose(promised, DESK, key="key-1", posted_at=NOW))


def test_every_change_is_told_to_every_person_in_one_letter(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        stage = set_up(db)
        everybody = {"Aline Example", "Zhang San 张三", "Mei Example"}
        session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    changes: list[Callable[[Session], None]] = [
        lambda db: confirm(db, session, actor=ACTOR, now=NOW),
        lambda db: reschedule(db, session, starts_at=at(2, 10), actor=ACTOR, now=NOW),
        lambda db: cancel(db, session, reason="The line is down.", actor=ACTOR, now=NOW),
    ]
    for change in changes:
        send(database, url)
        with database.write() as db:
            change(db)
    send(database, url)

    told: dict[str, list[tuple[str, str, int, str]]] = {}
    for arrived in office.arrived:
        message, event = read(arrived.raw), vobject_reader(calendars(arrived.raw)[0])[0]
        assert [arrived.recipient] == [each.addr_spec for each in message["To"].addresses]
        told.setdefault(message["To"].addresses[0].display_name, []).append(
            (method_of(message), event.method, event.sequence, event.status)
        )
    assert told == {
        name: [
            ("REQUEST", "REQUEST", 0, "TENTATIVE"),
            ("REQUEST", "REQUEST", 1, "CONFIRMED"),
            ("REQUEST", "REQUEST", 2, "TENTATIVE"),
            ("CANCEL", "CANCEL", 3, "CANCELLED"),
        ]
        for name in everybody
    }
    for arrived in office.arrived:
        foreign = {each.recipient for each in office.arrived} - {arrived.recipient}
        assert [address for address in foreign if address in everything(arrived.raw)] == []


def test_the_parts_are_where_programs_look_for_them() -> None:
    message = written(invitation())

    assert shape(message) == {
        "multipart/mixed": [
            {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]},
            "application/ics",
        ]
    }


def test_the_calendar_names_its_reader_and_the_sender_and_is_enclosed_twice_alike() -> None:
    raw = compose(invitation(), DESK, key="key-1", posted_at=NOW)

    first, second = calendars(raw)
    assert first == second
    assert lint.check(first, method="REQUEST", addresses=frozenset({"zhang@example.org", SENDER.email})) == []
    assert [seen.attendees for seen in vobject_reader(first)] == [("mailto:zhang@example.org",)]
    assert f"ORGANIZER;CN={SENDER.name}:mailto:{SENDER.email}\r\n".encode() in first
    assert read(raw)["From"] == f"{SENDER.name} <{SENDER.email}>"


def test_text_and_html_say_all_that_there_is_to_say() -> None:
    message = written(invitation())
    facts = [
        "Oxygen therapy",
        "King Faisal Hospital",
        "Zhang San (First Hospital)",
        "West Lake room",
        "You get the link to join by mail once the session is certain.",
        "How low may the saturation go?",
        "Kigali",
        "UTC+2",
        "Tue, 1 Dec 2026, 10:00–10:30",
        "Beijing",
        "UTC+8",
        "Tue, 1 Dec 2026, 16:00–16:30",
        DESK.links.url("answer", "s" * 22),
    ]

    assert [fact for fact in facts if fact not in content(message, "text/plain")] == []
    assert [fact for fact in facts if fact not in visible(content(message, "text/html"))] == []


def test_the_calendar_leads_to_the_page_where_one_answers() -> None:
    event = vobject_reader(calendars(compose(invitation(), DESK, key="key-1", posted_at=NOW))[0])[0]

    assert event.description.endswith(f"\n\nAccept or decline: {DESK.links.url('answer', 's' * 22)}")


def test_the_same_letter_gives_the_same_bytes_whenever_it_goes() -> None:
    promised = invitation()

    again = Letter.from_json(promised.to_json())

    assert compose(again, DESK, key="k", posted_at=NOW) == compose(promised, DESK, key="k", posted_at=NOW)


def test_a_letter_of_an_earlier_version_that_still_waits_asks_for_the_answer() -> None:
    promised = invitation()
    waiting = promised.to_json()
    del waiting["calendar"]["partstat"]

    assert Letter.from_json(waiting) == promised


def test_a_letter_says_in_which_language_it_is() -> None:
    message = written(invitation(language="zh-Hans"))

    assert (message["Content-Language"], 'lang="zh-Hans"' in content(message, "text/html")) == ("zh-Hans", True)


@pytest.mark.parametrize(
    ("zone", "at_utc", "there", "in_beijing"),
    [
        (
            "Africa/Kigali",
            "2026-12-01T08:00Z",
            "Kigali (UTC+2): Tue, 1 Dec 2026, 10:00–10:30",
            "Tue, 1 Dec 2026, 16:00",
        ),
        (
            "Asia/Colombo",
            "2026-12-01T08:00Z",
            "Colombo (UTC+5:30): Tue, 1 Dec 2026, 13:30–14:00",
            "Tue, 1 Dec 2026, 16:00",
        ),
        (
            "Asia/Kathmandu",
            "2026-12-01T08:00Z",
            "Kathmandu (UTC+5:45): Tue, 1 Dec 2026, 13:45–14:15",
            "Tue, 1 Dec 2026, 16:00",
        ),
        (
            "Africa/Cairo",
            "2026-10-29T08:00Z",
            "Cairo (UTC+3): Thu, 29 Oct 2026, 11:00–11:30",
            "Thu, 29 Oct 2026, 16:00",
        ),
        (
            "Africa/Cairo",
            "2026-10-30T08:00Z",
            "Cairo (UTC+2): Fri, 30 Oct 2026, 10:00–10:30",
            "Fri, 30 Oct 2026, 16:00",
        ),
        (
            "America/New_York",
            "2026-12-01T15:00Z",
            "New York (UTC−5): Tue, 1 Dec 2026, 10:00–10:30",
            "Tue, 1 Dec 2026, 23:00",
        ),
        (
            "Africa/Casablanca",
            "2026-09-19T08:00Z",
            "Casablanca (UTC+1): Sat, 19 Sept 2026, 09:00–09:30",
            "Sat, 19 Sept 2026, 16:00",
        ),
        (
            "Africa/Casablanca",
            "2026-09-21T08:00Z",
            "Casablanca (UTC+0): Mon, 21 Sept 2026, 08:00–08:30",
            "Mon, 21 Sept 2026, 16:00",
        ),
    ],
)
def test_an_hour_is_told_on_both_clocks(zone: str, at_utc: str, there: str, in_beijing: str) -> None:
    message = written(invitation(datetime.fromisoformat(at_utc), hospital=zone))

    clocks = [line for line in content(message, "text/plain").splitlines() if "(UTC" in line]
    assert [line.partition("–")[0] for line in clocks] == [there.partition("–")[0], f"Beijing (UTC+8): {in_beijing}"]
    assert clocks[0] == there


def test_a_reader_elsewhere_has_a_third_clock_in_the_letter_and_in_the_calendar() -> None:
    promised = invitation(zone="America/New_York")

    raw = compose(promised, DESK, key="k", posted_at=NOW)

    clocks = [line for line in content(read(raw), "text/plain").splitlines() if "(UTC" in line]
    assert clocks[2:] == ["New York (UTC−5): Tue, 1 Dec 2026, 03:00–03:30"]
    assert b"DTSTART;TZID=America/New_York:20261201T030000\r\n" in calendars(raw)[0]


@pytest.mark.parametrize("room", range(0, 90, 3))
def test_the_subject_begins_on_the_line_that_names_it(room: int) -> None:
    topic = f"Oxygen{'x' * (room)} therapy when beds run short"
    promised = replace(invitation(), context={**invitation().context, "topic": topic})

    raw = compose(promised, DESK, key="k", posted_at=NOW)

    assert b"\r\nSubject: Please answer:" in raw
    assert read(raw)["Subject"] == f"Please answer: {topic} with King Faisal Hospital"
    assert max(map(len, raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("aline@bücher.example", "aline@xn--bcher-kva.example"),
        ("张三@例子.example", "张三@xn--fsqu00a.example"),
    ],
)
def test_an_address_in_other_letters_is_written_as_mail_servers_know_it(address: str, header: str) -> None:
    raw = compose(invitation(email=address), DESK, key="k", posted_at=NOW)

    assert f"To: Zhang San <{header}>\r\n".encode() in raw
    assert [seen.attendees for seen in vobject_reader(calendars(raw)[0])] == [(f"mailto:{header}",)]


@pytest.mark.parametrize(
    "name", ["Aline\r\nBcc: eve@example.org", 'Dr. "A", <b@example.org>', "张三\x00\u2028", "x" * 300]
)
def test_no_name_adds_a_line_or_an_address_to_the_head(name: str) -> None:
    message = written(signin(name=name))

    assert "Bcc" not in message
    assert [each.addr_spec for each in message["To"].addresses] == ["aline@example.org"]


def test_no_topic_adds_a_line_to_the_head() -> None:
    message = written(invitation(topic="Oxygen\r\nBcc: eve@example.org\x00" + "氧" * 60))

    subject = f"Please answer: Oxygen Bcc: eve@example.org {'氧' * 60} with King Faisal Hospital"
    assert ("Bcc" in message, message["Subject"].strip()) == (False, subject)


def method_of(message: EmailMessage) -> str:
    """The METHOD in the type of the calendar part."""
    return next(str(part.get_param("method")) for part in message.walk() if part.get_content_type() == "text/calendar")


def content(message: EmailMessage, kind: str) -> str:
    """The text of the part of one type."""
    parts = [part for part in message.walk() if part.get_content_type() == kind]
    return "".join(str(part.get_content()) for part in parts if isinstance(part, EmailMessage))


def everything(raw: bytes) -> str:
    """All that stands in a letter, read."""
    texts = [content(read(raw), kind) for kind in ("text/plain", "text/html")]
    return "\n".join([str(read(raw).items()), *texts, *(calendar.decode() for calendar in calendars(raw))])


def shape(message: MIMEPart) -> object:
    """The types of the parts, one inside the other."""
    if not message.is_multipart():
        return message.get_content_type()
    return {message.get_content_type(): [shape(part) for part in message.iter_parts()]}


def visible(html: str) -> str:
    """What a reader sees of HTML, and where its links lead."""
    seen: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            seen.append(data)

    reader = Reader()
    reader.feed(html)
    return "".join(seen)
