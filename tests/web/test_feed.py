"""A feed changes its tag only with its bytes, goes with its address, and shows nothing personal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlmodel import select

from medixchange.app import build
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed
from medixchange.people.models import Person
from medixchange.sessions import actions as sessions
from medixchange.sessions.queries import by_id
from medixchange.settings import Settings
from tests import make
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, Stage
from tests.web.conftest import Browser, Clock
from tests.web.invited import new_address, stored

LATER = NOW + timedelta(hours=1)


def test_a_changed_session_changes_the_tag_and_an_unchanged_one_does_not_across_restarts(
    settings: Settings,
    database: Database,
    clock: Clock,
    held: Stage,
    address: str,
    open_database: Callable[[str], Database],
) -> None:
    def etag_after_restart() -> str:
        again = open_database(database.url.render_as_string(hide_password=False))
        with Browser(build(settings, again, clock=clock)) as browser:
            return browser.get(address).headers["ETag"]

    first, second = etag_after_restart(), etag_after_restart()
    with database.write() as db:
        feeds.rebuild(db, db.get_one(Feed, stored(database, held).id), now=LATER)
    rebuilt = etag_after_restart()
    with database.write() as db:
        sessions.confirm(db, by_id(db, 1), actor=ACTOR, now=LATER)
    changed = etag_after_restart()

    assert (first == second == rebuilt, changed == first) == (True, False)


def test_a_change_reaches_the_next_poll(browser: Browser, database: Database, address: str) -> None:
    before = browser.get(address)
    with database.write() as db:
        sessions.confirm(db, by_id(db, 1), actor=ACTOR, now=LATER)

    after = browser.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert ("STATUS:TENTATIVE" in before.text, "STATUS:CONFIRMED" in after.text) == (True, True)
    assert parsedate_to_datetime(after.headers["Last-Modified"]) == LATER


def test_a_new_address_takes_the_place_of_the_old_one(
    browser: Browser, database: Database, held: Stage, address: str
) -> None:
    other = new_address(database, held)

    assert [browser.get(each).status_code for each in (address, other)] == [404, 200]


def test_revoked_and_unknown_addresses_look_alike(
    browser: Browser, database: Database, held: Stage, address: str
) -> None:
    with database.write() as db:
        feeds.revoke(db, held.zhang.person_id, actor=ACTOR, now=LATER)

    revoked, unknown = browser.get(address), browser.get(f"/feed/{'A' * 43}.ics")

    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert plain(revoked.text, address) == plain(unknown.text, f"/feed/{'A' * 43}.ics")


def plain(text: str, address: str) -> str:
    """A page of refusal without its number and without the address that was asked for."""
    return text.replace(address, "").partition("<main")[2].partition('<bdi dir="ltr">')[0]


@pytest.mark.parametrize("path", ["/feed/.ics", "/feed/short.ics", f"/feed/{'A' * 9000}.ics", "/feed/a/b.ics"])
def test_what_is_no_address_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_feed_is_only_read(browser: Browser, address: str) -> None:
    assert [browser.request(method, address).status_code for method in ("POST", "PUT", "DELETE")] == [405, 405, 405]


def test_a_feed_needs_no_cookie_gives_none_and_keeps_the_headers_of_every_answer(
    browser: Browser, address: str
) -> None:
    page, answer = browser.get("/"), browser.get(address)

    guarded = (
        "Content-Security-Policy",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "Cross-Origin-Resource-Policy",
    )
    assert {name: answer.headers[name] for name in guarded} == {name: page.headers[name] for name in guarded}
    assert "Set-Cookie" not in answer.headers


def test_a_program_is_told_to_come_back_where_the_database_does_not_answer(
    browser: Browser, database: Database, address: str
) -> None:
    with database.engine.begin() as connection:
        for table in ("feedentry", "feed"):
            connection.exec_driver_sql(f"DROP TABLE {table}")

    answer = browser.get(address)

    assert (answer.status_code, answer.content, answer.headers["Retry-After"]) == (503, b"", "60")


def test_polls_go_on_after_postgresql_was_restarted(
    settings: Settings, clock: Clock, postgres_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(postgres_url)
    with database.write() as db:
        person = make.person(db)
        address = f"/feed/{feeds.issue(db, person.id, language='en', actor=ACTOR, now=NOW)}.ics"
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> {}"
    with Browser(build(settings, database, clock=clock)) as browser:
        before = browser.get(address)
        with database.engine.begin() as connection:
            connection.exec_driver_sql(others.format("pg_backend_pid()"))
        after = browser.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert (before.status_code, after.status_code) == (200, 304)


def test_nothing_personal_is_in_a_feed(browser: Browser, database: Database, address: str) -> None:
    text = browser.get(address).text

    with database.read() as db:
        people = list(db.exec(select(Person)))
    personal = ["ATTENDEE", "ORGANIZER", "CONTACT", "mailto:", *(person.email for person in people), ZHANG, MEI, ALINE]
    assert [word for word in personal if word in text] == []


def test_no_feed_without_a_person_who_has_one(browser: Browser, database: Database) -> None:
    with database.write() as db:
        make.person(db)

    assert browser.get("/feed/None.ics").status_code == 404
