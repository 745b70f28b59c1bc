"""A feed is written when a session changes: the same sessions give the same bytes, written in whichever order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlmodel import Session, select

from medixchange.calendars import lint
from medixchange.calendars.meeting import Meeting
from medixchange.db import Database
from medixchange.feeds import actions, queries
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.journal.record import history
from medixchange.people.models import Person
from medixchange.tokens import digest
from tests import make
from tests.calendars.meetings import NOW, confirmed, meeting, moved, off, season

LATER = NOW + timedelta(hours=5)
OPEN = Callable[[str], Database]


@pytest.fixture
def aline(db: Session) -> Person:
    """The owner of a feed."""
    return make.person(db)


def feed_of(db: Session, person: Person) -> Feed:
    """Somebody's feed as it is kept."""
    found = queries.of_person(db, person.id)
    assert found is not None
    return found


def shown(db: Session, person: Person) -> list[tuple[str, str, int]]:
    """What the feed shows: UID, STATUS and SEQUENCE of each session, in order."""
    events = Calendar.from_ical(feed_of(db, person).body).walk("VEVENT")
    return [(str(each["UID"]), str(each["STATUS"]), each.decoded("SEQUENCE")) for each in events]


def test_a_session_is_written_once_and_again_where_it_changes(db: Session, aline: Person) -> None:
    held = meeting()

    for each in (held, confirmed(held), moved(confirmed(held))):
        actions.put(db, aline.id, each, now=NOW)

    assert shown(db, aline) == [(held.uid, "TENTATIVE", 2)]
    assert lint.check(feed_of(db, aline).body) == []


def test_the_tag_and_the_date_change_only_with_the_bytes(db: Session, aline: Person) -> None:
    held = meeting()
    actions.put(db, aline.id, held, now=NOW)
    first = (feed_of(db, aline).etag, feed_of(db, aline).modified_at)

    actions.put(db, aline.id, held, now=LATER)
    same = (feed_of(db, aline).etag, feed_of(db, aline).modified_at)
    actions.put(db, aline.id, confirmed(held), now=LATER)
    other = (feed_of(db, aline).etag, feed_of(db, aline).modified_at)

    assert (first == same, first[0] != other[0], other[1]) == (True, True, LATER)


def test_one_sessions_news_leaves_a_feed_marked_whose_other_entries_are_to_be_written_again(
    db: Session, aline: Person
) -> None:
    actions.put(db, aline.id, off(meeting()), now=NOW)
    actions.mark_stale(db, aline.id)

    actions.put(db, aline.id, meeting(uid="other@medixchange"), now=NOW)
    after_news = feed_of(db, aline).stale
    actions.expire(db, now=NOW + actions.KEEP_CANCELLED)

    assert (after_news, feed_of(db, aline).stale) == (True, True)


def test_the_feeds_of_two_people_are_apart(db: Session, aline: Person) -> None:
    other = make.person(db, "Bruno Example")
    actions.put(db, aline.id, meeting(), now=NOW)
    actions.put(db, other.id, meeting(uid="other@medixchange"), now=NOW)

    assert [[uid for uid, _, _ in shown(db, each)] for each in (aline, other)] == [
        [meeting().uid],
        ["other@medixchange"],
    ]


def test_a_cancelled_session_stays_for_thirty_days_and_then_goes(db: Session, aline: Person) -> None:
    held, kept = meeting(), meeting(uid="kept@medixchange")
    actions.put(db, aline.id, kept, now=NOW)
    actions.put(db, aline.id, off(held), now=NOW)

    early = actions.expire(db, now=NOW + actions.KEEP_CANCELLED - timedelta(seconds=1))
    before = shown(db, aline)
    due = actions.expire(db, now=NOW + actions.KEEP_CANCELLED)

    assert (early, len(before), due, shown(db, aline)) == (0, 2, 1, [("kept@medixchange", "TENTATIVE", 0)])
    assert feed_of(db, aline).modified_at == NOW + actions.KEEP_CANCELLED


def test_thirty_days_count_from_the_cancelling_not_from_a_later_rewriting(db: Session, aline: Person) -> None:
    gone = off(meeting())
    actions.put(db, aline.id, gone, now=NOW)
    actions.put(db, aline.id, replace(gone, summary="会议"), now=NOW + timedelta(days=29))

    assert actions.expire(db, now=NOW + actions.KEEP_CANCELLED) == 1


def test_a_session_that_is_held_again_stays(db: Session, aline: Person) -> None:
    gone = off(meeting())
    actions.put(db, aline.id, gone, now=NOW)
    actions.put(db, aline.id, confirmed(gone), now=LATER)

    assert actions.expire(db, now=NOW + timedelta(days=400)) == 0


def test_an_address_is_issued_replaced_and_revoked_and_the_journal_knows(db: Session, aline: Person) -> None:
    issued = actions.issue(db, aline.id, language="en", actor="person:1", now=NOW)
    first = feed_of(db, aline).token_hash
    again = actions.issue(db, aline.id, language="en", actor="person:1", now=LATER)
    second = feed_of(db, aline).token_hash
    actions.revoke(db, aline.id, actor="person:1", now=LATER)

    feed = feed_of(db, aline)
    assert (first, second) == (digest(issued), digest(again))
    assert (feed.token_hash, feed.issued_at, len(issued)) == (None, None, 43)
    assert [each.verb for each in history(db, f"feed:{feed.id}")] == [
        "issue address",
        "issue address",
        "revoke address",
    ]


def test_a_new_address_has_not_been_asked_for(db: Session, aline: Person) -> None:
    actions.issue(db, aline.id, language="en", actor="person:1", now=NOW)
    actions.note_fetch(db, feed_of(db, aline).id, by="Thunderbird", now=NOW)
    db.expire_all()
    noted = (feed_of(db, aline).fetched_at, feed_of(db, aline).fetched_by)

    actions.issue(db, aline.id, language="en", actor="person:1", now=LATER)

    assert (noted, feed_of(db, aline).fetched_at, feed_of(db, aline).fetched_by) == ((NOW, "Thunderbird"), None, "")


def test_revoking_where_there_is_no_feed_does_nothing(db: Session, aline: Person) -> None:
    actions.revoke(db, aline.id, actor="person:1", now=NOW)

    assert queries.of_person(db, aline.id) is None


def test_an_empty_feed_is_a_calendar(db: Session, aline: Person) -> None:
    actions.issue(db, aline.id, language="fr", actor="person:1", now=NOW)

    feed = feed_of(db, aline)
    assert (shown(db, aline), lint.check(feed.body), feed.etag != "") == ([], [], True)


def test_a_poll_finds_its_feed_by_the_digest_alone(db: Session, database: Database, aline: Person) -> None:
    token = actions.issue(db, aline.id, language="en", actor="person:1", now=NOW)
    db.commit()

    feed = feed_of(db, aline)
    assert queries.by_token(database, digest(token)) == queries.Served(feed.id, feed.etag, NOW)
    assert queries.by_token(database, digest(token[:-1])) is None
    assert queries.body(database, feed.id, gzipped=False) == (feed.etag, feed.body)
    assert queries.body(database, feed.id, gzipped=True) == (feed.etag, feed.gzipped)
    assert queries.body(database, feed.id + 1, gzipped=True) is None


def test_bytes_and_tag_are_the_same_after_a_restart(database: Database, open_database: OPEN) -> None:
    with database.write() as db:
        person = make.person(db)
        actions.replace(db, person.id, season(12), language="en", now=NOW)
        before = feed_of(db, person).model_dump()
    again = open_database(database.url.render_as_string(hide_password=False))

    with again.write() as db:
        actions.rebuild(db, feed_of(db, person), now=LATER)

    with again.read() as db:
        assert feed_of(db, person).model_dump() == before


def test_both_of_two_changes_at_once_are_in_the_feed(database: Database) -> None:
    with database.write() as db:
        person = make.person(db)
    sessions = season(12)

    def put(each: Meeting) -> None:
        with database.write() as db:
            actions.put(db, person.id, each, now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(put, sessions))

    with database.read() as db:
        assert [uid for uid, _, _ in shown(db, person)] == [each.uid for each in sessions]
        assert len(db.exec(select(Feed)).all()) == 1


@given(order=st.permutations(range(6)), twice=st.lists(st.integers(0, 5), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_writing_leaves_no_trace(sqlite_written: Path, order: list[int], twice: list[int]) -> None:
    database = Database(f"sqlite:///{sqlite_written}")
    sessions = season(6)
    try:
        with database.write() as db:
            plain, mixed = make.person(db), make.person(db)
            actions.replace(db, plain.id, sessions, language="en", now=NOW)
            for place in (*twice, *order):
                actions.put(db, mixed.id, sessions[place], now=NOW)
            same = feed_of(db, plain).body == feed_of(db, mixed).body
            counted = len(db.exec(select(FeedEntry).where(FeedEntry.feed_id == feed_of(db, mixed).id)).all())
    finally:
        database.close()

    assert (same, counted) == (True, 6)


@pytest.fixture
def sqlite_written(sqlite_url: str) -> Path:
    """A migrated SQLite file."""
    return Path(sqlite_url.removeprefix("sqlite:///"))
