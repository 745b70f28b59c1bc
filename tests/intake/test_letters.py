"""The letters about a request, in each language, as text and as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import Session, select

from medixchange.calendars.meeting import Party
from medixchange.intake import actions, drafting
from medixchange.intake.lifecycle import RequestState
from medixchange.outbox.compose import Desk, Preview, compose, preview
from medixchange.outbox.letters import Letter, Links
from medixchange.outbox.models import Delivery
from medixchange.templating import environment
from medixchange.tokens import Mint
from tests import make
from tests.web.answers import steps

NOW = make.NOW
MINT = Mint("a key for tests")
DESK = Desk(environment(), Links("https://mx.example.org", MINT), Party("medixchange", "sessions@example.org"))
LANGUAGES = ("en", "zh-Hans", "fr", "id", "ar")
TOPIC = "Oxygen therapy when beds run short"


def posted(db: Session) -> list[Letter]:
    """The letters as they wait in the outbox."""
    return [Letter.from_json(each.payload) for each in db.exec(select(Delivery).order_by("id"))]


def words(letter: Preview) -> tuple[str, str]:
    """Text and HTML without marks and with single spaces."""
    plain = unescape(re.sub(r"<[^>]+>", " ", letter.html))
    return " ".join(letter.text.split()), " ".join(plain.split())


def every_letter(db: Session, language: str) -> list[Letter]:
    """All four, to a contact who reads ``language``."""
    hospital = make.hospital(db)
    draft = drafting.begin(db, now=NOW)
    for name, given in steps(hospital.code).items():
        drafting.keep(db, draft, name, given, now=NOW)
    asked = actions.submit(db, draft, language=language, now=NOW)
    actions.confirm(db, asked, now=NOW)
    actions.withdraw(db, asked, reason="", actor="link:status", now=NOW)
    asked.state = RequestState.SUBMITTED
    actions.decline(db, asked, reason="Only 50 % <could> come", actor="person:1", now=NOW)
    return posted(db)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_complete_in_text_and_html(language: str, db: Session) -> None:
    letters = every_letter(db, language)

    shown = [preview(each, DESK) for each in letters]

    assert [each.kind for each in letters] == [
        "confirm-address",
        "request-received",
        "request-withdrawn",
        "request-declined",
    ]
    for letter in shown:
        assert letter.language == language
        assert f'lang="{language}"' in letter.html
        for text in words(letter):
            assert TOPIC in text
            assert "King Faisal Hospital" in text
            assert "MX-" in text
        assert TOPIC in letter.subject
        assert re.findall(r"%\(|{{|None", letter.text + letter.html) == []


def test_the_letter_that_asks_for_the_address_has_its_link_and_both_clocks(db: Session) -> None:
    letter = every_letter(db, "en")[0]

    text, html = words(preview(letter, DESK))

    link = f"https://mx.example.org/confirm/{MINT.token('confirm', letter.links['confirm'][1])}"
    for each in (text, html):
        assert link in each
        for window in (
            "Tue, 1 Dec 2026, 09:30–12:00",
            "Tue, 1 Dec 2026, 15:30–18:00",
            "Wed, 2 Dec 2026, 08:00–10:00",
            "Wed, 2 Dec 2026, 14:00–16:00",
        ):
            assert window in each


def test_the_letter_that_receives_a_request_leads_to_its_status(db: Session) -> None:
    letter = every_letter(db, "en")[1]

    text, _ = words(preview(letter, DESK))

    assert f"https://mx.example.org/r/{MINT.token('status', letter.links['status'][1])}" in text


def test_the_reason_of_a_refusal_is_shown_as_it_was_written(db: Session) -> None:
    letter = preview(every_letter(db, "en")[3], DESK)

    assert "Only 50 % <could> come" in letter.text
    assert "Only 50 % &lt;could&gt; come" in letter.html


def test_a_letter_that_waits_holds_no_link_that_works(db: Session) -> None:
    for letter in every_letter(db, "en"):
        assert "https://" not in str(letter.to_json())


def test_a_letter_sent_again_is_the_same_letter(db: Session) -> None:
    letter = every_letter(db, "en")[0]

    first, second = (compose(letter, DESK, key="one", posted_at=NOW) for _ in range(2))

    assert first == second


def test_windows_over_a_moved_clock_are_told_as_they_are(db: Session) -> None:
    easter = make.hospital(db, country="CL", zone="Pacific/Easter")
    draft = drafting.begin(db, now=NOW)
    times = {"day1": "2027-04-03", "from1": "20:00", "to1": "21:30", "to1_fold": "1"}
    given = {**steps(easter.code), "times": {**times, "minutes": "60", "windows_only": "only"}}
    for name, answers in given.items():
        drafting.keep(db, draft, name, answers, now=NOW)

    actions.submit(db, draft, language="en", now=NOW + timedelta(days=120))

    text, _ = words(preview(posted(db)[0], DESK))
    assert "Easter Island (UTC−5): Sat, 3 Apr 2027, 20:00–21:30" in text
    assert "Beijing (UTC+8): Sun, 4 Apr 2027, 09:00–11:30" in text
