"""Keeps each person's feed as bytes: a session is written when it changes, never when somebody asks."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from medixchange.calendars import feed as calendar_feed
from medixchange.calendars.meeting import Meeting
from medixchange.calendars.vevent import is_written_in_utc, vevent
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.i18n import words
from medixchange.journal.record import record
from medixchange.messages import N_
from medixchange.tokens import digest, secret

KEEP_CANCELLED = timedelta(days=30)
NAME = N_("Sharing sessions")


def put(db: Session, person_id: int, meeting: Meeting, *, now: datetime) -> None:
    """Write ``meeting`` into the feed of a person, new or changed; a cancelled one stays for 30 days."""
    replace(db, person_id, [meeting], language=meeting.language, now=now)


def replace(db: Session, person_id: int, meetings: Iterable[Meeting], *, language: str, now: datetime) -> None:
    """Write each of ``meetings`` into the feed of a person, and the feed itself once, in ``language``."""
    feed, _ = _held(db, person_id, language=language, now=now)
    for meeting in meetings:
        _write(db, feed, meeting, now=now)
    db.flush()
    rebuild(db, feed, now=now)


def _write(db: Session, feed: Feed, meeting: Meeting, *, now: datetime) -> None:
    entry = db.get(FeedEntry, (feed.id, meeting.uid)) or FeedEntry(
        feed_id=feed.id, session_uid=meeting.uid, vevent=b"", zone="", starts_at=now, ends_at=now
    )
    entry.vevent = vevent(meeting, dtstamp=meeting.modified)
    in_utc = is_written_in_utc(meeting.starts_at, meeting.ends_at, meeting.zone)
    entry.zone = "UTC" if in_utc else meeting.zone
    entry.starts_at, entry.ends_at = meeting.starts_at, meeting.ends_at
    entry.cancelled_at = (entry.cancelled_at or now) if meeting.status == "CANCELLED" else None
    db.add(entry)


def rebuild(db: Session, feed: Feed, *, now: datetime) -> None:
    """Join the feed's bytes again; ETag and Last-Modified change only where the bytes do."""
    entries = list(
        db.exec(
            select(FeedEntry)
            .where(FeedEntry.feed_id == feed.id)
            .order_by(col(FeedEntry.starts_at), col(FeedEntry.session_uid))
        )
    )
    said = words(feed.language)
    body = calendar_feed.feed(
        [entry.vevent for entry in entries],
        name=said.gettext(NAME),
        zones=_zones(entries),
        language=said.language,
    )
    if body != feed.body:
        feed.body, feed.gzipped, feed.etag = body, gzip.compress(body, mtime=0), calendar_feed.etag(body)
        feed.modified_at = now
    db.add(feed)


def feed_of(db: Session, person_id: int, *, language: str, now: datetime) -> Feed:
    """The feed of a person, made when it is first needed, and from now on in ``language`` (BCP 47).

    Its row is locked until the transaction ends, or two changes at once would each join the bytes without the other's.
    """
    feed, is_new = _held(db, person_id, language=language, now=now)
    if is_new:
        rebuild(db, feed, now=now)
    return feed


def _held(db: Session, person_id: int, *, language: str, now: datetime) -> tuple[Feed, bool]:
    """As ``feed_of``, and whether it has been made just now: nothing is in it yet, not even its frame."""
    feed = _locked(db, person_id)
    is_new = feed is None
    if feed is None:
        try:
            with db.begin_nested():
                db.add(Feed(person_id=person_id, language=language, modified_at=now))
        except IntegrityError:
            # Somebody else made it in this very moment.
            pass
        feed = _locked(db, person_id)
        assert feed is not None
    feed.language = language
    return feed, is_new


def _locked(db: Session, person_id: int) -> Feed | None:
    found = select(Feed).where(Feed.person_id == person_id).with_for_update()
    return db.exec(found, execution_options={"populate_existing": True}).one_or_none()


def issue(db: Session, person_id: int, *, language: str, actor: str, now: datetime) -> str:
    """A new secret address for a person's feed, shown this once; the one before stops working."""
    feed = feed_of(db, person_id, language=language, now=now)
    token = secret()
    feed.token_hash, feed.issued_at = digest(token), now
    feed.fetched_at, feed.fetched_by = None, ""
    db.add(feed)
    record(db, actor=actor, verb="issue address", subject=f"feed:{feed.id}", now=now)
    return token


def revoke(db: Session, person_id: int, *, actor: str, now: datetime) -> None:
    """The feed's address stops working; whoever asks sees what an unknown address shows."""
    feed = db.exec(select(Feed).where(Feed.person_id == person_id)).one_or_none()
    if feed is None:
        return
    feed.token_hash = feed.issued_at = None
    db.add(feed)
    record(db, actor=actor, verb="revoke address", subject=f"feed:{feed.id}", now=now)


def note_fetch(db: Session, feed_id: int, *, by: str, now: datetime) -> None:
    """A calendar program called ``by`` has asked for the feed; what is kept helps its owner to see that it works."""
    db.exec(update(Feed).where(col(Feed.id) == feed_id).values(fetched_at=now, fetched_by=by))


def mark_stale(db: Session, person_id: int) -> None:
    """A name, a language or a zone has changed: the worker writes the feed again."""
    db.exec(update(Feed).where(col(Feed.person_id) == person_id).values(stale=True))


def unmark(db: Session, person_id: int) -> None:
    """Every entry of the feed is written again in this transaction, from what is read after this.

    The row is locked now: what changes its reader from here on marks it once more.
    """
    db.exec(update(Feed).where(col(Feed.person_id) == person_id).values(stale=False))


def expire(db: Session, *, now: datetime) -> int:
    """Take out what was cancelled more than 30 days ago, and return how many feeds changed."""
    old = (col(FeedEntry.cancelled_at).is_not(None), col(FeedEntry.cancelled_at) <= now - KEEP_CANCELLED)
    among = select(Feed).where(col(Feed.id).in_(select(FeedEntry.feed_id).where(*old)))
    locked = among.order_by(col(Feed.person_id)).with_for_update()
    feeds = list(db.exec(locked, execution_options={"populate_existing": True}))
    db.exec(delete(FeedEntry).where(*old))
    for feed in feeds:
        rebuild(db, feed, now=now)
    return len(feeds)


def _zones(entries: list[FeedEntry]) -> dict[str, tuple[date, date]]:
    found: dict[str, tuple[date, date]] = {}
    for entry in entries:
        if entry.zone != "UTC":
            days = (entry.starts_at.astimezone(UTC).date(), entry.ends_at.astimezone(UTC).date())
            first, last = found.get(entry.zone, days)
            found[entry.zone] = (min(first, days[0]), max(last, days[1]))
    return found
