"""Mailing a recap at the desk, lists of readers, and leaving one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlmodel import select

from medixchange.db import Database
from medixchange.journal.record import history
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.models import Person
from medixchange.recaps import lists, mailing, queries
from medixchange.recaps.models import ListMember, Recap, RecapReceipt, Visibility
from medixchange.sessions import attending
from medixchange.sessions.attendee_draft import AttendeeDraft, AttendeeRole
from medixchange.sessions.models import SharingSession
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests import make
from tests.recaps.stage import ENGLISH, check, publish, published, write
from tests.sessions.stage import ACTOR, NOW, Stage, send
from tests.web.conftest import Browser, text_of

MAIL = "/desk/recaps/1/mail"


@pytest.fixture
def recap(organizer: Browser, database: Database, stage: Stage) -> Recap:
    """A published recap."""
    with database.write() as db:
        return published(db, stage)


@pytest.fixture
def leaving(database: Database, settings: Settings) -> str:
    """The address where somebody leaves a list."""
    with database.write() as db:
        made = lists.create(db, "Ministry of Health", actor=ACTOR, now=NOW)
        person = make.person(db, "Amina", language="ar")
        member = ListMember(list_id=made.id, person_id=person.id, seed="A" * 22, added_at=NOW)
        db.add(member)
    mint = Mint(settings.secret_key.get_secret_value())
    return f"/unsubscribe/{mint.token('unsubscribe', 'A' * 22)}"


def post(browser: Browser, address: str, **fields: str | list[str]) -> Response:
    """A form with long texts, as a browser sends it."""
    parts = [(name, each) for name, value in fields.items() for each in ([value] if isinstance(value, str) else value)]
    return browser.post(address, files=[(name, (None, value)) for name, value in parts])


def letters(database: Database) -> list[str]:
    """Who was written to about the recap."""
    with database.read() as db:
        found = db.exec(select(Delivery).where(Delivery.subject == "recap:1").order_by(Delivery.id))  # type: ignore[arg-type]  # a column
        return [Letter.from_json(each.payload).to_name for each in found]


def test_a_preview_shows_a_letter_for_each_language_and_sends_and_keeps_nothing(
    organizer: Browser, database: Database, recap: Recap
) -> None:
    page = post(
        organizer,
        MAIL,
        to="invited",
        others="Bruno, bruno@example.org, fr",
        note="Thank you all.",
        act="show",
    )

    found = re.findall(r'<div class="sheet pre" lang="([^"]+)"', page.text)
    assert (page.status_code, found) == (200, ["zh-Hans", "en", "fr"])
    assert "Thank you all." in page.text
    assert letters(database) == []
    with database.read() as db:
        assert db.exec(select(Person).where(Person.email == "bruno@example.org")).first() is None


def test_mailing_writes_to_everybody_once_and_shows_how_each_letter_stands(
    organizer: Browser, database: Database, recap: Recap
) -> None:
    answer = post(organizer, MAIL, to="invited", others="Bruno, bruno@example.org, fr")
    page = organizer.get(answer.headers["location"])
    again = post(organizer, MAIL, to=["invited"])

    assert answer.headers["location"] == f"{MAIL}?sent=4"
    assert "4 letters are on their way." in text_of(page.text)
    assert text_of(page.text).count("Waits to be sent") == 5
    assert (again.status_code, "has this recap already" in text_of(again.text)) == (422, True)
    assert len(letters(database)) == 4


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ({"note": "x"}, '<a href="#to">Choose who gets the recap.</a>'),
        (
            {"others": "Bruno, nowhere\nok@example.org\n<Amina"},
            '<a href="#others">Line 1, “Bruno, nowhere”: Write a name and a mail address, such as “Jane Doe, '
            "jane@hospital.org, fr”.\nLine 3, “<Amina”: Close what < opens, or leave < out.</a>",
        ),
        (
            {"others": "Bruno\tbruno@example.org\nBruno, bruno@example.org, tlh"},
            '<a href="#others">Line 2, “Bruno, bruno@example.org, tlh”: “tlh” is no language that recaps come in. '
            "Write one of these after the address, or nothing for English: en, zh, fr, id, ar, am, pt, es, ru, sw, "
            "rw.</a>",
        ),
    ],
)
def test_what_cannot_be_mailed_comes_back_with_what_to_do(
    organizer: Browser, database: Database, recap: Recap, fields: dict[str, str], link: str
) -> None:
    answer = post(organizer, MAIL, **fields)

    assert answer.status_code == 422
    assert link in unescape(answer.text)
    assert f"{fields.get('others', '')}</textarea>" in unescape(answer.text)
    assert letters(database) == []


def test_what_is_for_nobody_new_comes_back_with_what_was_typed(organizer: Browser, recap: Recap) -> None:
    post(organizer, MAIL, to="invited")

    answer = post(organizer, MAIL, to="invited", note="A note of many words.")

    assert (answer.status_code, "A note of many words." in answer.text) == (422, True)
    assert '<a href="#to">' in answer.text


def test_who_makes_a_recap_private_reads_whom_that_shuts_out(organizer: Browser, recap: Recap) -> None:
    told = "The letters that went out lead to its public address"
    before = organizer.get("/desk/recaps/1/publish")
    post(organizer, MAIL, to="invited")
    after = organizer.get("/desk/recaps/1/publish")

    assert (before.status_code, told in text_of(before.text)) == (200, False)
    assert (after.status_code, told in text_of(after.text)) == (200, True)


def test_a_recap_that_is_not_published_is_not_mailed(organizer: Browser, database: Database, recap: Recap) -> None:
    with database.write() as db:
        queries.by_id(db, 1).published_at = None

    answer = organizer.get(MAIL)

    assert (answer.status_code, "Publish the recap before you mail it." in text_of(answer.text)) == (409, True)


def test_a_correction_is_shown_first_and_goes_to_those_who_have_the_old_text(
    organizer: Browser, database: Database, recap: Recap
) -> None:
    post(organizer, MAIL, to="invited")
    with database.write() as db:
        send(db)
        english = queries.version(db, 1, "en")
        write(db, english, ENGLISH.replace("1–6", "2–6"))
        check(db, english)
        publish(db, queries.by_id(db, 1))

    page = organizer.get(MAIL)
    empty = post(organizer, "/desk/recaps/1/correct", why=" ")
    preview = post(organizer, "/desk/recaps/1/correct", why="The flow was wrong.", act="show")
    answer = post(organizer, "/desk/recaps/1/correct", why="The flow was wrong.")

    assert "1 reader has an older revision" in text_of(page.text)
    assert (empty.status_code, '<a href="#why">' in empty.text) == (422, True)
    assert "- Removed: 2. Give 1–6 L/min while SpO₂ < 92 %." in unescape(preview.text)
    assert answer.headers["location"] == f"{MAIL}?sent=1"
    assert len(letters(database)) == 4
    with database.read() as db:
        assert mailing.corrections(db, queries.by_id(db, 1), note="") == []


def test_a_correction_that_nobody_needs_any_more_keeps_what_was_typed(organizer: Browser, recap: Recap) -> None:
    answer = post(organizer, "/desk/recaps/1/correct", why="The flow was wrong.")

    assert answer.status_code == 422
    assert (
        '<a href="#why">Everybody who had an older revision has the new one, or a letter to them waits.' in answer.text
    )
    assert "The flow was wrong.</textarea>" in answer.text


@pytest.mark.each_database
def test_a_button_that_is_pressed_twice_at_once_writes_once(
    app: FastAPI, organizer: Browser, database: Database, recap: Recap
) -> None:
    def press(_: int) -> int:
        with Browser(app) as own:
            own.cookies = organizer.cookies
            return post(own, MAIL, to="invited", others="Amina, amina@ministry.example.org, ar").status_code

    with ThreadPoolExecutor(3) as pool:
        statuses = sorted(pool.map(press, range(3)))

    assert statuses == [303, 422, 422]
    assert len(letters(database)) == 4


@pytest.mark.each_database
def test_a_list_made_and_filled_twice_at_once_is_there_once(
    app: FastAPI, organizer: Browser, database: Database, recap: Recap
) -> None:
    def press(_: int) -> tuple[int, int]:
        with Browser(app) as own:
            own.cookies = organizer.cookies
            made = own.post("/desk/lists", data={"name": "Ministry"}).status_code
            with database.read() as db:
                ((found, _members),) = lists.all_lists(db)
            return made, post(own, f"/desk/lists/{found.id}", readers="Amina, amina@ministry.example.org").status_code

    with ThreadPoolExecutor(3) as pool:
        statuses = sorted(pool.map(press, range(3)))

    assert statuses == [(303, 303), (422, 303), (422, 303)]
    with database.read() as db:
        assert [number for _, number in lists.all_lists(db)] == [1]
        assert len(db.exec(select(Person).where(Person.email == "amina@ministry.example.org")).all()) == 1


def test_a_list_is_made_and_filled(organizer: Browser, database: Database) -> None:
    made = organizer.post("/desk/lists", data={"name": "Ministry of Health"})
    twice = organizer.post("/desk/lists", data={"name": "Ministry of Health"})
    wrong = post(organizer, "/desk/lists/1", readers="nobody")
    added = post(organizer, "/desk/lists/1", readers="Amina, amina@example.org, ar\nBruno, bruno@example.org, fr")
    page = organizer.get(added.headers["location"])

    assert made.headers["location"] == "/desk/lists/1"
    assert (twice.status_code, "There is a list of this name already." in twice.text) == (422, True)
    assert (wrong.status_code, "Line 1, “nobody”: Write a name" in wrong.text) == (422, True)
    assert "2 readers are new on the list." in text_of(page.text)
    assert "2 readers" in text_of(organizer.get("/desk/lists").text)


def test_a_list_is_left_by_a_button_in_its_readers_language(browser: Browser, database: Database, leaving: str) -> None:
    del browser.headers["Accept-Language"]

    look = browser.get(leaving)
    answer = browser.post(leaving)
    after = browser.get(leaving)

    assert ('lang="ar" dir="rtl"' in look.text, "غادر القائمة" in look.text) == (True, True)
    assert answer.status_code == 200
    assert ["غادرت القائمة" in page.text for page in (answer, after)] == [True, True]
    with database.read() as db:
        assert lists.members(db, [1]) == []
        assert [entry.verb for entry in history(db, "list:1")] == ["create", "leave"]


MULTIPART = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'


@pytest.mark.parametrize(  # RFC 8058 names both kinds of forms
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=x", MULTIPART),
    ],
)
def test_a_mail_program_leaves_the_list_in_one_click_without_any_page_of_ours(
    browser: Browser, database: Database, leaving: str, kind: str, body: str
) -> None:
    del browser.headers["Origin"]

    answer = browser.post(leaving, content=body, headers={"Content-Type": kind})

    assert answer.status_code == 200  # it may follow no redirect
    with database.read() as db:
        assert lists.members(db, [1]) == []


def test_looking_leaves_no_list(browser: Browser, database: Database, leaving: str) -> None:
    browser.get(leaving)
    browser.head(leaving)

    with database.read() as db:
        assert len(lists.members(db, [1])) == 1


def test_enter_shows_the_letters_of_a_mailing_and_sends_none(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        published(db, stage)

    form = organizer.get(MAIL).text.partition(f'action="{MAIL}"')[2]

    # A browser presses the first button of a form for the key.
    assert re.findall("<button[^>]*>", form)[0] == '<button class="alt" name="act" value="show">'


@pytest.mark.parametrize("how", ["remove", "correct", "leave"])
def test_the_letter_of_somebody_who_was_not_there_or_left_does_not_go(
    organizer: Browser, database: Database, settings: Settings, stage: Stage, how: str
) -> None:
    grace = {"name": "Grace", "institution": "CHUK", "role": "nurse", "language": "en"}
    with database.write() as db:
        recap = published(db, stage)
        session = db.get_one(SharingSession, recap.session_id)
        entry = attending.attend(db, session, AttendeeDraft(**grace, email="grace@example.org"), now=NOW)
        seed = entry.seed
    post(organizer, MAIL, to="invited")
    entry_page = f"/desk/sessions/{recap.session_id}/attendees/{entry.id}"
    by_link = f"/unsubscribe/{Mint(settings.secret_key.get_secret_value()).token('unsubscribe', seed)}"
    forms = {
        "remove": (f"{entry_page}/remove", {"reason": "Was not there"}),
        "correct": (entry_page, {**grace, "email": "right@example.org"}),
        "leave": (by_link, {}),
    }

    address, fields = forms[how]
    answer = organizer.post(address, data=fields)

    assert answer.status_code == (200 if how == "leave" else 303)
    with database.read() as db:
        stopped = select(Delivery.recipient).where(Delivery.state == DeliveryState.SUPERSEDED)
        assert db.exec(stopped.where(Delivery.kind == "recap")).all() == ["grace@example.org"]


def test_who_signed_in_opens_the_recap_by_their_letter_and_stops_them_in_one_click(
    organizer: Browser, browser: Browser, database: Database, stage: Stage, settings: Settings
) -> None:
    with database.write() as db:
        recap = published(db, stage, visibility=Visibility.INVITED)
        draft = AttendeeDraft(
            name="Grace", email="grace@example.org", institution="CHUK", role=AttendeeRole.NURSE, language="en"
        )
        entry = attending.attend(db, db.get_one(SharingSession, recap.session_id), draft, now=NOW)
    organizer.post("/desk/recaps/1/mail", data={"to": ["invited"]})
    with database.read() as db:
        receipt = next(each for each in db.exec(select(RecapReceipt)) if each.attendee_id == entry.id)
    mint = Mint(settings.secret_key.get_secret_value())
    page, leaving = (
        f"/recap/{mint.token('recap', receipt.seed)}",
        f"/unsubscribe/{mint.token('unsubscribe', entry.seed)}",
    )

    read = browser.get(page)
    asked = text_of(browser.get(leaving).text)
    left = browser.post(leaving, data={"List-Unsubscribe": "One-Click"})

    assert (read.status_code, "Get no more letters" in asked, left.status_code) == (200, True, 200)
    assert "You get no more letters" in text_of(browser.get(leaving).text)
