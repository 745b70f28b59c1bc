"""A feed is served as HTTP wants it: its bytes and tag, 304, HEAD, gzip."""

from __future__ import annotations

import gzip
from email.utils import parsedate_to_datetime

import pytest

from medixchange.db import Database
from medixchange.web.feeds import Kept, program, takes_gzip
from tests.sessions.stage import Stage
from tests.web.conftest import Browser
from tests.web.invited import stored


def test_a_feed_is_its_stored_bytes(browser: Browser, database: Database, held: Stage, address: str) -> None:
    answer = browser.get(address, headers={"Accept-Encoding": "identity"})

    feed = stored(database, held)
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
    browser: Browser, database: Database, held: Stage, address: str
) -> None:
    answer = browser.get(address, headers={"Accept-Encoding": "br, gzip"})

    feed = stored(database, held)
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


def test_the_name_of_a_program_is_kept_without_its_version() -> None:
    agents = (b"Thunderbird/140.1 (X11)", b"Google-Calendar-Importer", b"", b"\x00\xff" + b"x" * 500)

    assert [program(agent) for agent in agents] == ["Thunderbird", "Google-Calendar-Importer", "", "x" * 60]


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
