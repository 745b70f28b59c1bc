"""Finds a feed by its secret address, without an object-relational detour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import Session, col
from sqlmodel import select as select_row

from medixchange.feeds.models import Feed


@dataclass(frozen=True, slots=True)
class Served:
    """What a poll needs to be answered: the entity tag first, bodies only where they are asked for."""

    id: int
    etag: str
    modified_at: datetime


_FEED = Feed.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_BY_TOKEN = select(_FEED.c.id, _FEED.c.etag, _FEED.c.modified_at)
_BODY = select(_FEED.c.body)
_GZIPPED = select(_FEED.c.gzipped)


def by_token(connection: Connection, token_hash: str) -> Served | None:
    """The feed whose address has this digest: one indexed look-up."""
    row = connection.execute(_BY_TOKEN.where(_FEED.c.token_hash == token_hash)).first()
    return Served(*row) if row is not None else None


def body(connection: Connection, feed_id: int, *, gzipped: bool) -> bytes:
    """The feed's bytes, plain or compressed."""
    return bytes(connection.execute((_GZIPPED if gzipped else _BODY).where(_FEED.c.id == feed_id)).scalar_one())


def of_person(db: Session, person_id: int) -> Feed | None:
    """A person's feed, None where nothing was ever written into it."""
    return db.exec(select_row(Feed).where(col(Feed.person_id) == person_id)).one_or_none()
