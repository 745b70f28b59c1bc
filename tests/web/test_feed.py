"""A subscribed calendar is served from stored bytes, changes its tag only with them, and shows nothing personal."""

from __future__ import annotations

import gzip
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
from medixchange.web.feeds import Kept, program, takes_gzip
from tests import make
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, Stage, set_up
from tests.web.conftest import Browser, Clock

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def stage(database: Database) -> Stage:
    """A session that is held on Tuesday for Zhang, Mei and Aline."""
    with database.write() as db:
        found = set_up(db)
        sessions.approve(db, found.tuesday, actor=ACTOR, now=NOW)
        return found


@pytest.fixture
def address(database: Database, stage: Stage) -> str:
    """The path of Zhang's feed."""
    return new_address(database, stage)


def new_address(database: Database, stage: Stage) -> str:
    """Another path for Zhang's feed."""
    with database.write() as db:
        token = feeds.issue(db, stage.zhang.person_id, language="zh-Hans", actor=ACTOR, now=NOW)
    return f"/feed/{token}.ics"


def stored(database: Database, stage: Stage) -> Feed:
    """Zhang's feed as it is kept."""
    with database.read() as db:
        return db.exec(select(Feed).where(Feed.person_id == stage.zhang.person_id)).one()


def test_a_feed_is_its_stored_bytes(browser: Browser, database: Database, stage: Stage, address: str) -> None:
    answer = browser.get(address, headers={"Accept-Encoding": "identity"})

    feed = stored(database, stage)
    assert (answer.status_code, answer.content) == (200, feed.body)
    assert {name: answer.headers[name] for name in ("Content-Type", "ETag", "Cache-Control", "Vary")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "ETag": feed.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "accept-encoding",
    }
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == feed.modified_at
    assert "Content-Encoding" not in answer.headers


def test_a_feed_is_served_compressed_with_a_tag_of_its_own(
    browser: Browser, database: Database, stage: Stage, address: str
) -> None:
    answer = browser.get(address, headers={"Accept-Encoding": "br, gzip"})

    feed = stored(database, stage)
    assert (answer.content, answer.headers["Content-Encoding"]) == (feed.body, "gzip")
    assert int(answer.headers["Content-Length"]) == len(feed.gzipped) < len(feed.body)
    assert answer.headers["ETag"] == f'{feed.etag[:-1]}-gzip"'
    assert gzip.decompress(feed.gzipped) == feed.body


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_already_is_told_so_without_a_body(browser: Browser, address: str, form: str, accepted: str) -> None:
    etag = browser.get(address, headers={"Accept-Encoding": accepted}).headers["ETag"]

    answer = browser.get(address, headers={"Accept-Encoding": accepted, "If-None-Match": form.format(etag)})

    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)


def test_the_tag_of_either_form_is_known_whatever_the_next_poll_accepts(browser: Browser, address: str) -> None:
    etag = browser.get(address, headers={"Accept-Encoding": "gzip"}).headers["ETag"]

    answer = browser.get(address, headers={"Accept-Encoding": "identity", "If-None-Match": etag})

    assert answer.status_code == 304


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Mon, 23 Nov 2026 08:00:00 GMT", 304),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 304),
        ("Mon, 23 Nov 2026 07:59:59 GMT", 200),
        ("yesterday", 200),
        ("Mon, 23 Nov 2026 08:00:00 -0000", 304),
    ],
)
def test_a_date_serves_where_there_is_no_tag(browser: Browser, address: str, since: str, status: int) -> None:
    answer = browser.get(address, headers={"If-Modified-Since": since})

    assert answer.status_code == status


def test_a_tag_counts_more_than_a_date(browser: Browser, address: str) -> None:
    headers = {"If-None-Match": '"other"', "If-Modified-Since": "Mon, 23 Nov 2026 09:00:00 GMT"}

    answer = browser.get(address, headers=headers)

    assert answer.status_code == 200


def test_head_tells_what_get_would_without_the_body(browser: Browser, address: str) -> None:
    whole, head = browser.get(address), browser.head(address)

    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(whole.headers))


def test_a_changed_session_changes_the_tag_and_an_unchanged_one_does_not_across_restarts(
    settings: Settings,
    database: Database,
    clock: Clock,
    stage: Stage,
    address: str,
    open_database: Callable[[str], Database],
) -> None:
    def etag_after_restart() -> str:
        again = open_database(database.url.render_as_string(hide_password=False))
        with Browser(build(settings, again, clock=clock)) as browser:
            return browser.get(address).headers["ETag"]

    first, second = etag_after_restart(), etag_after_restart()
    with database.write() as db:
        feeds.rebuild(db, db.get_one(Feed, stored(database, stage).id), now=LATER)
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
    browser: Browser, database: Database, stage: Stage, address: str
) -> None:
    other = new_address(database, stage)

    assert [browser.get(each).status_code for each in (address, other)] == [404, 200]


def test_revoked_and_unknown_addresses_look_alike(
    browser: Browser, database: Database, stage: Stage, address: str
) -> None:
    with database.write() as db:
        feeds.revoke(db, stage.zhang.person_id, actor=ACTOR, now=LATER)

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


def test_the_name_of_a_program_is_kept_without_its_version() -> None:
    agents = (b"Thunderbird/140.1 (X11)", b"Google-Calendar-Importer", b"", b"\x00\xff" + b"x" * 500)

    assert [program(agent) for agent in agents] == ["Thunderbird", "Google-Calendar-Importer", "", "x" * 60]


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


def test_bodies_are_kept_by_their_tag_and_the_ones_used_longest_ago_go_first() -> None:
    kept = Kept(10)
    kept.put("a", b"1234", gzipped=False)
    kept.put("a", b"12", gzipped=True)
    kept.put("b", b"1234", gzipped=False)

    used = kept.get("a", gzipped=False)
    kept.put("c", b"123456", gzipped=False)

    assert used == b"1234"
    assert [kept.get(etag, gzipped=gzipped) for etag, gzipped in (("a", True), ("b", False), ("c", False))] == [
        None,
        None,
        b"123456",
    ]
    assert kept.get("a", gzipped=False) == b"1234"


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (b"", False),
        (b"gzip", True),
        (b"deflate, GZIP;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"gzip;q=0.001", True),
        (b"identity, br", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(accepted: bytes, takes: bool) -> None:
    assert takes_gzip(accepted) == takes
