"""The first run: an address that works once, a first organizer who is signed in, and a letter that shows its way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from medixchange.accounts import setup
from medixchange.db import Database
from medixchange.i18n import LANGUAGES
from medixchange.journal.models import JournalEntry
from medixchange.outbox.compose import compose
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.people.models import Organizer, Person
from medixchange.samples.actions import loaded
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests import make
from tests.make import NOW
from tests.sessions.stage import DESK
from tests.web.conftest import Browser, text_of

ANSWERS = {
    "organization": "Network of Hospitals",
    "name": "Ada Organizer",
    "email": "Ada@Organizers.Example.org",
    "language": "fr",
    "place": "RW Africa/Kigali",
}


@pytest.fixture
def address(database: Database, settings: Settings) -> str:
    """The path that sets the installation up."""
    with database.write() as db:
        seed = setup.setup_seed(db, now=NOW)
    assert seed is not None
    return f"/setup/{Mint(settings.secret_key.get_secret_value()).token('setup', seed)}"


def test_the_address_stays_the_same_until_somebody_decides(database: Database) -> None:
    with database.write() as db:
        first, second = setup.setup_seed(db, now=NOW), setup.setup_seed(db, now=NOW)
        make.organizer(db)
        after = setup.setup_seed(db, now=NOW)

    assert (first, after) == (second, None)
    assert first is not None


def test_one_form_makes_the_first_organizer_signs_them_in_and_writes_to_them(
    browser: Browser, database: Database, address: str
) -> None:
    shown = browser.get(address)
    sent = browser.post(address, data=ANSWERS)
    landed = browser.get(sent.headers["location"])

    assert (shown.status_code, sent.status_code, landed.status_code) == (200, 303, 200)
    with database.read() as db:
        ada = db.exec(select(Person)).one()
        assert (ada.name, ada.email, ada.language, ada.zone, ada.country) == (
            "Ada Organizer",
            "ada@organizers.example.org",
            "fr",
            "Africa/Kigali",
            "RW",
        )
        assert db.exec(select(Organizer.person_id)).all() == [ada.id]
        letter = db.exec(select(Delivery)).one()
        assert (letter.kind, letter.recipient, letter.payload["language"]) == ("test", ada.email, "fr")
        acts = [(act.actor, act.verb) for act in db.exec(select(JournalEntry).order_by(col(JournalEntry.id)))]
        assert acts == [
            ("link:setup", "add organizer"),
            (f"person:{ada.id}", "name"),
            ("program", "ask link"),
            (f"person:{ada.id}", "sign in"),
        ]
        assert loaded(db) == {}
    assert "C’est prêt, et vous décidez ici." in text_of(landed.text)
    assert "<bdi>Network of Hospitals</bdi>" in landed.text.replace("\n", "")


def test_afterwards_the_address_looks_like_one_that_never_was(opened: Callable[..., Browser], address: str) -> None:
    opened().post(address, data=ANSWERS)
    stranger = opened()

    answers = [stranger.get(path) for path in (address, "/setup/" + "A" * 65, "/setup", "/nowhere")]
    again = [stranger.post(path, data=ANSWERS) for path in (address, "/setup/" + "A" * 65)]

    assert {answer.status_code for answer in (*answers, *again)} == {404}
    assert len({text_of(answer.text) for answer in (*answers, *again)}) == 1


@pytest.mark.each_database
def test_of_two_who_send_the_form_at_once_one_is_the_first_organizer(
    app: FastAPI, database: Database, address: str
) -> None:
    def send(name: str) -> int:
        with Browser(app) as own:
            return own.post(address, data={**ANSWERS, "email": f"{name}@example.org"}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(send, ("ada", "bo")))

    assert statuses == [303, 404]
    with database.read() as db:
        assert len(db.exec(select(Organizer)).all()) == 1


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(
    browser: Browser, database: Database, address: str
) -> None:
    refused = browser.post(address, data={"name": "Ada <b>", "language": "tlh", "place": "RW Asia/Shanghai"})

    words = text_of(refused.text)
    assert refused.status_code == 422
    for sentence in (
        "Write who runs this installation.",
        "Write your mail address at work.",
        "Choose one of the languages.",
        "Choose a place whose clock is yours.",
    ):
        assert words.count(sentence) == 2
    assert 'value="Ada &lt;b&gt;"' in refused.text
    with database.read() as db:
        assert db.exec(select(Person)).all() == []


def test_demo_data_may_come_with_it(browser: Browser, database: Database, address: str) -> None:
    browser.post(address, data={**ANSWERS, "demo": "yes"})

    with database.read() as db:
        assert loaded(db)["hospitals"] == 19
        assert [letter.kind for letter in db.exec(select(Delivery))] == ["test"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_in_each_language(opened: Callable[..., Browser], address: str, language: str) -> None:
    page = opened(language=language).get(address)

    assert page.status_code == 200
    assert (text_of(page.text).startswith("Set up medixchange")) == (language == "en")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("organization", " \u3000 ", "Write who runs this installation."),
        ("organization", "x" * 201, "Shorten this to 200 characters: it has 201."),
        ("organization", "a\x00b\x07", "This holds a character that cannot be shown; type it again as plain text."),
        ("name", "x" * 5000, "Shorten this to 120 characters: it has 5,000."),
        ("email", "a@b.org, c@d.org", "Write a mail address such as name@hospital.org."),
        ("email", "a@b.org\r\nBcc: c@d.org", "Write a mail address such as name@hospital.org."),
        ("language", "<script>", "Choose one of the languages."),
        ("place", "RW", "Choose a place whose clock is yours."),
        ("place", "Africa/Kigali", "Choose a place whose clock is yours."),
        ("place", "x" * 5000, "Choose a place whose clock is yours."),
        ("demo", "perhaps", "Choose one of the answers."),
    ],
)
def test_what_should_not_be_in_a_field_is_refused_in_words_and_changes_nothing(
    browser: Browser, database: Database, address: str, field: str, value: str, told: str
) -> None:
    refused = browser.post(address, data={**ANSWERS, field: value})

    assert (refused.status_code, told in text_of(refused.text)) == (422, True)
    with database.read() as db:
        assert (db.exec(select(Person)).all(), db.exec(select(Delivery)).all()) == ([], [])


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Ada\r\nBcc: eve@example.org", "\u202eada", "张三 أ"])
def test_what_is_typed_is_text_on_the_page_and_in_the_letter(
    browser: Browser, database: Database, address: str, name: str
) -> None:
    sent = browser.post(address, data={**ANSWERS, "name": name, "organization": name})
    page = browser.get(sent.headers["location"]).text
    with database.read() as db:
        letter = db.exec(select(Delivery)).one()
    written = message_from_bytes(
        compose(Letter.from_json(letter.payload), DESK, key=letter.key, posted_at=letter.posted_at), policy=default
    )

    assert "<script>alert" not in page
    assert (written["Bcc"], len(written["To"].addresses)) == (None, 1)
    html = written.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
