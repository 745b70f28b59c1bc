"""Finds a feed by its secret address, without an object-relational detour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_row

from medixchange.db import Database
from medixchange.feeds.models import Feed


@dataclass(frozen=True, slots=True)
class Served:
    """What a poll needs to be answered: the entity tag first, bodies only where they are asked for."""

    id: int
    etag: str
    modified_at: datetime


_FEED = Feed.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_BY_TOKEN = select(_FEED.c.id, _FEED.c.etag, _FEED.c.modified_at)
_BODIES = {False: select(_FEED.c.body), True: select(_FEED.c.gzipped)}
_PEEK = "SELECT id, etag, modified_at FROM feed WHERE token_hash = ?"


def by_token(database: Database, token_hash: str) -> Served | None:
    """The feed whose address has this digest: one indexed look-up, of microseconds on SQLite."""
    if database.is_sqlite:
        found = database.peek(_PEEK, token_hash)
        # SQLite keeps moments as text in UTC.
        return Served(found[0], found[1], datetime.fromisoformat(found[2]).replace(tzinfo=UTC)) if found else None
    # One statement needs no transaction, and so two round trips less.
    alone = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        row = connection.execute(_BY_TOKEN.where(_FEED.c.token_hash == token_hash)).first()
    return Served(*row) if row is not None else None


def body(database: Database, feed_id: int, *, gzipped: bool) -> tuple[str, bytes] | None:
    """The feed's entity tag and its bytes, plain or compressed, as they are now; None where it is gone."""
    query = _BODIES[gzipped].add_columns(_FEED.c.etag).where(_FEED.c.id == feed_id)
    with database.read() as db:
        row = db.execute(query).one_or_none()
    return (row[1], bytes(row[0])) if row is not None else None


def of_person(db: Session, person_id: int) -> Feed | None:
    """A person's feed, None where nothing was ever written into it."""
    return db.exec(select_row(Feed).where(col(Feed.person_id) == person_id)).one_or_none()
