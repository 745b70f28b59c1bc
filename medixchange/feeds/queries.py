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
_LOOKUP = "SELECT id, etag, modified_at FROM feed WHERE token_hash = %s"
_BODIES = {False: select(_FEED.c.body), True: select(_FEED.c.gzipped)}


def by_token(database: Database, token_hash: str) -> Served | None:
    """The feed whose address has this digest: one indexed look-up."""
    found = database.peek(_LOOKUP, token_hash)
    if found is None:
        return None
    number, etag, modified_at = found
    # SQLite keeps moments as text in UTC.
    is_text = database.is_sqlite
    moment = datetime.fromisoformat(modified_at).replace(tzinfo=UTC) if is_text else modified_at.astimezone(UTC)
    return Served(number, etag, moment)


def body(database: Database, feed_id: int, *, gzipped: bool) -> tuple[str, bytes] | None:
    """The feed's entity tag and its bytes, plain or compressed, as they are now; None where it is gone."""
    query = _BODIES[gzipped].add_columns(_FEED.c.etag).where(_FEED.c.id == feed_id)
    with database.read() as db:
        row = db.execute(query).one_or_none()
    return (row[1], bytes(row[0])) if row is not None else None


def of_person(db: Session, person_id: int) -> Feed | None:
    """A person's feed, None where nothing was ever written into it."""
    return db.exec(select_row(Feed).where(col(Feed.person_id) == person_id)).one_or_none()
