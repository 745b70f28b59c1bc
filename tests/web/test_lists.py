"""Looking after a list of readers at the desk."""

from __future__ import annotations

import pytest
from sqlmodel import select

from medixchange.db import Database
from medixchange.journal.record import history
from medixchange.people.models import Person
from medixchange.recaps import lists
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.models import ListMember
from tests import make
from tests.recaps.stage import published
from tests.sessions.stage import ACTOR, NOW, Stage
from tests.web.conftest import Browser, text_of
from tests.web.test_mailing import MAIL, post

LIST = "/desk/lists/1"
READERS = (TypedReader("Amina", "amina@example.org", "ar"), TypedReader("Bruno", "bruno@example.org", "fr"))
MEANT = {"name": "Bruno N.", "email": "right@example.org", "language": "en"}


@pytest.fixture(autouse=True)
def _ministry(organizer: Browser, database: Database) -> None:
    """A list with two readers."""
    with database.write() as db:
        lists.add(db, lists.create(db, "Ministry", actor=ACTOR, now=NOW), READERS, actor=ACTOR, now=NOW)


def page_after(browser: Browser, address: str, **fields: str) -> str:
    """What the page says to which a form leads."""
    answer = browser.post(address, data=fields)
    assert answer.status_code == 303
    return text_of(browser.get(answer.headers["location"]).text)


def test_a_reader_is_taken_off_by_a_button_that_asks_first(organizer: Browser, database: Database) -> None:
    asked = text_of(organizer.get(f"{LIST}/readers/2/remove").text)
    page = page_after(organizer, f"{LIST}/readers/2/remove")
    twice = page_after(organizer, f"{LIST}/readers/2/remove")

    assert ("bruno@example.org" in asked, "bruno@example.org" in page, "1 reader" in page) == (True, False, True)
    assert ("Taken off the list" in page, twice) == (True, page)
    assert organizer.get(f"{LIST}/readers/9/remove").status_code == 404
    with database.read() as db:
        assert [each.verb for each in history(db, "list:1")] == ["create", "add", "take-off"]


def test_a_reader_is_corrected(organizer: Browser) -> None:
    wrong = organizer.post(f"{LIST}/readers/2", data={**MEANT, "email": "amina@example.org"})
    page = page_after(organizer, f"{LIST}/readers/2", **MEANT)

    assert (wrong.status_code, '<a href="#email">Somebody else has this address' in wrong.text) == (422, True)
    assert "Bruno N. right@example.org · English" in page


def test_who_is_known_as_more_than_a_reader_is_not_corrected_here(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        expert = make.person(db)
        db.add(ListMember(list_id=1, person_id=expert.id, seed="A" * 22, added_at=NOW))

    page, answer = organizer.get(f"{LIST}/readers/3"), organizer.post(f"{LIST}/readers/3", data=MEANT)

    assert "<form" not in page.text.partition("<main")[2]
    assert (answer.status_code, "take them off the list and put that address on it" in text_of(answer.text)) == (
        409,
        True,
    )
    with database.read() as db:
        assert db.get_one(Person, expert.id).email == expert.email


def test_who_became_an_expert_while_they_were_corrected_stays_as_they_are(
    organizer: Browser, database: Database
) -> None:
    form = organizer.get(f"{LIST}/readers/2")
    with database.write() as db:
        bruno = db.exec(select(Person).where(Person.email == "bruno@example.org")).one()
        make.expert(db, who=bruno)

    answers = [organizer.post(f"{LIST}/readers/2", data=data) for data in (MEANT, {**MEANT, "name": ""})]

    assert "<form" in form.text.partition("<main")[2]
    assert [each.status_code for each in answers] == [409, 409]
    assert all("known as more than a reader" in text_of(each.text) for each in answers)
    assert "bruno@example.org" in text_of(organizer.get(LIST).text)


def test_who_has_left_by_the_link_of_a_letter_is_neither_taken_off_nor_corrected(
    organizer: Browser, database: Database
) -> None:
    with database.write() as db:
        lists.remove(db, lists.members(db, [1])[1][0], actor="link:unsubscribe", now=NOW)

    pages = [organizer.get(f"{LIST}/readers/2{act}") for act in ("", "/remove")]
    acts = [organizer.post(f"{LIST}/readers/2{act}", data=MEANT) for act in ("", "/remove")]

    assert {each.status_code for each in (*pages, *acts)} == {404}
    assert all("There is no such reader on this list." in text_of(each.text) for each in (*pages, *acts))
    with database.read() as db:
        assert [each.verb for each in history(db, "list:1")] == ["create", "add", "leave"]


def test_a_list_is_renamed_and_deleted(organizer: Browser) -> None:
    organizer.post("/desk/lists", data={"name": "Sisters"})

    wrong = organizer.post(f"{LIST}/rename", data={"name": "Sisters"})
    renamed = page_after(organizer, f"{LIST}/rename", name="Ministry of Health")
    asked = text_of(organizer.get(f"{LIST}/delete").text)
    deleted = page_after(organizer, f"{LIST}/delete")

    assert (wrong.status_code, '<a href="#name">' in wrong.text) == (422, True)
    assert ("Ministry of Health" in renamed, "2 readers" in asked) == (True, True)
    assert "The list is deleted" in deleted
    assert ("Ministry" in deleted, organizer.get(LIST).status_code) == (False, 404)


def test_who_was_on_the_list_or_has_left_it_is_counted_in_words(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        lists.remove(db, lists.members(db, [1])[1][0], actor="link:unsubscribe", now=NOW)

    added = post(organizer, LIST, readers="amina@example.org\nbruno@example.org\nchen@example.org")
    page = text_of(organizer.get(added.headers["location"]).text)

    assert "1 reader is new on the list." in page
    assert "1 was on it already." in page
    assert "1 has left this list by the link of a letter and was not put on again." in page


def test_a_preview_counts_those_who_have_the_recap(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        published(db, stage)
    post(organizer, MAIL, to="list:1")

    page = post(organizer, MAIL, to="list:1", others="chen@example.org", act="show")

    assert "2 of those you chose have it already, or a letter to them waits." in text_of(page.text)
