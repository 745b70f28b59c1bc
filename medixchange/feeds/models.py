"""Rows for subscribed calendars and their entries."""

from datetime import datetime

from sqlmodel import Field

from medixchange.db import Row


class Feed(Row, table=True):
    """One person's calendar as bytes; only the hash of its address is kept, and none after it was revoked."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    language: str = Field(max_length=35)
    token_hash: str | None = Field(default=None, unique=True, max_length=64)
    body: bytes = b""
    gzipped: bytes = b""
    etag: str = Field(default="", max_length=80)
    modified_at: datetime
    stale: bool = Field(default=False, index=True)
    issued_at: datetime | None = None
    fetched_at: datetime | None = None
    fetched_by: str = Field(default="", max_length=200)


class FeedEntry(Row, table=True):
    """One session in one feed: its VEVENT's bytes in the reader's language and zone."""

    feed_id: int = Field(foreign_key="feed.id", primary_key=True)
    session_uid: str = Field(primary_key=True, index=True, max_length=120)
    vevent: bytes
    zone: str = Field(max_length=64)
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None = None
