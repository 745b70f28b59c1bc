"""The pages of whoever is signed in: sessions and answers, language and clock."""

from __future__ import annotations

import re
from html import unescape

import pytest

from medixchange.db import Database
from medixchange.journal.record import history
from medixchange.people.models import Person
from medixchange.sessions import actions, queries
from medixchange.sessions.actions import refresh_feeds
from medixchange.sessions.answers import respond
from tests import make
from tests.sessions.stage import ACTOR, NOW, ZHANG, Stage, at, elsewhere, place_of
from tests.statements import noted
from tests.web.conftest import Browser, Clock, text_of
from tests.web.invited import hours, stored

TWICE_A_DAY = {"language": "fr", "zone": "Asia/Kathmandu"}


def test_what_waits_for_an_answer_comes_first_on_both_clocks(zhang: Browser) -> None:
    page = zhang.get("/me")

    assert text_of(page.text).startswith(
        "My sessions Waiting for your answer Oxygen therapy when beds run short King Faisal Hospital, Kigali"
    )
    assert hours(page.text) == [
        ("Kigali, UTC+2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing, UTC+8", "Tue, 1 Dec 2026, 15:00–15:30"),
    ]


def test_from_the_list_one_comes_to_the_page_to_answer(zhang: Browser, database: Database) -> None:
    href = re.findall(r'<a class="btn" href="(/answer/[^"]+)">', zhang.get("/me").text)[0]

    zhang.post(href, data={"answer": "ACCEPTED", "sequence": "0"})

    with database.read() as db:
        assert place_of(db, queries.by_id(db, 1), ZHANG).partstat == "ACCEPTED"
    assert "Held tentatively You come Change my answer" in text_of(zhang.get("/me").text)


def test_a_cancelled_session_stays_and_says_so(zhang: Browser, database: Database) -> None:
    with database.write() as db:
        actions.cancel(db, queries.by_id(db, 1), reason="No power.", actor=ACTOR, now=NOW)

    words = text_of(zhang.get("/me").text)

    assert ("Waiting for your answer" in words, "Cancelled" in words, "Change my answer" in words) == (
        False,
        True,
        False,
    )


def test_who_has_no_session_reads_what_comes_next(browser: Browser, database: Database) -> None:
    with database.write() as db:
        nadia = make.person(db, "Nadia Example")
    browser.sign_in(database, nadia)

    words = text_of(browser.get("/me").text)

    assert "No session yet. When you are invited to one you get a letter, and it stands here." in words


def test_whose_session_is_over_reads_that_nothing_is_ahead_and_finds_it_below(
    zhang: Browser, database: Database, clock: Clock
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).ends_at

    words = text_of(zhang.get("/me").text)

    assert "Nothing is ahead. When you are invited you get a letter, and the session stands here." in words
    assert "Sessions that are over Oxygen therapy when beds run short" in words
    assert "No session yet" not in words


def test_another_persons_sessions_are_not_shown(browser: Browser, database: Database, held: Stage) -> None:
    with database.read() as db:
        li = db.get_one(Person, held.li.person_id)
    browser.sign_in(database, li)

    assert "/answer/" not in browser.get("/me").text


@pytest.mark.parametrize("path", ["/me", "/me/profile", "/me/feed", "/me/feed/revoke"])
def test_who_is_not_signed_in_is_asked_to_and_comes_back(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next={path}")


def test_language_and_clock_are_kept_and_the_feed_follows(zhang: Browser, database: Database, held: Stage) -> None:
    answer = zhang.post("/me/profile", data=TWICE_A_DAY)
    refresh_feeds(database, now=NOW)

    page = zhang.get(answer.headers["location"])
    assert (answer.status_code, page.headers["Content-Language"]) == (303, "fr")
    assert hours(page.text)[-1][1].endswith("12:45–13:15")
    with database.read() as db:
        assert b"TZID:Asia/Kathmandu" in stored(database, held).body
        entry = history(db, f"person:{held.zhang.person_id}")[-1]
        assert (entry.verb, entry.before, entry.after) == (
            "change profile",
            {"language": "zh-Hans", "zone": "Asia/Shanghai"},
            TWICE_A_DAY,
        )


def test_saving_the_same_again_changes_nothing(zhang: Browser, database: Database, held: Stage) -> None:
    zhang.post("/me/profile", data={"language": "zh-Hans", "zone": "Asia/Shanghai"})

    with database.read() as db:
        assert (stored(database, held).stale, history(db, f"person:{held.zhang.person_id}")) == (False, [])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"language": "tlh"}, "Choose one of the languages."),
        ({"language": ""}, "Choose one of the languages."),
        ({"zone": "Mars/Olympus"}, "Choose a place whose clock is yours."),
        ({"zone": "Etc/GMT+2"}, "Choose a place whose clock is yours."),
        ({"zone": ""}, "Choose a place whose clock is yours."),
        ({"zone": "x" * 10_000}, "Choose a place whose clock is yours."),
        ({"zone": "Asia/Shang\x00hai"}, "This holds a character that cannot be shown; type it again as plain text."),
    ],
)
def test_a_wrong_choice_gets_its_sentence_and_stores_nothing(
    zhang: Browser, database: Database, held: Stage, wrong: dict[str, str], sentence: str
) -> None:
    page = zhang.post("/me/profile", data={**TWICE_A_DAY, **wrong})

    assert page.status_code == 422
    assert text_of(page.text).startswith(f"Back There is a problem {sentence}")
    with database.read() as db:
        person = db.get_one(Person, held.zhang.person_id)
        assert (person.language, person.zone) == ("zh-Hans", "Asia/Shanghai")


def test_the_clock_one_has_is_offered_also_where_no_country_keeps_it(browser: Browser, database: Database) -> None:
    with database.write() as db:
        person = make.person(db, zone="Asia/Calcutta")
    browser.sign_in(database, person)

    page = browser.get("/me/profile")

    assert re.findall(r'<option value="([^"]*)" selected>', page.text) == ["Asia/Calcutta"]


def test_a_longer_list_asks_the_database_no_more_often(zhang: Browser, database: Database, held: Stage) -> None:
    def asked() -> int:
        with noted(database) as sent:
            zhang.get("/me")
        return len(sent)

    one = asked()
    with database.write() as db:
        actions.approve(db, elsewhere(db, held, at(2, 8)), actor=ACTOR, now=NOW)
    two = asked()

    assert (one == two, zhang.get("/me").text.count("/answer/")) == (True, 4)


def test_a_reason_with_markup_stays_text(zhang: Browser, database: Database) -> None:
    with database.write() as db:
        place = place_of(db, queries.by_id(db, 1), ZHANG)
        respond(db, place, "DECLINED", reason="<img src=x onerror=alert(1)>", now=NOW)
    href = re.findall(r'<a href="(/answer/[^"]+)">', zhang.get("/me").text)[0]

    assert "<img" not in zhang.get(unescape(href)).text
