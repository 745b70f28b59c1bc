"""The page about this installation: its name, whether its letters arrive, its demo data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from medixchange.accounts import setup
from medixchange.db import Database
from medixchange.outbox.drain import drain
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Person
from medixchange.people.queries import hospital_by_code
from medixchange.samples.actions import loaded
from medixchange.settings import Settings
from tests import make
from tests.make import NOW
from tests.outbox.office import Office
from tests.sessions.stage import DESK
from tests.web.conftest import PUBLIC_URL, Browser, Clock, text_of

PAGE = "/desk/installation"
TO = "liu@example.org"


@pytest.fixture
def settings() -> Settings:
    """Settings whose mail server has a password."""
    return Settings.model_validate(
        {
            "public_url": PUBLIC_URL,
            "secret_key": "a key for tests that is long enough",
            "smtp_url": "smtps://mx:s3cret@mail.test:465",
        }
    )


def words_of(browser: Browser) -> str:
    return text_of(browser.get(PAGE).text)


def test_the_page_tells_the_settings_of_mail_without_the_password(organizer: Browser) -> None:
    page = organizer.get(PAGE).text

    assert "From MediXchange <sessions@example.org> Mail server smtps://mail.test:465" in text_of(page)
    assert "s3cret" not in page


def test_a_test_letter_goes_out_and_its_way_is_shown(organizer: Browser, database: Database, clock: Clock) -> None:
    sent = organizer.post(f"{PAGE}/test-letter", data={"email": TO})
    waiting = words_of(organizer)
    clock.now += timedelta(minutes=1)
    forgotten = words_of(organizer)
    office = Office()
    with office.open() as url:
        drain(database, MailServer(url), DESK, clock)
    arrived = words_of(organizer)

    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}#letters")
    assert f"Test letter · {TO} It goes in a moment. Look again." in waiting
    assert "Nothing has taken it up: does the program that sends letters run (“medixchange work”)?" in forgotten
    assert "The mail server has taken it." in arrived
    assert [letter.recipient for letter in office.arrived] == [TO]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("451 come back later", "451 come back later It is tried again by itself."),
        ("550 nobody of that name", "550 nobody of that name The server refuses it for good."),
    ],
)
def test_what_the_mail_server_says_is_shown_with_what_to_do(
    organizer: Browser, database: Database, clock: Clock, answer: str, told: str
) -> None:
    organizer.post(f"{PAGE}/test-letter", data={"email": TO})

    with Office(replies={TO: [answer]}).open() as url:
        drain(database, MailServer(url), DESK, clock)

    assert told in words_of(organizer)


def test_a_letter_that_was_discarded_is_said_to_be(organizer: Browser, database: Database) -> None:
    organizer.post(f"{PAGE}/test-letter", data={"email": TO})
    with database.write() as db:
        letter = db.exec(select(Delivery)).one()
        letter.state = DeliveryState.SUPERSEDED
        db.add(letter)

    assert "It was discarded and does not go." in words_of(organizer)


@pytest.mark.parametrize(("email", "told"), [("", "Write the address"), ("liu", "Write a mail address such as")])
def test_a_wrong_address_is_said_at_its_field(organizer: Browser, database: Database, email: str, told: str) -> None:
    refused = organizer.post(f"{PAGE}/test-letter", data={"email": email})

    assert (refused.status_code, text_of(refused.text).count(told)) == (422, 2)
    with database.read() as db:
        assert db.exec(select(Delivery)).all() == []


def test_test_letters_are_not_sent_without_end(organizer: Browser) -> None:
    statuses = [organizer.post(f"{PAGE}/test-letter", data={"email": TO}).status_code for _ in range(21)]

    assert statuses == [303] * 20 + [429]


def test_the_name_is_changed_and_stands_at_the_foot_of_each_page(organizer: Browser, database: Database) -> None:
    before = organizer.get("/").text
    saved = organizer.post(PAGE, data={"organization": "Ministry <of> Health"})
    empty = organizer.post(PAGE, data={"organization": " "})
    after = organizer.get("/").text

    assert (saved.status_code, empty.status_code) == (303, 422)
    assert "Run by:" not in before
    assert "<bdi>Ministry &lt;of&gt; Health</bdi>" in after
    with database.read() as db:
        assert setup.organization(db) == "Ministry <of> Health"


def test_demo_data_is_loaded_and_removed_by_the_page(organizer: Browser, database: Database) -> None:
    offered = words_of(organizer)
    organizer.post(f"{PAGE}/demo-data")
    there = words_of(organizer)
    asked = text_of(organizer.get(f"{PAGE}/demo-data/remove").text)
    with database.read() as db:
        counted = loaded(db)
    removed = organizer.post(f"{PAGE}/demo-data/remove")

    assert "Load the demo data" in offered
    assert "19 hospitals 53 people 3 panels 4 rooms 24 requests" in there
    assert "Nothing of yours goes." in asked
    assert counted["people"] == 53
    assert (removed.status_code, removed.headers["location"]) == (303, f"{PAGE}#demo")
    with database.read() as db:
        assert loaded(db) == {}
        assert [person.name for person in db.exec(select(Person))] == ["Ada Organizer"]


def test_what_stands_in_the_way_is_said_before_and_instead_of_removing(organizer: Browser, database: Database) -> None:
    organizer.post(f"{PAGE}/demo-data")
    with database.write() as db:
        hospital = hospital_by_code(db, "king-faisal")
        assert hospital is not None
        request = make.request(db, hospital, contact_email="real@example.com")

    asked = text_of(organizer.get(f"{PAGE}/demo-data/remove").text)
    refused = organizer.post(f"{PAGE}/demo-data/remove")

    for page in (asked, text_of(refused.text)):
        assert f"asked for a demo hospital: {request.reference}." in page
    assert refused.status_code == 409
    with database.read() as db:
        assert loaded(db)["hospitals"] == 19


def test_without_demo_data_there_is_nothing_to_confirm(organizer: Browser) -> None:
    assert "There is no demo data." in text_of(organizer.get(f"{PAGE}/demo-data/remove").text)


def test_the_page_is_found_from_the_desk(organizer: Browser) -> None:
    assert f'href="{PAGE}"' in organizer.get("/desk").text


def test_a_test_letter_is_in_the_language_of_whoever_sends_it(
    browser: Browser, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        ada = make.organizer(db, language="zh-Hans", zone="Asia/Shanghai")
    browser.sign_in(database, ada)

    browser.post(f"{PAGE}/test-letter", data={"email": TO})

    with database.read() as db:
        letter = db.exec(select(Delivery)).one()
    assert (letter.posted_at, letter.payload["language"], letter.payload["zone"]) == (NOW, "zh-Hans", "Asia/Shanghai")


def test_a_demo_hospital_is_called_so_wherever_one_decides_or_chooses(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        make.request(db, make.hospital(db, "Real Hospital"))
    organizer.post(f"{PAGE}/demo-data")

    pages = ("/desk", "/desk/hospitals", "/request/new")
    queue, hospitals, asking = (text_of(organizer.get(page).text) for page in pages)

    assert "King Faisal Hospital, Kigali demo" in queue
    assert "King Faisal Hospital demo" in hospitals
    assert ("Real Hospital, Kigali demo" in queue, "Real Hospital demo" in hospitals) == (False, False)
    assert ("King Faisal Hospital, Kigali (demo)" in asking, "Real Hospital, Kigali (demo)" in asking) == (True, False)
