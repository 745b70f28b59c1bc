"""The page behind the link of an invitation shows the session and keeps an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest

from medixchange.db import Database
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import SessionState
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests import make
from tests.sessions.stage import ALINE, MEI, ZHANG, Stage, place_of
from tests.web.conftest import Browser, text_of
from tests.web.invited import REASON, accept, answered, buttons, decline, heading, hours

ELSEWHERE = {
    ("2026-12-01", "Asia/Colombo"): ("Colombo, UTC+5:30", "Tue, 1 Dec 2026, 13:30–14:15"),
    ("2026-12-01", "Asia/Kathmandu"): ("Kathmandu, UTC+5:45", "Tue, 1 Dec 2026, 13:45–14:30"),
    ("2026-10-29", "Africa/Cairo"): ("Cairo, UTC+3", "Thu, 29 Oct 2026, 11:00–11:45"),
    ("2026-10-30", "Africa/Cairo"): ("Cairo, UTC+2", "Fri, 30 Oct 2026, 10:00–10:45"),
    ("2026-10-31", "America/New_York"): ("New York, UTC−4", "Sat, 31 Oct 2026, 04:00–04:45"),
    ("2026-11-02", "America/New_York"): ("New York, UTC−5", "Mon, 2 Nov 2026, 03:00–03:45"),
    ("2026-09-18", "Africa/Casablanca"): ("Casablanca, UTC+1", "Fri, 18 Sept 2026, 09:00–09:45"),
    ("2026-09-21", "Africa/Casablanca"): ("Casablanca, UTC+0", "Mon, 21 Sept 2026, 08:00–08:45"),
}
"""A session at ten in Kigali, sixteen in Beijing: the reader's own clock, over changes of the clock."""


def test_the_page_shows_the_session_on_the_clock_of_the_hospital_and_of_beijing(
    browser: Browser, link: Callable[[str], str]
) -> None:
    page = browser.get(link(ALINE))

    assert (page.status_code, heading(page.text)) == (200, "Can you come to this session?")
    assert hours(page.text) == [
        ("Kigali, UTC+2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing, UTC+8", "Tue, 1 Dec 2026, 15:00–15:30"),
    ]
    assert buttons(page.text) == ["Accept", "Decline"]


def test_a_reader_elsewhere_sees_their_own_clock_as_well(
    browser: Browser, database: Database, link: Callable[[str], str], held: Stage
) -> None:
    with database.write() as db:
        db.get_one(Person, held.liaison.id).zone = "Asia/Kathmandu"

    page = browser.get(link(ALINE))

    assert hours(page.text) == [
        ("Kigali, UTC+2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing, UTC+8", "Tue, 1 Dec 2026, 15:00–15:30"),
        ("Kathmandu, UTC+5:45", "Tue, 1 Dec 2026, 12:45–13:15"),
    ]


def test_ten_in_kigali_is_the_right_hour_for_every_reader(
    browser: Browser, database: Database, link: Callable[[str], str], held: Stage
) -> None:
    address, found = link(ALINE), []
    for day, zone in ELSEWHERE:
        with database.write() as db:
            session = queries.by_id(db, 1)
            session.starts_at = datetime.fromisoformat(f"{day}T08:00:00+00:00")
            session.ends_at = session.starts_at + timedelta(minutes=45)
            db.get_one(Person, held.liaison.id).zone = zone
        found.append(hours(browser.get(address).text))

    assert {kigali[1][-11:] for kigali, _, _ in found} == {"10:00–10:45"}
    assert {beijing[1][-11:] for _, beijing, _ in found} == {"16:00–16:45"}
    assert [own for _, _, own in found] == list(ELSEWHERE.values())


def test_the_page_is_in_the_readers_language_unless_the_browser_chose_another(
    opened: Callable[..., Browser], link: Callable[[str], str]
) -> None:
    browser = opened(language="fr")

    profile, chosen, kept = browser.get(link(ZHANG)), browser.get(f"{link(ZHANG)}?lang=id"), browser.get(link(ZHANG))

    assert [each.headers["Content-Language"] for each in (profile, chosen, kept)] == ["zh-Hans", "id", "id"]


def test_looking_changes_nothing(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    before = answered(database)

    browser.get(link(ZHANG))
    browser.head(link(ZHANG))

    assert answered(database) == before == dict.fromkeys((ZHANG, MEI, ALINE), "NEEDS-ACTION")


def test_accepting_is_kept_and_shown(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    answer = browser.post(link(ALINE), data=accept())
    page = browser.get(answer.headers["location"])

    assert (answer.status_code, answer.headers["location"]) == (303, link(ALINE))
    assert heading(page.text) == "You come to this session"
    assert buttons(page.text) == ["Decline"]
    assert answered(database) == {ZHANG: "NEEDS-ACTION", MEI: "NEEDS-ACTION", ALINE: "ACCEPTED"}


def test_the_last_acceptance_makes_the_session_certain(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    for name in (ZHANG, MEI, ALINE):
        browser.post(link(name), data=accept())

    with database.read() as db:
        assert queries.by_id(db, 1).state is SessionState.CONFIRMED
    assert "Thank you. The session is certain." in text_of(browser.get(link(ALINE)).text)


def test_declining_keeps_the_reason_and_can_be_taken_back(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    browser.post(link(ALINE), data=decline())
    declined = browser.get(link(ALINE))
    browser.post(link(ALINE), data=accept())

    assert (heading(declined.text), buttons(declined.text)) == (
        "You cannot come to this session",
        ["Accept after all"],
    )
    assert f"You cannot come Mon, 23 Nov 2026, 10:00 (Kigali, UTC+2) {REASON}" in text_of(declined.text)
    with database.read() as db:
        place = place_of(db, queries.by_id(db, 1), ALINE)
        assert (place.partstat, place.reason) == ("ACCEPTED", "")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (
            decline("  "),
            "Write in a sentence why you cannot come; the organizers look for another hour or somebody else.",
        ),
        (decline("x" * 501), "Shorten this to 500 characters: it has 501."),
        (decline("\x00\x07"), "This holds a character that cannot be shown; type it again as plain text."),
        ({**accept(), "answer": "PERHAPS"}, "Choose one of the answers."),
        ({**accept(), "answer": ""}, "Press one of the buttons."),
        ({**accept(), "sequence": "none"}, "Write a whole number, such as 20."),
        ({**accept(), "sequence": "9" * 40}, "Open this page again from the letter it came in."),
        ({**accept(), "sequence": "-1"}, "Open this page again from the letter it came in."),
        ({"answer": "ACCEPTED"}, "Open this page again from the letter it came in."),
    ],
)
def test_a_wrong_answer_gets_its_sentence_and_stores_nothing(
    browser: Browser, database: Database, link: Callable[[str], str], sent: dict[str, str], sentence: str
) -> None:
    page = browser.post(link(ALINE), data=sent)

    assert page.status_code == 422
    assert text_of(page.text).startswith(f"There is a problem {sentence}")
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def test_a_refused_reason_is_kept_as_typed(browser: Browser, link: Callable[[str], str]) -> None:
    long = "<b>" + "x" * 500

    page = browser.post(link(ALINE), data=decline(long))

    assert unescape(page.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]).strip() == long
    assert "<details open>" in page.text


def test_a_link_for_another_purpose_answers_nothing(
    browser: Browser, database: Database, settings: Settings, held: Stage
) -> None:
    mint = Mint(settings.secret_key.get_secret_value())
    with database.read() as db:
        seed = place_of(db, queries.by_id(db, 1), ALINE).seed

    paths = [f"/answer/{mint.token('status', seed)}", f"/answer/{seed}", f"/answer/{mint.token('answer', 'A' * 22)}"]

    assert [browser.get(path).status_code for path in paths] == [404, 404, 404]
    assert [browser.post(path, data=accept()).status_code for path in paths] == [404, 404, 404]


def test_an_answer_from_another_site_is_refused(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    answer = browser.post(link(ALINE), data=accept(), headers={"Origin": "https://elsewhere.example.org"})

    assert (answer.status_code, answered(database)[ALINE]) == (403, "NEEDS-ACTION")


def test_a_signed_in_reader_answers_as_well(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)

    assert browser.post(link(ALINE), data=accept()).status_code == 303
